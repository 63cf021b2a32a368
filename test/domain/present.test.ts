// Optional members: what is undefined is left out, and nothing else.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { present } from '../../src/domain/present.ts';

it('has the members that are there, as they are, and none that is undefined', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.option(fc.jsonValue(), { nil: undefined })), members => {
      const kept = present(members);
      expect(Object.keys(kept)).toEqual(Object.keys(members).filter(name => members[name] !== undefined));
      for (const [name, value] of Object.entries(kept)) expect(value).toBe(members[name]);
    }),
  );
});

it('keeps what is empty, null or false', () => {
  expect(present({ a: '', b: null, c: false, d: 0, e: undefined })).toEqual({ a: '', b: null, c: false, d: 0 });
});
