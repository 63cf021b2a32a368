// The list of the test files that take longest: whoever moves one moves its name as well.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LONGEST } from '../../support/longest-first.ts';

const ROOT = join(import.meta.dirname, '../../..');

it('names files that are there, each once', () => {
  expect(LONGEST.filter(file => !existsSync(join(ROOT, file)))).toEqual([]);
  expect(new Set(LONGEST).size).toBe(LONGEST.length);
});
