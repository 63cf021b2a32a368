// Who did what, as read from a payload: the person's own team, and a name for the gesture that a replay cannot change.
import { describe, expect, it } from 'vitest';
import { type Delivery, isStale, readClick, readForm } from '../../../src/adapters/slack/gesture.ts';

const click = {
  user: { id: 'U0MALLORY', team_id: 'T0EVIL', name: 'bob', username: 'bob' },
  team: { id: 'T0ACME' },
  container: { channel_id: 'C0SHARED', message_ts: '1.2' },
  actions: [{ action_id: 'approve', action_ts: '1764000000.000100', value: 'v' }],
};
const form = {
  user: { id: 'U0BOB', team_id: 'T0ACME' },
  trigger_id: 'trigger-1',
  view: { id: 'V1', hash: 'h1', private_metadata: 'v', state: { values: { reason: { reason: { value: ' why ' } } } } },
};
const delivery = (body: unknown, nowMs = 1_764_000_000_000, signedAtS?: number): Delivery => ({
  body,
  transport: 'http',
  nowMs,
  signedAtS,
});

describe('a click', () => {
  it("A1 A8: is the clicker's, of the clicker's own team, whatever the channel's team and the name say", () => {
    expect(readClick(delivery(click))).toMatchObject({
      account: 'slack:T0EVIL:U0MALLORY',
      team: 'T0EVIL',
      user: 'U0MALLORY',
      channel: 'C0SHARED',
      name: 'click_T0EVIL_U0MALLORY_1764000000.000100',
    });
  });

  it.each([
    undefined,
    {},
    { ...click, user: {} },
    { ...click, actions: [] },
    { ...click, user: { id: 'U1' }, team: null },
  ])('without a person or a button it is none: %j', body => {
    expect(readClick(delivery(body))).toBeUndefined();
  });

  it.each([
    [0, undefined, false],
    [299_000, undefined, false],
    [301_000, undefined, true],
    [-301_000, undefined, true],
    [0, 301, true],
    [0, -301, true],
    [0, Number.NaN, true],
  ])('received %d ms after it was made, signed %s s off: stale? %s', (lateMs, signedOffS, expected) => {
    const nowMs = 1_764_000_000_000 + lateMs;
    const signedAtS = signedOffS === undefined ? undefined : nowMs / 1_000 + signedOffS;
    const gesture = readClick(delivery(click, nowMs, signedAtS));
    expect(gesture && isStale(gesture, nowMs)).toBe(expected);
  });
});

describe('a form', () => {
  it('delivered again later is the same gesture; submitted again it is another', () => {
    const first = readForm(delivery(form), 'reason');
    expect(first).toMatchObject({ account: 'slack:T0ACME:U0BOB', reason: 'why', value: 'v' });
    expect(readForm(delivery(form, 1_764_000_200_000), 'reason')?.name).toBe(first?.name);
    expect(readForm(delivery({ ...form, trigger_id: 'trigger-2' }), 'reason')?.name).not.toBe(first?.name);
  });

  it('with nothing but spaces for a reason has none', () => {
    const blank = { ...form, view: { ...form.view, state: { values: { reason: { reason: { value: '  ' } } } } } };
    expect(readForm(delivery(blank), 'reason')).not.toHaveProperty('reason');
  });
});
