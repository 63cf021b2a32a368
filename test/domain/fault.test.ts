// What is wrong with something that was sent, in words that end with the remedy.
import { expect, it } from 'vitest';
import { z } from 'zod';
import { faultsOf } from '../../src/domain/schema-faults.ts';

const schema = z.strictObject({
  name: z.string().min(1).max(5).optional(),
  code: z.string().min(3).optional(),
  list: z.array(z.string()).min(1).max(2).optional(),
  count: z.number().min(1).max(10).optional(),
  kind: z.enum(['red', 'green']).optional(),
  own: z.string().regex(/^x/, { error: 'does not begin with x; put it there' }).optional(),
});

it.each([
  [{ name: '' }, '/name', 'is empty; put something in it.'],
  [{ name: 'abcdef' }, '/name', 'is too long; send at most 5 characters.'],
  [{ code: 'ab' }, '/code', 'is too short; send at least 3.'],
  [{ list: [] }, '/list', 'is empty; put something in it.'],
  [{ list: ['a', 'b', 'c'] }, '/list', 'has too many members; send at most 2.'],
  [{ count: 0 }, '/count', 'is too little; send at least 1.'],
  [{ count: 11 }, '/count', 'is too much; send at most 10.'],
  [{ kind: 'blue' }, '/kind', 'is none of what is known; send one of red, green.'],
  [{ name: 5 }, '/name', 'is of the wrong type; send a string.'],
  [{ own: 'y' }, '/own', 'does not begin with x; put it there.'],
  [{ nmae: 'x' }, '/nmae', 'is not a known member; put further facts under params or context.'],
])('%j: %s %s', (body, pointer, message) => {
  const parsed = schema.safeParse(body);
  expect(parsed.success ? [] : faultsOf(parsed.error, body)).toEqual([{ pointer, message }]);
});
