import { describe, expect, it } from 'vitest';
import { floor } from '../../src/domain/floor.ts';
import { codeFrom, refusalSentence } from '../../src/domain/refusal.ts';
import { cancelled } from '../../src/domain/steps/ended.ts';
import {
  anApproval,
  anIdentity,
  aRecord,
  aSubmission,
  aVote,
  aWho,
  awaiting,
  HOUR_MS,
  NOON,
} from '../support/samples.ts';

const resolved = () => {
  const result = cancelled(awaiting(), NOON);
  return result.kind === 'change' ? result.next : awaiting();
};
const byAgent = { submission: aSubmission({ actor: { type: 'ai_agent', id: 'release-bot' } }), owner: 'bob' };
const byActor = (id: string) => ({ submission: aSubmission({ actor: { type: 'user', id } }) });
const WAIVED = { unknown_requester: true };
const HOURLY = { standing: { max_duration: '1h', max_uses: 3 } };
const counted = { ...aVote(), counted: true };

describe('the structural floor', () => {
  it.each([
    ['lets an eligible member through', awaiting(), aVote(), undefined],
    ['refuses on a resolved request', resolved(), aVote(), 'already_resolved'],
    ['refuses where policy asks nobody', aRecord(), aVote(), 'not_asked'],
    ['refuses after the deadline', awaiting(), aVote({ at: new Date(NOON + HOUR_MS).toISOString() }), 'expired'],
    ['A9: refuses a guest', awaiting(), aVote({ by: { kind: 'guest' } }), 'not_a_member'],
    ['A8: refuses somebody of another organisation', awaiting(), aVote({ by: { kind: 'external' } }), 'not_a_member'],
    ['refuses a bot', awaiting(), aVote({ by: { kind: 'bot' } }), 'not_a_member'],
    ['refuses a removed account', awaiting(), aVote({ by: { kind: 'deleted' } }), 'not_a_member'],
    [
      'lets a guest through whom policy names',
      awaiting({ stages: [{ id: 's', quorum: 1, have: 0, approvers: [{ type: 'user', id: 'bob' }] }] }),
      aVote({ by: { kind: 'guest' } }),
      undefined,
    ],
    ["B3: refuses the requester's own click", awaiting(), aVote({ by: { user: 'alice' } }), 'self_approval'],
    ["B2: an agent's owner cannot approve its request", awaiting({}, byAgent), aVote(), 'self_approval'],
    [
      'B1: refuses by person, so that another account or name does not help',
      awaiting(),
      aVote({ by: { id: 'slack:T0ACME:U0OTHER', user: 'alice' } }),
      'self_approval',
    ],
    [
      'refuses a standing approval that policy does not offer',
      awaiting(),
      aVote({ standing: { duration: '1m', uses: 1 } }),
      'standing_not_allowed',
    ],
    [
      'refuses a standing approval for longer than policy offers',
      awaiting(HOURLY),
      aVote({ standing: { duration: '61m', uses: 1 } }),
      'standing_too_long',
    ],
    [
      'refuses a standing approval for more uses than policy offers',
      awaiting(HOURLY),
      aVote({ standing: { duration: '1h', uses: 4 } }),
      'standing_too_long',
    ],
    [
      'refuses a standing approval without an end that can be read',
      awaiting(HOURLY),
      aVote({ standing: { duration: 'for ever', uses: 1 } }),
      'standing_too_long',
    ],
    [
      'lets a standing approval through that is just as long as policy offers',
      awaiting(HOURLY),
      aVote({ standing: { duration: '1h', uses: 3 } }),
      undefined,
    ],
    ['lets the requester deny', awaiting(), aVote({ vote: 'deny', by: { user: 'alice' } }), undefined],
    [
      'B5: lets the requester approve where policy waives it',
      awaiting({ self_approval: true }),
      aVote({ by: { user: 'alice' } }),
      undefined,
    ],
    [
      'A13: refuses on a surface that policy does not allow',
      awaiting({ surfaces: ['cli', 'api'] }),
      aVote(),
      'surface_not_allowed',
    ],
    [
      'refuses a denial without the reason that policy requires',
      awaiting({ reason_required: 'on_deny' }),
      aVote({ vote: 'deny', reason: '  ' }),
      'reason_required',
    ],
    [
      'refuses an approval without the reason that policy requires',
      awaiting({ reason_required: 'always' }),
      aVote(),
      'reason_required',
    ],
    [
      'B6, B8: refuses a second approval by the same person from another account',
      awaiting({}, { votes: [counted] }),
      aVote({ by: { id: 'slack:T0ACME:U0BOB2' } }),
      'already_voted',
    ],
    ['lets somebody who approved deny', awaiting({}, { votes: [counted] }), aVote({ vote: 'deny' }), undefined],
    [
      'does not let somebody who denied approve',
      awaiting({}, { votes: [{ ...counted, vote: 'deny' }] }),
      aVote(),
      'already_voted',
    ],
    [
      'lets somebody vote again whose vote was not counted',
      awaiting({}, { votes: [{ ...counted, counted: false }] }),
      aVote(),
      undefined,
    ],
  ])('%s', (_what, record, vote, code) => {
    expect(floor(record, vote, aWho(vote.by, record))?.code).toBe(code);
  });

  it('has a sentence with a remedy for each of its refusals', () => {
    const byGuest = aVote({ by: { kind: 'guest' } });
    const guest = floor(awaiting(), byGuest, aWho(byGuest.by, awaiting()));
    expect(guest && refusalSentence(guest)).toContain('Ask a full member');
    expect(refusalSentence({ kind: 'refusal', code: { policy: 'policy_code' } })).toContain('policy_code');
    expect(refusalSentence({ kind: 'refusal', code: codeFrom('constructor') })).toContain('constructor');
  });

  it('holds whatever approvers policy names', () => {
    const stages = [{ id: 's', quorum: 1, have: 0, approvers: [{ type: 'user' as const, id: 'alice' }] }];
    const record = awaiting(anApproval({ stages }));
    const vote = aVote({ by: { user: 'alice' } });
    expect(floor(record, vote, aWho(vote.by, record))?.code).toBe('self_approval');
  });
});

describe('who is meant by a name', () => {
  const bob = (record = awaiting(), more: Parameters<typeof aWho>[2] = {}) =>
    floor(record, aVote(), aWho(aVote().by, record, more))?.code;
  const nobody = { names: new Set(['alice']), isKnown: false, isUnlisted: true, isNobodys: false };
  const excluding = awaiting({ excluded: [{ user: 'author', code: 'author' }] });

  it.each([
    ['the requester, known by a name of the voter', { alice: anIdentity('alice', 'BOB') }, awaiting(), 'self_approval'],
    ['an excluded author, known by a name of the voter', { author: anIdentity('bob') }, excluding, 'excluded'],
    ['a requester whom nobody knows', { alice: nobody }, awaiting(), 'unknown_requester'],
    ['an actor whom nobody knows', { bot: nobody }, awaiting({}, byActor('bot')), 'unknown_requester'],
    ['an excluded author whom nobody knows', { author: nobody }, excluding, 'unknown_excluded'],
    ['a requester whom nobody knows, where policy waives it', { alice: nobody }, awaiting(WAIVED), undefined],
    [
      'an excluded author whom nobody knows, where policy waives that of the requester',
      { author: nobody },
      awaiting({ ...WAIVED, excluded: [{ user: 'author', code: 'author' }] }),
      'unknown_excluded',
    ],
    [
      'a requester whom nobody knows and who may approve',
      { alice: nobody },
      awaiting({ self_approval: true }),
      undefined,
    ],
  ])('%s', (_what, others, record, code) => {
    expect(bob(record, { others })).toBe(code);
    expect(floor(record, aVote({ vote: 'deny' }), aWho(aVote().by, record, { others }))).toBeUndefined();
  });

  it('of whom nothing was gathered nothing is known, so nobody approves', () => {
    expect(bob(awaiting(), { others: {} })).toBeUndefined();
    expect(floor(awaiting(), aVote(), { ...aWho(aVote().by, awaiting()), others: new Map() })?.code).toBe(
      'unknown_requester',
    );
  });

  it('an account that is nobody’s may be a requester without a listed account, unless policy takes whoever asked', () => {
    const own = { isNobodys: true } as const;
    const listed = { alice: anIdentity('alice') };
    expect(bob(awaiting(), { ...own, others: listed })).toBeUndefined();
    expect(bob(awaiting(), { ...own, others: { alice: { ...nobody, isKnown: true } } })).toBe('indistinct');
    expect(bob(awaiting(WAIVED), { ...own, others: { alice: nobody } })).toBeUndefined();
    expect(bob(awaiting(WAIVED), { ...own, others: { alice: { ...nobody, isKnown: true } } })).toBe('indistinct');
  });
});
