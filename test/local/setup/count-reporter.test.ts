// The last line of a test run: what is counted as passed, failed and skipped.
import { expect, it } from 'vitest';
import { type Counted, count, countLine, secondTries } from '../../support/count-reporter.ts';

type State = 'passed' | 'failed' | 'skipped' | 'pending';

const module = (state: 'passed' | 'failed', tests: readonly State[]): Counted => ({
  state: () => state,
  children: { allTests: () => tests.map(test => ({ result: () => ({ state: test }) })) },
});

it.each([
  ['all passed', [module('passed', ['passed', 'passed'])], 0, '2 passed, 0 failed'],
  ['one failed', [module('failed', ['passed', 'failed'])], 0, '1 passed, 1 failed'],
  ['some were skipped', [module('passed', ['passed', 'skipped', 'pending'])], 0, '1 passed, 0 failed, 2 skipped'],
  ['a file could not be read', [module('failed', []), module('passed', ['passed'])], 0, '1 passed, 1 failed'],
  ['an error came from outside any test', [module('passed', ['passed'])], 2, '1 passed, 2 failed'],
  ['nothing ran', [], 0, '0 passed, 0 failed'],
])('%s', (_, modules, strayErrors, line) => {
  expect(countLine(count(modules, strayErrors))).toBe(line);
});

it('names what passed only when it was run again', () => {
  const test = (fullName: string, flaky: boolean) => ({ fullName, diagnostic: () => ({ flaky }) });
  expect(
    secondTries([test('steady', false), test('shaky', true), { fullName: 'skipped', diagnostic: () => undefined }]),
  ).toEqual(['passed at the second try: shaky']);
});
