// No service has all of policy's time: what it asks beyond its share waits in its own line.
import { describe, expect, it } from 'vitest';
import type { OpaPolicy } from '../../../src/adapters/opa/connect.ts';
import { sharedOut } from '../../../src/adapters/opa/share.ts';
import type { PolicyInput } from '../../../src/domain/policy-input.ts';
import type { Observation } from '../../../src/flow/ports.ts';
import { failureOf, question } from './world.ts';

const from = (id: string) => ({ ...question(), service: { id, auth: 'api_key' } }) as PolicyInput;

function slowPolicy(atOnce: number) {
  const underWay: { service: string; answer(): void; fail(): void }[] = [];
  const seen: Observation[] = [];
  const policy: OpaPolicy = {
    ask: ({ service }) =>
      new Promise((answered, failed) => {
        const answer = () => answered({ kind: 'broken', code: 'x', cause: 'y' });
        underWay.push({ service: service.id, answer, fail: () => failed(new Error('down')) });
      }),
    health: async () => ({ name: 'opa', ok: true, detail: '' }),
    close: async () => {},
  };
  const shared = sharedOut(policy, { atOnce, observe: observation => seen.push(observation) });
  const running = () => underWay.map(({ service }) => service);
  return { shared, underWay, running, seen };
}

describe('policy, shared out', () => {
  it('a crowd of one service leaves the others their places, and each place that is left goes to the next in line', async () => {
    const { shared, underWay, running, seen } = slowPolicy(2);
    const crowd = Array.from({ length: 5 }, () => shared.ask(from('crowd')).catch(() => 'failed'));
    const neighbour = shared.ask(from('neighbour'));
    await Promise.resolve();
    expect(running()).toEqual(['crowd', 'crowd', 'neighbour']);
    underWay[2]?.answer();
    await neighbour;
    underWay[0]?.fail();
    await expect.poll(running).toEqual(['crowd', 'crowd', 'neighbour', 'crowd']);
    for (let n = 0; n < underWay.length || n < 6; n++) {
      await expect.poll(() => underWay[n] !== undefined).toBe(true);
      underWay[n]?.answer();
    }
    expect(await Promise.all(crowd)).toHaveLength(5);
    const used = seen.filter(({ kind }) => kind === 'policy_used');
    expect(used.map(one => 'service' in one && one.service).sort()).toEqual([...Array(5).fill('crowd'), 'neighbour']);
  });

  it('has no endless line: beyond it one is told to come again', async () => {
    const { shared, seen } = slowPolicy(1);
    for (let n = 0; n < 2_001; n++) void shared.ask(from('crowd'));
    expect(await failureOf(shared.ask(from('crowd')))).toMatchObject({
      code: 'over_policy_time',
      isTransient: true,
      retryAfterMs: 1_000,
    });
    expect(seen).toEqual([{ kind: 'over_budget', service: 'crowd', budget: 'policy_time' }]);
  });
});
