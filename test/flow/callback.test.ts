// A callback that nobody accepts is tried for a day, and then it is written down that it was given up.
import { expect, it } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import { callback } from '../../src/flow/effects/callback.ts';
import { openMemory } from '../../src/workbench/rehearsal/memory.ts';
import { creation, verdict } from '../contract/store.ts';

const HOUR_MS = 3_600_000;

it('is tried again for a day after the end of its request, and then given up, in the audit', async () => {
  const clock = { now: Date.now() };
  const store = openMemory(() => clock.now);
  const created = creation();
  await store.commit(created);
  const ended = verdict(created.next, 'allow');
  await store.commit(ended);
  const ref = { id: created.next.id, key: 'eff_1', effect: { kind: 'callback' } } as const;
  let tries = 0;
  const callbacks = {
    deliver: async () => {
      tries += 1;
      throw new Failure('callback_unreachable', 'Nobody is there. Start it.', { isTransient: true });
    },
  };
  const attempt = () => callback.perform({ store, callbacks }, ref);
  clock.now += 23 * HOUR_MS;
  await expect(attempt()).rejects.toMatchObject({ code: 'callback_unreachable' });
  clock.now += 2 * HOUR_MS;
  await attempt();
  expect(tries).toBe(1);
  expect(store.entries.at(-1)).toMatchObject({ event: 'told', way: 'callback', outcome: 'given_up' });
  await attempt();
  expect(store.entries.filter(({ event }) => event === 'told')).toHaveLength(1);
});
