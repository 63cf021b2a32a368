// People click, and it reaches the flow as exactly that person's answer, or they are told why not. In both transports.
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { requestCard } from '../../../src/adapters/slack/cards/request-card.ts';
import { Failure } from '../../../src/domain/failure.ts';
import { refuse } from '../../../src/domain/refusal.ts';
import { aRecord, aVote, deploy, mentions, twoOwners } from './records.ts';
import { said } from './said.ts';
import { openStage, type Stage } from './stage.ts';

const at = '2026-11-24T07:20:00.000Z';
const approvedByBob = aRecord({ status: 'approved', resolution: { by: 'people', at }, votes: [aVote('bob')] });

const told = (stage: Stage, user: string) =>
  stage.workspace.until(`${user} is told`, () => stage.workspace.ephemerals(user).at(-1));
const modal = (stage: Stage, user: string, callback?: string) =>
  stage.workspace.until(`${user} has a modal`, () => {
    const top = stage.workspace.modals(user).at(-1);
    return callback === undefined || top?.callback_id === callback ? top : undefined;
  });

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
    expect(JSON.stringify(submitted.response)).toContain('not among the approvers');
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
    expect(stage.workspace.ephemerals('bob')[0]?.text).toContain('dated too far from now');
    expect(stage.ballots).toEqual([]);
    expect(stage.noted).toEqual([
      expect.objectContaining({ event: 'refused', code: 'stale_gesture', id: aRecord().id }),
      expect.objectContaining({ event: 'refused', code: 'stale_gesture', by: { id: 'slack:T0ACME:U0BOB' } }),
    ]);
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
      said(stage.workspace.modals('bob').at(-1)?.blocks).includes('Policy cannot be asked'),
    );
  });
});

describe('signed HTTP', () => {
  it('C6: a delivery signed for the future is refused, which Bolt alone would accept', async () => {
    const stage = await openStage({ mode: 'http' });
    await stage.workspace.as('bob').click(await stage.show(), 'approve', { signedAt: Date.now() + 3_600_000 });
    expect((await told(stage, 'bob')).text).toContain('dated too far from now');
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

describe('who clicked', () => {
  it('A1 A2: identity is team and user id: two people with the same display name are two people', async () => {
    const stage = await openStage();
    const message = await stage.show();
    await stage.workspace.as('U0ALEX1').click(message, 'approve');
    await stage.workspace.as('U0ALEX2').click(message, 'approve');
    await stage.workspace.until('both arrive', () => stage.ballots.length === 2);
    expect(stage.ballots.map(({ account }) => account).toSorted()).toEqual([
      'slack:T0ACME:U0ALEX1',
      'slack:T0ACME:U0ALEX2',
    ]);
  });

  it('A8: somebody of another company arrives as a member of that company', async () => {
    const stage = await openStage();
    stage.answer = async () => refuse('not_a_member', aRecord());
    const message = await stage.show();
    await stage.workspace.as('mallory').click(message, 'approve');
    const ballot = await stage.workspace.until('it arrives', () => stage.ballots[0]);
    expect(ballot.account).toBe('slack:T0EVIL:U0MALLORY');
  });

  it("A9: a guest's click is refused, and the guest is told", async () => {
    const stage = await openStage();
    stage.answer = async () => refuse('not_a_member', aRecord());
    await stage.workspace.as('grace').click(await stage.show(), 'approve');
    expect((await told(stage, 'grace')).text).toContain('Guests, bots');
  });
});

describe('no click is silently ignored', () => {
  it('a loser hears who won, and sees the outcome on the card', async () => {
    const stage = await openStage();
    const message = await stage.show();
    stage.answer = async () => refuse('already_resolved', approvedByBob);
    await stage.workspace.as('carol').click(message, 'approve');
    const note = await told(stage, 'carol');
    expect(note.text).toContain('Already approved by bob at 2026-11-24 07:20 UTC');
    expect(said(note.blocks)).toContain('✅ Approved by <@U0BOB>');
    await stage.workspace.until('the card is drawn again', () =>
      stage.workspace
        .history('approvals')
        .some(({ ts, blocks }) => ts === message.ts && said(blocks).includes('# Approved')),
    );
  });

  it('D3: a click during store trouble is answered, not lost', async () => {
    const stage = await openStage();
    const message = await stage.show();
    stage.answer = async () => {
      throw new Failure('store_unreachable', 'Redis is away. Try again.', { isTransient: true });
    };
    await stage.workspace.as('bob').click(message, 'approve');
    expect((await told(stage, 'bob')).text).toBe(
      'This could not be recorded, and nothing was counted. Please try again in a moment.',
    );
    expect(stage.observed).toContainEqual(expect.objectContaining({ code: 'store_unreachable' }));
    stage.find = async () => {
      throw new Failure('store_unreachable', 'Redis is away. Try again.', { isTransient: true });
    };
    await stage.workspace.as('carol').click(message, 'approve');
    expect((await told(stage, 'carol')).text).toContain('could not be recorded');
  });

  it('an answer reaches people where the app may not post, by the address that came with the click', async () => {
    const stage = await openStage();
    const message = await stage.show();
    stage.answer = async () => refuse('not_eligible', aRecord());
    stage.workspace.inject('chat.postEphemeral', { kind: 'ok_false', error: 'channel_not_found' });
    await stage.workspace.as('erin').click(message, 'approve');
    expect((await told(stage, 'erin')).text).toContain('not among the approvers');
  });

  it('a copy that nobody knows of shows the outcome once it is clicked (C9: both copies)', async () => {
    const stage = await openStage();
    const first = await stage.show();
    const copy = await stage.messenger.post(aRecord(), 'C0APPROVALS');
    const record = {
      ...approvedByBob,
      cards: [{ channel: 'C0APPROVALS', ts: first.ts, postingSince: at, postedBy: 'test' }],
    };
    stage.answer = async () => ({ kind: 'counted', record });
    await stage.workspace.as('bob').click({ channel: 'C0APPROVALS', ts: copy }, 'approve');
    await stage.workspace.until('the copy is drawn', () =>
      stage.workspace.history('approvals').some(({ ts, blocks }) => ts === copy && said(blocks).includes('# Approved')),
    );
  });

  it('D20: a pending record never redraws a card: an old state cannot bring buttons back', async () => {
    const stage = await openStage();
    const message = await stage.show();
    stage.answer = async () => refuse('already_voted', aRecord({ votes: [aVote('bob')] }));
    await stage.workspace.as('bob').click(message, 'approve');
    await told(stage, 'bob');
    await stage.inbound.stop();
    expect(stage.workspace.calls.filter(({ method }) => method === 'chat.update')).toEqual([]);
  });
});

describe('modals', () => {
  it('K2: the modal opens while the store is slow', async () => {
    const stage = await openStage();
    const message = await stage.show();
    const slow = Promise.withResolvers<void>();
    stage.find = async id => {
      await slow.promise;
      return stage.records.get(id);
    };
    await stage.workspace.as('bob').click(message, 'details');
    const skeleton = await modal(stage, 'bob');
    expect(said(skeleton.blocks)).toContain('Reading the request…');
    slow.resolve();
    await stage.workspace.until('the content comes', () =>
      said(stage.workspace.modals('bob').at(-1)?.blocks).includes('payments-api'),
    );
  });

  it('a store that fails meanwhile is said in the modal', async () => {
    const stage = await openStage();
    const message = await stage.show();
    stage.find = async () => {
      await delay(300);
      throw new Failure('store_unreachable', 'Redis is away. Try again.', { isTransient: true });
    };
    await stage.workspace.as('bob').click(message, 'deny');
    await stage.workspace.until('it is said', () =>
      said(stage.workspace.modals('bob').at(-1)?.blocks).includes('could not be read just now'),
    );
  });

  it('a double click opens one modal and says nothing about the second', async () => {
    const stage = await openStage();
    await stage.workspace.as('bob').click(await stage.show(), 'deny', { times: 2 });
    await modal(stage, 'bob', 'deny');
    expect(stage.workspace.modals('bob')).toHaveLength(1);
    expect(stage.workspace.ephemerals('bob')).toEqual([]);
  });

  it('Approve asks for words where policy requires them', async () => {
    const stage = await openStage();
    const approval = { ...twoOwners, reason_required: 'always' as const };
    await stage.workspace.as('bob').click(await stage.show(aRecord({ approval })), 'approve');
    const view = await modal(stage, 'bob', 'approve');
    expect(stage.ballots).toEqual([]);
    await stage.workspace.as('bob').submit(view, { reason: 'checked the plan' });
    expect(stage.ballots[0]).toMatchObject({ vote: 'approve', reason: 'checked the plan' });
  });

  it('a form submitted again after a refusal is another gesture', async () => {
    const stage = await openStage();
    stage.answer = async () => refuse('policy_unavailable', aRecord());
    await stage.workspace.as('bob').click(await stage.show(), 'deny');
    const view = await modal(stage, 'bob', 'deny');
    await stage.workspace.as('bob').submit(view, { reason: 'no' });
    await stage.workspace.as('bob').submit(view, { reason: 'no' });
    expect(new Set(stage.ballots.map(({ key }) => key)).size).toBe(2);
  });

  it('E4: what the card could not show is read to its end before it can be approved', async () => {
    const stage = await openStage();
    const script = Array.from({ length: 1_500 }, (_, i) => `statement ${i};`).join('\n');
    const message = await stage.show(aRecord({}, { ...deploy, params: { script } }));
    expect(said(message.blocks)).toContain('[Review…]');
    await stage.workspace.as('bob').click(message, 'review');
    let view = await modal(stage, 'bob');
    let turns = 0;
    while (view.submit === null) {
      const before = view.hash;
      await stage.workspace.as('bob').click(view, 'page_next');
      view = await stage.workspace.until('the page turns', () => {
        const top = stage.workspace.modals('bob').at(-1);
        return top !== undefined && top.hash !== before ? top : undefined;
      });
      turns += 1;
    }
    expect(turns).toBeGreaterThan(2);
    expect(said(view.blocks)).toContain('statement 1499;');
    await stage.workspace.as('bob').submit(view, {});
    expect(stage.ballots).toEqual([expect.objectContaining({ vote: 'approve', account: 'slack:T0ACME:U0BOB' })]);
  });

  it('E12 D22: an Approve on a card that could not show everything opens the review instead', async () => {
    const stage = await openStage();
    const message = await stage.show();
    stage.records.set(aRecord().id, aRecord({}, { ...deploy, params: { script: 'x'.repeat(9_000) } }));
    await stage.workspace.as('bob').click(message, 'approve');
    expect((await modal(stage, 'bob')).title?.text).toBe('Review request');
    expect(stage.ballots).toEqual([]);
  });
});

it('Home, the command and the shortcut say how it works', async () => {
  const stage = await openStage();
  await stage.workspace.as('erin').openHome();
  await stage.workspace.until('Home is published', () => stage.workspace.home('erin'));
  const { shown } = await stage.workspace.as('erin').command('/approvals list', 'C0APPROVALS');
  expect(shown?.text).toContain('policy may ask people');
  await stage.workspace.as('erin').shortcut('open_queue');
  expect((await modal(stage, 'erin')).title?.text).toBe('Approvals');
});

describe('connections', () => {
  it('D19 D25: a click while Slack renews the connections is answered', async () => {
    const stage = await openStage();
    const message = await stage.show();
    const opened = stage.workspace.calls.length;
    stage.workspace.disconnectSockets();
    await stage.workspace.until('new connections are asked for', () =>
      stage.workspace.calls.slice(opened).some(({ method, ok }) => method === 'apps.connections.open' && ok),
    );
    await expect
      .poll(async () => (await stage.workspace.as('bob').click(message, 'approve')).acked, { timeout: 15_000 })
      .toBe(true);
    await stage.workspace.until('the vote is cast', () => stage.ballots.length > 0);
    expect(stage.ballots[0]?.account).toBe('slack:T0ACME:U0BOB');
  });

  it('D26: the bot recovers from an outage of apps.connections.open', async () => {
    const stage = await openStage();
    stage.workspace.inject('apps.connections.open', { kind: 'http', status: 503 }, { times: 4 });
    stage.workspace.disconnectSockets();
    await stage.workspace.until('the outage is met', () =>
      stage.observed.some(o => o.kind === 'trouble' && o.code === 'socket_down'),
    );
    await stage.workspace.until(
      'it is connected again',
      () =>
        stage.workspace.connections() > 0 &&
        stage.workspace.calls.filter(({ method, ok }) => method === 'apps.connections.open' && ok).length >= 3,
    );
    expect((await stage.inbound.check()).ok).toBe(true);
  });

  it('work under way is ended before stop is over', async () => {
    const stage = await openStage();
    const slow = Promise.withResolvers<void>();
    stage.answer = async () => {
      await slow.promise;
      return refuse('not_eligible', aRecord());
    };
    await stage.workspace.as('erin').click(await stage.show(), 'approve');
    await stage.workspace.until('the vote is under way', () => stage.ballots.length === 1);
    const stopped = stage.inbound.stop();
    await stage.workspace.until('no connection is left', () => stage.workspace.connections() === 0);
    setTimeout(slow.resolve, 400);
    await stopped;
    expect(stage.workspace.ephemerals('erin')).toHaveLength(1);
  });
});
