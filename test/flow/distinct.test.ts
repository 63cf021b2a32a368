// Nobody countersigns themselves, nor twice, where an account is nobody's: real links in a real Redis, a policy that waits.
import { beforeEach, describe, expect, it } from 'vitest';
import { answersFrom, knownOf } from '../../src/adapters/directory/known.ts';
import { parsePeople } from '../../src/adapters/directory/people-file.ts';
import { openLinks } from '../../src/adapters/redis/links.ts';
import { involved } from '../../src/domain/barred.ts';
import type { Decision } from '../../src/domain/decision.ts';
import type { RequestRecord } from '../../src/domain/record.ts';
import { coverOf } from '../../src/domain/standing.ts';
import { submitted } from '../../src/domain/steps/submitted.ts';
import type { Voter } from '../../src/domain/vote.ts';
import { mayBeTheSame } from '../../src/domain/who.ts';
import { gather } from '../../src/flow/gather.ts';
import { judge } from '../../src/flow/judge.ts';
import type { Accounts, CastVote, LinkBook, Policy, StandingApprovals } from '../../src/flow/ports.ts';
import { castVote } from '../../src/flow/resolve.ts';
import { checkReviewer, closeReview } from '../../src/flow/review.ts';
import { type Opened, openOn } from '../adapters/redis/opened.ts';
import { anApproval, answer, aSubmission, aVote, awaiting, needsPeople } from '../support/samples.ts';
import { redisUrl } from '../support/services.ts';

const AT = '2026-11-24T12:00:00.000Z';
const X = 'slack:T0:UX';
const Y = 'slack:T0:UY';
const people = [
  { id: 'alice' },
  { id: 'bob' },
  { id: 'dave' },
  { id: 'carol', slack: ['T0:UCAROL'] },
  { id: 'erin', slack: ['T0:UERIN'] },
];
const known = knownOf(parsePeople(JSON.stringify({ people, agents: [{ id: 'release-bot', owner: 'alice' }] })));
const directory = answersFrom(
  () => known,
  () => known,
);
const accounts: Accounts = {
  kindOf: async () => 'member',
  emailOf: async () => undefined,
  usergroupsOf: async (_account, groups) => groups.map(group => `slack_usergroup:${group}`),
  channelsOf: async () => [],
  find: async account => account,
};

let opened: Opened;
let links: LinkBook;
beforeEach(async () => {
  opened = await openOn(redisUrl());
  links = openLinks(opened);
  return () => opened.close();
});

let count = 0;
async function link(person: string, account: string): Promise<void> {
  const hash = `h${++count}`;
  await links.offer({
    person,
    key: 'k1',
    hash,
    lifeMs: 60_000,
    fact: { event: 'link_offered', at: AT, person, evidence: {} },
  });
  const fact = { event: 'linked', at: AT, person, account, evidence: {} } as const;
  expect(await links.claim({ person, account, hash, before: undefined, at: AT, fact })).toBe('linked');
}

async function unlink(person: string, account: string): Promise<void> {
  const fact = { event: 'unlinked', at: AT, person, account, evidence: {} } as const;
  await links.remove({ person, account, fact });
}

const byKey = (user: string): Voter => ({ id: `person:${user}`, user, groups: [], kind: 'member' });
const byNobody = (id: string): Voter => ({ id, user: id, groups: [], kind: 'member' });
const byLink = (user: string, id: string): Voter => ({ ...byKey(user), id, matched_by: 'link' });
const approved = (by: Voter) => ({ ...aVote({ by }), counted: true });
const askedBy = (user: string, ...by: Voter[]): RequestRecord => ({
  ...awaiting(),
  submission: aSubmission({ user: { id: user } }),
  votes: by.map(approved),
});
const isMaybe = async (record: RequestRecord, voter: Voter, barred = involved(record)) =>
  mayBeTheSame(record, await gather({ directory, links, accounts }, voter, record), barred);

describe('an account that is nobody’s', () => {
  it('may be a requester of whom no account is listed, or who answers for the agent that asked', async () => {
    expect(await isMaybe(askedBy('alice'), byNobody(X))).toBe(true);
    expect(await isMaybe({ ...askedBy('carol'), owner: 'alice' }, byNobody(X))).toBe(true);
    expect(await isMaybe(askedBy('carol'), byNobody(X))).toBe(false);
    expect(await isMaybe(askedBy(Y), byNobody(X))).toBe(false); // two accounts are two people
    await link('alice', Y);
    expect(await isMaybe(askedBy('alice'), byNobody(X))).toBe(true); // their own word, and they may have a second one
  });

  it('may be whoever approved with a key, unless their account is listed', async () => {
    expect(await isMaybe(askedBy('carol', byKey('bob')), byNobody(X))).toBe(true);
    expect(await isMaybe(askedBy('carol', byKey('carol')), byNobody(X))).toBe(false);
    expect(await isMaybe(askedBy('carol', byLink('bob', Y)), byNobody(X))).toBe(false);
    const denied = { ...approved(byKey('bob')), vote: 'deny' as const };
    expect(await isMaybe({ ...askedBy('carol'), votes: [denied] }, byNobody(X))).toBe(false);
  });
});

describe('a person of whom no account is listed', () => {
  it('may be who asked by an account that is nobody’s, with a key as by an account that they linked', async () => {
    expect(await isMaybe(askedBy(X), byKey('bob'))).toBe(true);
    expect(await isMaybe(askedBy(X), byLink('bob', Y))).toBe(true);
    expect(await isMaybe(askedBy(X), { ...byLink('bob', Y), matched_by: 'email' })).toBe(false);
    expect(await isMaybe(askedBy(X), byKey('carol'))).toBe(false);
    await link('dave', X);
    expect(await isMaybe(askedBy(X), byKey('bob'))).toBe(false); // it is somebody else's
  });

  it('may be who approved by an account that is nobody’s, when they come with a key', async () => {
    expect(await isMaybe(askedBy('carol', byNobody(X)), byKey('bob'))).toBe(true);
    expect(await isMaybe(askedBy('carol', byNobody(X)), byLink('bob', Y))).toBe(false);
    expect(await isMaybe(askedBy('carol', byNobody(X)), byKey('carol'))).toBe(false);
    expect(await isMaybe(askedBy('alice', byKey('dave')), byKey('bob'))).toBe(false);
  });

  it('may be both where policy lets them approve what is theirs, and still has one vote', async () => {
    const voter = byKey('bob');
    expect(await isMaybe(askedBy(X), voter, [])).toBe(false);
    expect(await isMaybe(askedBy(X, byNobody(Y)), voter, [])).toBe(true);
  });
});

const usergroup = anApproval({
  stages: [{ id: 'both', title: 'Two of us', quorum: 2, have: 0, approvers: [{ type: 'slack_usergroup', id: 'S1' }] }],
});

/** A pending request in the store that two of a Slack group must approve. */
async function pending(patch: Partial<RequestRecord> = {}): Promise<RequestRecord> {
  const now = opened.store.now();
  const service = { id: 'deployer', auth: 'api_key' } as const;
  const submission = aSubmission({ user: { id: 'carol' } });
  const change = submitted({ service, submission, key: `key-${++count}`, defaultExpiryMs: 3_600_000 }, now);
  const next = { ...change.next, approval: usergroup, decision: needsPeople({ approval: usergroup }), ...patch };
  expect(await opened.store.commit({ ...change, next })).toEqual({ ok: true });
  return next;
}

/** Counts whoever answers; `meanwhile` happens once, while it thinks. */
function countsAll(meanwhile: () => Promise<unknown> = async () => {}): Policy {
  let isFirst = true;
  return {
    async ask({ votes }) {
      if (isFirst) {
        isFirst = false;
        await meanwhile();
      }
      const verdicts = votes.map(({ by }) => ({ by: by.id, counted: true }));
      return { kind: 'answer', decision: needsPeople({ approval: usergroup, votes: verdicts }), policy: {} };
    },
  };
}

const worldWith = (policy: Policy) => ({ store: opened.store, directory, accounts, links, policy });
const ballot = (id: string, account: string): CastVote => ({
  id,
  account,
  vote: 'approve',
  surface: account.startsWith('person:') ? 'cli' : 'slack',
  key: `${account} ${++count}`,
  evidence: { transport: 'api_key', api_key: 'k1' },
});

describe('votes', () => {
  it('B8: one person has one vote though they link the account while their click is being judged', async () => {
    const { id } = await pending();
    const meanwhile = async () => {
      await link('bob', X);
      expect(await castVote(worldWith(countsAll()), ballot(id, 'person:bob'))).toMatchObject({ kind: 'counted' });
    };
    const reply = await castVote(worldWith(countsAll(meanwhile)), ballot(id, X));
    expect(reply).toMatchObject({ kind: 'refusal', code: 'already_voted' });
    expect((await opened.store.read(id))?.votes).toMatchObject([{ by: { user: 'bob' } }]);
  });

  it('B8: of a key and of an account that is nobody’s, the first one counts and the other may be the same person', async () => {
    const one = await pending();
    expect(await castVote(worldWith(countsAll()), ballot(one.id, X))).toMatchObject({ kind: 'counted' });
    expect(await castVote(worldWith(countsAll()), ballot(one.id, 'person:bob'))).toMatchObject({ code: 'indistinct' });
    const two = await pending();
    expect(await castVote(worldWith(countsAll()), ballot(two.id, 'person:bob'))).toMatchObject({ kind: 'counted' });
    expect(await castVote(worldWith(countsAll()), ballot(two.id, X))).toMatchObject({ code: 'indistinct' });
    const deny = { ...ballot(two.id, X), vote: 'deny' } as const;
    expect(await castVote(worldWith(countsAll()), deny)).toMatchObject({ kind: 'counted' });
    expect((await opened.store.read(one.id))?.votes).toHaveLength(1);
  });
});

describe('whom a rule excludes', () => {
  const authors = (...ids: string[]) => ({
    approval: { ...usergroup, excluded: ids.map(user => ({ user, code: 'author' })) },
  });
  const vote = (id: string, account: string) => castVote(worldWith(countsAll()), ballot(id, account));

  it('approves by no account of theirs: one that nobody has, one they linked, one they linked once', async () => {
    const { id } = await pending(authors('bob'));
    expect(await vote(id, X)).toMatchObject({ code: 'indistinct' });
    await link('bob', X);
    expect(await vote(id, X)).toMatchObject({ code: 'excluded' });
    await unlink('bob', X);
    expect(await vote(id, X)).toMatchObject({ code: 'excluded' });
    expect(await vote(id, 'person:bob')).toMatchObject({ code: 'excluded' });
    expect(await vote(id, 'slack:T0:UERIN')).toMatchObject({ kind: 'counted' });
    const denial = { ...ballot(id, X), vote: 'deny' } as const;
    expect(await castVote(worldWith(countsAll()), denial)).toMatchObject({ kind: 'counted' });
  });

  it('only since policy was asked about this very answer: it is held against their accounts all the same', async () => {
    const tightened = (votes: readonly { by: { id: string } }[], outcome: 'require_approval' | 'deny'): Decision => ({
      ...needsPeople({ votes: votes.map(({ by }) => ({ by: by.id, counted: outcome !== 'deny' })) }),
      outcome,
      approval: authors('bob').approval,
    });
    const answers = (outcome: 'require_approval' | 'deny'): Policy => ({
      ask: async ({ votes }) => ({ kind: 'answer', decision: tightened(votes, outcome), policy: {} }),
    });
    const { id } = await pending();
    const asks = worldWith(answers('require_approval'));
    expect(await castVote(asks, ballot(id, X))).toMatchObject({ code: 'indistinct' });
    await link('bob', X);
    await unlink('bob', X);
    expect(await castVote(asks, ballot(id, X))).toMatchObject({ code: 'excluded' });
    expect(await opened.store.read(id)).toMatchObject({ status: 'pending', votes: [], approval: usergroup });
    expect(await castVote(worldWith(answers('deny')), ballot(id, X))).toMatchObject({ code: 'ended_by_policy' });
  });

  it('by an account keeps from approving whoever may have it, and nobody whose account is listed', async () => {
    const { id } = await pending(authors(Y));
    expect(await vote(id, 'person:bob')).toMatchObject({ code: 'indistinct' });
    expect(await vote(id, 'slack:T0:UERIN')).toMatchObject({ kind: 'counted' });
    const other = await pending(authors('carol'));
    expect(await vote(other.id, X)).toMatchObject({ kind: 'counted' });
  });
});

describe('a standing approval', () => {
  /** Whether a request passes by it that excludes its author, where policy itself would let it. */
  async function passes(givers: readonly Voter[], author: string, owner?: string): Promise<boolean> {
    const asks = needsPeople({
      approval: anApproval({
        excluded: [{ user: author, code: 'author' }],
        standing: { max_duration: '1h', max_uses: 9 },
      }),
    });
    const plain = { ...awaiting(), submission: aSubmission({ user: { id: 'erin' } }), approval: undefined };
    const record = {
      ...plain,
      decision: undefined,
      ...(owner === undefined ? {} : { owner }),
    } as unknown as RequestRecord;
    const given = {
      id: 'sta_1',
      covers: coverOf(record),
      digest: record.digest,
      votes: givers.map(by => aVote({ by })),
      grantedAt: AT,
      expiresAt: '2099-01-01T00:00:00.000Z',
      maxUses: 9,
      uses: 0,
    };
    const policy: Policy = {
      ask: async ({ votes }) => ({
        kind: 'answer',
        policy: {},
        decision:
          votes.length === 0 ? asks : answer('allow', { votes: votes.map(({ by }) => ({ by: by.id, counted: true })) }),
      }),
    };
    const standing = { within: async () => [given], use: async () => true } as unknown as StandingApprovals;
    const world = { store: opened.store, policy, directory, standing, links, accounts };
    const result = await judge(world, record, 'submit', opened.store.now());
    return result.kind === 'change' && result.next.status === 'approved';
  }

  it('lets nothing pass whose author may be who gave it, by an account that is nobody’s', async () => {
    expect(await passes([byNobody(X)], 'bob')).toBe(false);
    expect(await passes([byKey('bob')], X)).toBe(false);
    expect(await passes([byNobody(X)], 'carol')).toBe(true);
    expect(await passes([byKey('carol')], X)).toBe(true);
    expect(await passes([byKey('dave')], 'bob')).toBe(true);
  });

  it('nor whose author or owner by now is any of those who gave it, not the first alone', async () => {
    const givers = [byKey('dave'), byKey('carol')];
    expect(await passes(givers, 'bob')).toBe(true);
    expect(await passes(givers, 'carol')).toBe(false);
    expect(await passes(givers, 'bob', 'carol')).toBe(false);
    expect(await passes([byKey('dave'), byNobody(X)], 'bob')).toBe(false);
  });

  it('B8: nor where two who gave it turn out to be one, or may be', async () => {
    expect(await passes([byNobody(Y), byKey('carol')], 'alice')).toBe(false); // alice may have that account
    expect(await passes([byKey('carol'), byNobody(Y)], X)).toBe(true);
    expect(await passes([byKey('dave'), byNobody(Y)], X)).toBe(false);
    await link('dave', Y);
    expect(await passes([byKey('dave'), byLink('dave', Y)], X)).toBe(false);
    expect(await passes([byNobody(Y)], 'carol')).toBe(false); // it is dave's now
    expect(await passes([byLink('dave', Y)], 'carol')).toBe(true);
  });
});

describe('a review', () => {
  const review = { dueAt: AT, reminders: 0, messages: [] };
  const emergency = (...by: Voter[]) => pending({ status: 'approved', review, votes: by.map(approved) });
  const call = (id: string, account: string) => ({
    id,
    account,
    key: `${account} ${++count}`,
    evidence: { transport: 'api_key', api_key: 'k1' } as const,
  });
  const close = (id: string, account: string) =>
    closeReview(worldWith(countsAll()), { ...call(id, account), note: 'all was well', surface: 'cli' });

  it('is not closed with a key by whoever may have approved the emergency by an account that is nobody’s', async () => {
    const { id } = await emergency(byNobody(X));
    expect(await checkReviewer(worldWith(countsAll()), call(id, 'person:bob'))).toMatchObject({ code: 'indistinct' });
    expect(await close(id, 'person:bob')).toMatchObject({ code: 'indistinct' });
    expect(await close(id, X)).toMatchObject({ code: 'unmapped' });
    expect(await close(id, 'slack:T0:UCAROL')).toMatchObject({ code: 'own_review' });
    await link('dave', X);
    expect(await close(id, 'person:dave')).toMatchObject({ code: 'own_review' });
    expect(await close(id, 'person:bob')).toMatchObject({ kind: 'changed' }); // the account is dave's
  });

  it('is not closed by whoever approved the emergency by an account that they had linked then', async () => {
    const { id } = await emergency(byNobody(X));
    await link('bob', X);
    await unlink('bob', X);
    expect(await checkReviewer(worldWith(countsAll()), call(id, 'person:bob'))).toMatchObject({ code: 'own_review' });
    expect(await close(id, 'person:bob')).toMatchObject({ code: 'own_review' });
    expect((await opened.store.read(id))?.review?.closed).toBeUndefined();
  });

  it('is judged by the record as it is when it is closed, and by the names of then', async () => {
    const { id } = await emergency();
    const { store } = opened;
    const slow = {
      ...worldWith(countsAll()),
      store: {
        ...store,
        /** Somebody was faster: bob's own click, by an account that was nobody's and is theirs by now. */
        commit: async (change: Parameters<typeof store.commit>[0]) => {
          const isFirst = (await store.read(id))?.votes.length === 0;
          if (isFirst) {
            await link('bob', X);
            const next = { ...change.next, version: change.expected + 1, review, votes: [approved(byNobody(X))] };
            await store.commit({ ...change, next, entries: [], effects: [] });
          }
          return store.commit(change);
        },
      },
    };
    const closing = { ...call(id, 'person:bob'), note: 'all was well', surface: 'cli' } as const;
    expect(await closeReview(slow, closing)).toMatchObject({ code: 'own_review' });
    expect((await store.read(id))?.review?.closed).toBeUndefined();
  });
});
