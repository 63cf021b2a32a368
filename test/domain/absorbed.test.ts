// Which deliveries a record still knows.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { absorb, useKey } from '../../src/domain/absorbed.ts';

const all = (keys: readonly string[]) => keys.reduce<readonly string[]>(absorb, []);
const clicks = (n: number) => Array.from({ length: n }, (_, i) => `vote_T0ACME:${i}`);

it('knows the newest 200 of a kind, in their order', () => {
  expect(all(clicks(250))).toEqual(clicks(250).slice(50));
});

it('knows a use of the grant however many clicks came after it, and a click however many uses', () => {
  const use = useKey('use-1');
  expect(all([use, ...clicks(1_000)])).toContain(use);
  expect(all(['vote_T0ACME:1', ...Array.from({ length: 300 }, (_, n) => useKey(`${n}`))])).toContain('vote_T0ACME:1');
});

it('never grows beyond 200 of each, and never forgets the newest', () => {
  const key = fc.oneof(
    fc.nat(5_000).map(n => `eff_${n}`),
    fc.nat(5_000).map(n => useKey(`${n}`)),
  );
  fc.assert(
    fc.property(fc.uniqueArray(key, { minLength: 1, maxLength: 600 }), keys => {
      const kept = all(keys);
      expect(kept.length).toBeLessThanOrEqual(400);
      expect(kept.at(-1)).toBe(keys.at(-1));
    }),
    { numRuns: 30 },
  );
});
