// Group commit: who travels with whom, in which order, and what one call that hangs does to the others.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { inTurn } from '../../../src/adapters/redis/in-turn.ts';

/** Calls that end when they are told to. */
function calls() {
  const seen: { readonly offers: readonly number[]; end(): void }[] = [];
  let wake: (() => void) | undefined;
  const offer = inTurn<number>(offers => {
    const { promise, resolve } = Promise.withResolvers<void>();
    seen.push({ offers, end: resolve });
    wake?.();
    return promise;
  });
  const until = async (count: number) => {
    while (seen.length < count) {
      await new Promise<void>(resolve => {
        wake = resolve;
      });
    }
    return seen.map(({ offers }) => offers);
  };
  return { offer, seen, until };
}

it('sends together what one turn of the event loop offers, in its order', async () => {
  const { offer, until } = calls();
  for (const n of [1, 2, 3]) offer(n);
  expect(await until(1)).toEqual([[1, 2, 3]]);
});

it('sends together what is offered while a call is under way, when it has ended', async () => {
  const { offer, seen, until } = calls();
  offer(1);
  await until(1);
  offer(2);
  await nextTurn();
  offer(3);
  expect(seen).toHaveLength(1);
  seen[0]?.end();
  expect(await until(2)).toEqual([[1], [2, 3]]);
});

it('sends no more than 64 at once, and the rest next', async () => {
  const { offer, seen, until } = calls();
  for (let n = 0; n < 100; n++) offer(n);
  await until(1);
  seen[0]?.end();
  expect((await until(2)).map(offers => offers.length)).toEqual([64, 36]);
});

it('does not wait for a call that hangs', async () => {
  const { offer, until } = calls();
  offer(1);
  await until(1);
  offer(2);
  expect(await until(2)).toEqual([[1], [2]]);
});
