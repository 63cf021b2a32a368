// Turns in a channel: a flood of one service holds up itself, and nobody else's card.
import { describe, expect, it } from 'vitest';
import { createPace } from '../../../src/adapters/slack/pace.ts';

const CHANNEL = 'C0APPROVALS';

/** Posts of services to one channel over a clock of its own: each comes back when it was told to. */
async function play(arrivals: readonly { readonly at: number; readonly whose: string }[], untilMs: number) {
  const clock = { now: 0 };
  const pace = createPace(
    () => clock.now,
    () => 0.5,
    async () => {},
  );
  let due = arrivals.map(({ at, whose }) => ({ at, whose }));
  const posted: { readonly at: number; readonly whose: string }[] = [];
  let tries = 0;
  while (due.length > 0 && clock.now < untilMs) {
    due.sort((a, b) => a.at - b.at);
    const [next, ...rest] = due;
    if (next === undefined) break;
    due = rest;
    clock.now = Math.max(clock.now, next.at);
    tries += 1;
    try {
      const began = clock.now;
      await pace.turn('chat.postMessage', CHANNEL, 'request', next.whose);
      posted.push({ at: began, whose: next.whose });
    } catch (error) {
      due.push({ ...next, at: clock.now + ((error as { retryAfterMs?: number }).retryAfterMs ?? 0) });
    }
  }
  return { posted, tries };
}

describe('turns in a channel', () => {
  it('a card of B is posted within seconds, although 600 of A came before', async () => {
    const flood = Array.from({ length: 600 }, () => ({ at: 0, whose: 'A' }));
    const { posted, tries } = await play([...flood, { at: 5_000, whose: 'B' }], 60_000);
    const b = posted.find(({ whose }) => whose === 'B');
    expect(b?.at).toBeLessThan(15_000);
    // A goes on, at Slack's pace, and does not hammer.
    expect(posted.length).toBeGreaterThan(30);
    expect(tries).toBeLessThan(3_000);
  }, 60_000);

  it('three floods have their turns alike', async () => {
    const floods = ['A', 'B', 'C'].flatMap(whose => Array.from({ length: 100 }, () => ({ at: 0, whose })));
    const { posted } = await play(floods, 60_000);
    const counts = ['A', 'B', 'C'].map(whose => posted.filter(one => one.whose === whose).length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(6);
  }, 60_000);

  it('alone, a service has the channel for itself', async () => {
    const { posted } = await play(
      Array.from({ length: 20 }, () => ({ at: 0, whose: 'A' })),
      60_000,
    );
    expect(posted).toHaveLength(20);
    expect(posted.at(-1)?.at).toBeLessThan(45_000);
  }, 60_000);
});
