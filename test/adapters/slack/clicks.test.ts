// Who clicked, and what they are told: no click is silently ignored.
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/domain/failure.ts';
import { refuse } from '../../../src/domain/refusal.ts';
import { aRecord, aVote } from './records.ts';
import { said } from './said.ts';
import { told } from './seen.ts';
import { openStage } from './stage.ts';

const at = '2026-11-24T07:20:00.000Z';
const approvedByBob = aRecord({ status: 'approved', resolution: { by: 'people', at }, votes: [aVote('bob')] });

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
    expect(note.text).toContain('Approved by bob at 2026-11-24 07:20 UTC');
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
      'This could not be saved, so nothing was counted. Please try again in a moment.',
    );
    expect(stage.observed).toContainEqual(expect.objectContaining({ code: 'store_unreachable' }));
    stage.find = async () => {
      throw new Failure('store_unreachable', 'Redis is away. Try again.', { isTransient: true });
    };
    await stage.workspace.as('carol').click(message, 'approve');
    expect((await told(stage, 'carol')).text).toContain('could not be saved');
  });

  it('an answer reaches people where the app may not post, by the address that came with the click', async () => {
    const stage = await openStage();
    const message = await stage.show();
    stage.answer = async () => refuse('not_eligible', aRecord());
    stage.workspace.inject('chat.postEphemeral', { kind: 'ok_false', error: 'channel_not_found' });
    await stage.workspace.as('erin').click(message, 'approve');
    expect((await told(stage, 'erin')).text).toContain("can't approve this");
  });

  it('a copy that nobody knows of shows the outcome once it is clicked (C9: both copies)', async () => {
    const stage = await openStage();
    const first = await stage.show();
    const { ts: copy } = await stage.messenger.post(aRecord(), 'C0APPROVALS');
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
