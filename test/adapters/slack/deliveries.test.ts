// A gesture in either transport reaches the flow as exactly that person's answer, once, and is acknowledged in time.
import { describe, expect, it } from 'vitest';
import { requestCard } from '../../../src/adapters/slack/cards/request-card.ts';
import { refuse } from '../../../src/domain/refusal.ts';
import { aRecord, mentions } from './records.ts';
import { said } from './said.ts';
import { modal, told } from './seen.ts';
import { openStage } from './stage.ts';

describe.each(['socket', 'http'] as const)('over %s', mode => {
  it('an Approve click reaches the flow with the account, the card and its evidence', async () => {
    const stage = await openStage({ mode });
    const message = await stage.show();
    const click = await stage.workspace.as('bob').click(message, 'approve');
    expect(click.acked).toBe(true);
    const ballot = await stage.workspace.until('the vote is cast', () => stage.ballots[0]);
    expect(ballot).toMatchObject({
      id: aRecord().id,
      account: 'slack:T0ACME:U0BOB',
      vote: 'approve',
      surface: 'slack',
      card: requestCard(aRecord(), mentions).hash,
      evidence: { transport: mode, team: 'T0ACME', user: 'U0BOB', channel: 'C0APPROVALS', message_ts: message.ts },
    });
    const actionTs = 'action_ts' in ballot.evidence ? ballot.evidence.action_ts : undefined;
    expect(actionTs).toBeDefined();
    expect(ballot.key).toBe(`click_T0ACME_U0BOB_${actionTs}_${ballot.id}`);
  });

  it('Deny asks for a reason, and the form reaches the flow as a denial with it', async () => {
    const stage = await openStage({ mode });
    await stage.workspace.as('carol').click(await stage.show(), 'deny');
    const view = await modal(stage, 'carol', 'deny');
    expect(view.private_metadata.length).toBeLessThanOrEqual(100);
    const submitted = await stage.workspace.as('carol').submit(view, { reason: ' Not on a Friday ' });
    expect(submitted.acked).toBe(true);
    expect(stage.ballots[0]).toMatchObject({
      account: 'slack:T0ACME:U0CAROL',
      vote: 'deny',
      reason: 'Not on a Friday',
    });
    await stage.workspace.until('the modal is closed', () => stage.workspace.modals('carol').length === 0);
  });

  it('a refusal at the form is told inside the modal', async () => {
    const stage = await openStage({ mode });
    stage.answer = async () => refuse('not_eligible', aRecord());
    await stage.workspace.as('erin').click(await stage.show(), 'deny');
    const view = await modal(stage, 'erin', 'deny');
    const submitted = await stage.workspace.as('erin').submit(view, { reason: 'no' });
    expect(JSON.stringify(submitted.response)).toContain("can't approve this");
  });

  it('C5: the same click delivered twice carries one key, so it is one vote', async () => {
    const stage = await openStage({ mode });
    await stage.workspace.as('bob').click(await stage.show(), 'approve', { times: 2 });
    await stage.workspace.until('both deliveries arrive', () => stage.ballots.length === 2);
    expect(new Set(stage.ballots.map(({ key }) => key)).size).toBe(1);
  });

  it('C6: a click dated more than five minutes from now, either way, is refused and written down', async () => {
    const stage = await openStage({ mode });
    const message = await stage.show();
    for (const skewMs of [-301_000, 301_000]) {
      await stage.workspace.as('bob').click(message, 'approve', { at: Date.now() + skewMs });
    }
    await stage.workspace.until('both are told', () => stage.workspace.ephemerals('bob').length === 2);
    expect(stage.workspace.ephemerals('bob')[0]?.text).toContain('arrived too late to count');
    expect(stage.ballots).toEqual([]);
    expect(stage.noted).toEqual([
      expect.objectContaining({ event: 'refused', code: 'stale_gesture', id: aRecord().id }),
      expect.objectContaining({
        code: 'stale_gesture',
        evidence: {
          who: { account: 'slack:T0ACME:U0BOB' },
          via: { transport: mode, team: 'T0ACME', user: 'U0BOB', action_ts: expect.any(String) },
        },
      }),
    ]);
  });

  it('a click that Slack delivers late paints its card anew, whatever became of the request, and counts for nothing', async () => {
    const stage = await openStage({ mode });
    const message = await stage.show();
    const newer = aRecord({ expiresAt: '2026-11-24T09:30:00.000Z' });
    stage.records.set(newer.id, newer);
    await stage.workspace.as('bob').click(message, 'approve', { at: Date.now() - 301_000 });
    const now = () => stage.workspace.history('C0APPROVALS').find(({ ts }) => ts === message.ts);
    await stage.workspace.until('it is painted anew', () => said(now()?.blocks).includes('09:30'));
    expect(stage.workspace.ephemerals('bob').at(-1)?.text).toContain('Please click again');
    expect(stage.ballots).toEqual([]);
  });

  it('K1: a slow vote never delays the ack', async () => {
    const stage = await openStage({ mode });
    const slow = Promise.withResolvers<void>();
    stage.answer = async () => {
      await slow.promise;
      return { kind: 'counted', record: aRecord() };
    };
    const click = await stage.workspace.as('bob').click(await stage.show(), 'approve');
    expect(click.acked).toBe(true);
    expect(click.tookMs).toBeLessThan(1_000);
    slow.resolve();
  });

  it('a form whose vote is slow is acknowledged in time, and its outcome is told in the modal', async () => {
    const stage = await openStage({ mode });
    const slow = Promise.withResolvers<void>();
    stage.answer = async () => {
      await slow.promise;
      return refuse('policy_unavailable', aRecord());
    };
    await stage.workspace.as('bob').click(await stage.show(), 'deny');
    const submitted = await stage.workspace.as('bob').submit(await modal(stage, 'bob', 'deny'), { reason: 'no' });
    expect(submitted.acked).toBe(true);
    expect(submitted.tookMs).toBeLessThan(2_900);
    slow.resolve();
    await stage.workspace.until('the outcome is told', () =>
      said(stage.workspace.modals('bob').at(-1)?.blocks).includes("Policy can't be checked"),
    );
  });
});

describe('signed HTTP', () => {
  it('C6: a delivery signed for the future is refused, which Bolt alone would accept', async () => {
    const stage = await openStage({ mode: 'http' });
    await stage.workspace.as('bob').click(await stage.show(), 'approve', { signedAt: Date.now() + 3_600_000 });
    expect((await told(stage, 'bob')).text).toContain('arrived too late to count');
    expect(stage.ballots).toEqual([]);
  });

  it('C6: a replayed click changes nothing: it has the same key', async () => {
    const stage = await openStage({ mode: 'http' });
    const click = await stage.workspace.as('bob').click(await stage.show(), 'approve');
    await click.replay();
    await stage.workspace.until('both arrive', () => stage.ballots.length === 2);
    expect(new Set(stage.ballots.map(({ key }) => key)).size).toBe(1);
  });

  it('A5: an unsigned or foreign callback is 401, and nothing happens', async () => {
    const stage = await openStage({ mode: 'http' });
    const click = await stage.workspace.as('bob').click(await stage.show(), 'details');
    const body = new URLSearchParams({ payload: JSON.stringify(click.payload) }).toString();
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-signature': `v0=${'0'.repeat(64)}`,
    };
    const answer = await fetch(`http://127.0.0.1:${stage.port}/slack/events`, {
      method: 'POST',
      headers: { ...headers, 'x-slack-request-timestamp': String(Math.floor(Date.now() / 1_000)) },
      body,
    });
    expect(answer.status).toBe(401);
    expect(stage.ballots).toEqual([]);
  });

  it('E12: fetching a link decides nothing', async () => {
    const stage = await openStage({ mode: 'http' });
    const message = await stage.show();
    const answer = await fetch(`http://127.0.0.1:${stage.port}/slack/events?payload=approve`);
    expect(answer.status).toBe(404);
    expect(stage.ballots).toEqual([]);
    expect(JSON.stringify(message.blocks)).not.toContain('"url"');
  });
});
