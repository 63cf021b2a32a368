// Messages arrive once, tell the truth, and where they cannot arrive it is said why.
import { describe, expect, it } from 'vitest';
import { minimalCard, requestCard } from '../../../src/adapters/slack/cards/request-card.ts';
import { createMessenger } from '../../../src/adapters/slack/messenger.ts';
import { createPace } from '../../../src/adapters/slack/pace.ts';
import type { RequestRecord } from '../../../src/domain/record.ts';
import { requestId } from '../../../src/domain/request-id.ts';
import { aRecord, aVote, deploy, mentions } from './records.ts';
import { said } from './said.ts';
import { openStage, type Stage } from './stage.ts';

const at = '2026-11-24T07:20:00.000Z';
const calls = (stage: Stage, method: string) => stage.workspace.calls.filter(call => call.method === method);
const cards = (stage: Stage, channel = 'C0APPROVALS') => stage.workspace.history(channel);
const approved = aRecord({ status: 'approved', resolution: { by: 'people', at }, votes: [aVote('bob')] });
const nth = (n: number, patch: Partial<RequestRecord> = {}) =>
  aRecord({ ...patch, id: requestId('deployer', String(n)) });

describe('posting', () => {
  it('posts the card with its fallback text, no unfurling, and an id for finding it again', async () => {
    const stage = await openStage();
    const message = await stage.show();
    const [call] = calls(stage, 'chat.postMessage');
    expect(call?.args).toMatchObject({ unfurl_links: 'false', unfurl_media: 'false' });
    expect(message.text).toContain('Approval needed: deploy service payments-api in prod');
    expect(message.metadata).toEqual({ event_type: 'approval_request', event_payload: { request_id: aRecord().id } });
    expect(stage.messenger.hashOf(aRecord())).toBe(requestCard(aRecord(), mentions).hash);
  });

  it('C8: a connection dropped after commit leaves one visible request', async () => {
    const stage = await openStage();
    const since = new Date().toISOString();
    stage.workspace.inject('chat.postMessage', { kind: 'drop_after_commit' });
    await expect(stage.messenger.post(aRecord(), 'C0APPROVALS')).rejects.toMatchObject({
      code: 'slack_unreachable',
      isTransient: true,
    });
    expect(calls(stage, 'chat.postMessage')).toHaveLength(1);
    const found = await stage.messenger.find(aRecord(), 'C0APPROVALS', since);
    expect(cards(stage).map(message => message.ts)).toEqual(found?.map(({ ts }) => ts));
    expect(found?.[0]?.hash).toBe(requestCard(aRecord(), mentions).hash); // by what its own buttons say
  });

  it('of several messages the earliest is told first, none of another request, and one that is withdrawn is gone', async () => {
    const stage = await openStage();
    const since = new Date().toISOString();
    const { ts: first } = await stage.messenger.post(aRecord(), 'C0APPROVALS');
    const { ts: second } = await stage.messenger.post(aRecord(), 'C0APPROVALS');
    const { ts: other } = await stage.messenger.post(nth(2), 'C0APPROVALS');
    await stage.workspace.as('alice').say('C0APPROVALS', 'hello');
    const found = await stage.messenger.find(aRecord(), 'C0APPROVALS', since);
    expect(found?.map(({ ts }) => ts)).toEqual([first, second]);
    await stage.messenger.withdraw(aRecord(), { channel: 'C0APPROVALS', ts: second });
    await stage.messenger.withdraw(aRecord(), { channel: 'C0APPROVALS', ts: second }); // a repeat is harmless
    expect(
      cards(stage)
        .filter(({ user }) => user === stage.workspace.botUserId)
        .map(({ ts }) => ts),
    ).toEqual([first, other]);
  });

  it('a copy that Slack lets nobody delete says that it is one, and has no button', async () => {
    const stage = await openStage();
    const { ts } = await stage.show();
    stage.workspace.inject('chat.delete', { kind: 'ok_false', error: 'cant_delete_message' });
    await stage.messenger.withdraw(aRecord(), { channel: 'C0APPROVALS', ts });
    expect(said(cards(stage)[0]?.blocks).trim()).toBe(
      'This was posted twice. Answer the other card: deploy service payments-api in prod',
    );
  });

  it('without the right to read history nothing is found, and a duplicate does no harm', async () => {
    const stage = await openStage();
    for (const scope of ['channels:history', 'groups:history', 'im:history', 'mpim:history'])
      stage.workspace.removeScope(scope);
    await stage.messenger.post(aRecord(), 'C0APPROVALS');
    expect(await stage.messenger.find(aRecord(), 'C0APPROVALS', new Date().toISOString())).toBeUndefined();
  });

  it.each([
    ['C0ARCHIVED', 'slack_is_archived'],
    ['C0SHARED', 'slack_channel_shared'],
    ['C0PENDING', 'slack_channel_shared'],
    ['C0NOWHERE', 'slack_channel_not_found'],
  ])('D7 E8: a card for %s is refused for good with %s, and nothing is sent', async (channel, code) => {
    const stage = await openStage();
    const refused = stage.messenger.post(aRecord(), channel);
    await expect(refused).rejects.toMatchObject({ code, isTransient: false });
    await expect(refused).rejects.toThrow(/\.$/);
    expect(calls(stage, 'chat.postMessage').filter(({ ok }) => ok)).toEqual([]);
  });

  it.each([
    ['restricted_action', false],
    ['not_in_channel', false],
    ['missing_scope', false],
    ['internal_error', true],
    ['invalid_auth', true],
  ])('%s: may it pass? %s', async (error, isTransient) => {
    const stage = await openStage();
    stage.workspace.inject('chat.postMessage', { kind: 'ok_false', error });
    await expect(stage.messenger.post(aRecord(), 'C0APPROVALS')).rejects.toMatchObject({
      code: `slack_${error}`,
      isTransient,
    });
  });

  it('E1: a card that Slack does not take is followed by a minimal one, without Approve: never silence', async () => {
    const stage = await openStage();
    stage.workspace.inject('chat.postMessage', { kind: 'ok_false', error: 'invalid_blocks' });
    const message = await stage.show();
    expect(said(message.blocks)).toContain('Slack refused the full card');
    expect(said(message.blocks)).toContain('[Review…][Deny…][Details]');
    const [full, least] = [requestCard(aRecord(), mentions).hash, minimalCard(aRecord()).hash];
    expect(stage.records.get(aRecord().id)?.cards).toMatchObject([{ hash: least, standsFor: full }]);
    expect(stage.observed).toContainEqual(expect.objectContaining({ code: 'slack_invalid_blocks' }));
  });
});

describe('updating', () => {
  it('E9: the outcome update fits whatever was posted', async () => {
    const stage = await openStage();
    const params = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`key-${i}`, '&<>'.repeat(2_000)]));
    const big = aRecord({}, { ...deploy, params, reason: '&'.repeat(4_000) });
    const message = await stage.show(big);
    await stage.messenger.update({ ...approved, submission: big.submission }, 'C0APPROVALS', message.ts);
    const [after] = cards(stage);
    expect(said(after?.blocks)).toContain('✅ Approved by <@U0BOB>');
    expect(said(after?.blocks)).not.toContain('[Review');
    expect(after?.metadata?.event_payload).toEqual({ request_id: big.id });
  });

  it('K3: an outcome after an hour still updates the card, by channel and ts', async () => {
    const stage = await openStage();
    const message = await stage.show();
    const later = createMessenger({ slack: stage.slack, directory: mentions, now: () => Date.now() + 3_600_000 });
    await later.update(approved, message.channel, message.ts);
    expect(said(cards(stage)[0]?.blocks)).toContain('# Approved');
  });

  it.each(['message_not_found', 'cant_update_message', 'edit_window_closed'])(
    '%s: the message is gone',
    async error => {
      const stage = await openStage();
      const message = await stage.show();
      stage.workspace.inject('chat.update', { kind: 'ok_false', error });
      const refused = stage.messenger.update(approved, message.channel, message.ts);
      await expect(refused).rejects.toMatchObject({ code: 'slack_message_gone', isTransient: false });
    },
  );
});

describe('rate limits', () => {
  it('Retry-After is honoured for its channel, and holds back no other', async () => {
    const stage = await openStage();
    stage.workspace.inject(
      'chat.postMessage',
      { kind: 'rate_limited', retryAfterS: 7 },
      { when: ({ channel }) => channel === 'C0FINANCE' },
    );
    const first = stage.messenger.post(aRecord(), 'C0FINANCE');
    await expect(first).rejects.toMatchObject({ code: 'slack_rate_limited', isTransient: true, retryAfterMs: 7_000 });
    const sent = calls(stage, 'chat.postMessage').length;
    await expect(stage.messenger.post(aRecord(), 'C0FINANCE')).rejects.toMatchObject({ code: 'slack_rate_limited' });
    expect(calls(stage, 'chat.postMessage')).toHaveLength(sent);
    await stage.messenger.post(aRecord(), 'C0APPROVALS');
    expect(cards(stage)).toHaveLength(1);
  });

  it('a limit that Slack tells in HTTP 200 is a limit as well', async () => {
    const stage = await openStage();
    stage.workspace.inject('chat.postMessage', { kind: 'ok_false', error: 'ratelimited' });
    await expect(stage.messenger.post(aRecord(), 'C0APPROVALS')).rejects.toMatchObject({
      code: 'slack_rate_limited',
      isTransient: true,
    });
  });

  it('K4: fifty expiries do not delay one decision', async () => {
    const stage = await openStage();
    const message = await stage.show();
    const expired = (n: number) => nth(n, { status: 'expired', resolution: { by: 'clock', at } });
    const expiries = Promise.allSettled(
      Array.from({ length: 50 }, (_, n) => stage.messenger.update(expired(n), message.channel, message.ts)),
    );
    const startedAt = performance.now();
    await stage.messenger.update(approved, message.channel, message.ts);
    // Behind fifty expiries it would be more than a minute; a busy machine is no matter of the pace.
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    const outcomes = await expiries;
    const put = outcomes.filter(({ status }) => status === 'rejected');
    expect(put.length).toBeGreaterThan(30);
    for (const outcome of put) {
      expect(outcome).toMatchObject({ reason: { code: 'slack_rate_limited', isTransient: true } });
      expect(outcome.status === 'rejected' && outcome.reason.retryAfterMs).toBeGreaterThan(900);
    }
    expect(stage.workspace.calls.some(({ error }) => error === 'ratelimited')).toBe(false);
  });

  it('what waits for a while stays below one post a second', async () => {
    let now = 0;
    const pace = createPace(
      () => now,
      () => 0,
    );
    let passed = 0;
    for (; now < 60_000; now += 1_000)
      await pace.turn('chat.postMessage', 'C1', 'telling').then(
        () => {
          passed += 1;
        },
        () => undefined,
      );
    expect(passed).toBeGreaterThan(50);
    expect(passed).toBeLessThanOrEqual(64);
  });
});

describe('around the card', () => {
  it('votes and the outcome are lines in its thread', async () => {
    const stage = await openStage();
    const message = await stage.show();
    const place = { channel: message.channel, ts: message.ts };
    await stage.messenger.line(approved, place, { kind: 'vote', vote: 0, progress: '1 of 2' });
    await stage.messenger.line(approved, place, { kind: 'outcome' });
    expect(stage.workspace.thread('C0APPROVALS', message.ts).map(({ blocks }) => said(blocks))).toEqual([
      '✅ <@U0BOB> approved · 1 of 2\n',
      expect.stringContaining('✅ Approved by <@U0BOB>'),
    ]);
    expect(cards(stage)).toHaveLength(1);
  });

  it('the requester hears the outcome and the next step in a direct message', async () => {
    const stage = await openStage();
    await stage.messenger.direct(approved, 'slack:T0ACME:U0ALICE');
    const [message] = stage.workspace.directMessages('alice');
    expect(said(message?.blocks)).toContain('✅ Approved by <@U0BOB>');
  });

  it.each([
    ['slack:T0ACME:U0DAN', 'slack_user_disabled'],
    ['slack:T0ACME:U0RELBOT', 'slack_cannot_dm_bot'],
    ['slack:T0OTHER:U0ALICE', 'slack_foreign_account'],
  ])('a direct message to %s cannot be', async (account, code) => {
    const stage = await openStage();
    await expect(stage.messenger.direct(approved, account)).rejects.toMatchObject({ code, isTransient: false });
  });

  it('a notice has no buttons, and goes to no shared channel', async () => {
    const stage = await openStage();
    await stage.messenger.notice(approved, 'C0SEC', 'notice');
    expect(said(cards(stage, 'C0SEC')[0]?.blocks)).toContain('Approved: deploy service payments-api in prod');
    expect(JSON.stringify(cards(stage, 'C0SEC'))).not.toContain('"button"');
    await expect(stage.messenger.notice(approved, 'C0SHARED', 'notice')).rejects.toMatchObject({
      code: 'slack_channel_shared',
    });
  });

  it('no message carries the token', async () => {
    const stage = await openStage();
    stage.workspace.setToken('bot', 'revoked');
    await stage.messenger.post(aRecord(), 'C0APPROVALS').catch(error => {
      expect(JSON.stringify([error, error.message, error.stack])).not.toContain(stage.workspace.botToken);
    });
    expect(JSON.stringify(stage.observed)).not.toContain(stage.workspace.botToken);
  });
});
