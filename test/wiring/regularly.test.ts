// Rounds: one after the other, trouble told once until it has passed, and an end that comes at once.
import { expect, it } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import type { Observation } from '../../src/flow/ports.ts';
import { regularly } from '../../src/wiring/regularly.ts';

function rounds(round: (signal: AbortSignal) => Promise<void>, everyMs = 1) {
  const observed: Observation[] = [];
  const observe = (seen: Observation) => void observed.push(seen);
  return { observed, ...regularly({ everyMs, round, observe, where: 'crowds', trouble: 'Check Redis.' }) };
}

it('trouble is told once while it lasts, and again once it had passed', async () => {
  const down = new Set([2, 3, 4, 6]);
  let count = 0;
  const enough = Promise.withResolvers<void>();
  const going = rounds(async () => {
    count += 1;
    if (count === 8) enough.resolve();
    if (down.has(count)) throw new Failure('store_unavailable', 'Away.', { isTransient: true });
  });
  await enough.promise;
  await going.stop();
  const told = { kind: 'trouble', where: 'crowds', code: 'store_unavailable', message: 'Check Redis.' };
  expect(going.observed).toEqual([told, told]);
});

it('told to end, the round under way hears of it and is waited for; none follows, and no nap is', async () => {
  let count = 0;
  const begun = Promise.withResolvers<void>();
  const going = rounds(async signal => {
    count += 1;
    begun.resolve();
    await new Promise<void>(end => signal.addEventListener('abort', () => end()));
    throw new Error('cut off');
  }, 3_600_000);
  await begun.promise;
  await going.stop();
  expect([count, going.observed]).toEqual([1, []]);
  const napping = rounds(async () => {}, 3_600_000);
  await napping.stop();
});
