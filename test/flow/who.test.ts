// Who somebody is does not depend on spelling: whoever is meant by a name countersigns nothing of theirs, however it is written.
import { beforeEach, describe, expect, it } from 'vitest';
import { answersFrom, knownOf } from '../../src/adapters/directory/known.ts';
import { parsePeople } from '../../src/adapters/directory/people-file.ts';
import { openLinks } from '../../src/adapters/redis/links.ts';
import type { Approval } from '../../src/domain/decision.ts';
import { Failure } from '../../src/domain/failure.ts';
import { policyInput } from '../../src/domain/policy-input.ts';
import { wordOf } from '../../src/domain/refusal.ts';
import { voted } from '../../src/domain/steps/voted.ts';
import { parseSubmission } from '../../src/domain/submission-schema.ts';
import type { Accounts, CastVote, LinkBook, Policy } from '../../src/flow/ports.ts';
import { questionOf } from '../../src/flow/question.ts';
import { castVote } from '../../src/flow/resolve.ts';
import { closeReview } from '../../src/flow/review.ts';
import { submit } from '../../src/flow/submit.ts';
import { type Opened, openOn } from '../adapters/redis/opened.ts';
import { anApproval, anIdentity, aSubmission, aVote, aWho, awaiting, NOON, needsPeople } from '../support/samples.ts';
import { redisUrl } from '../support/services.ts';

const BOB = 'slack:T0:UBOB';
/** Of the sample vote. */
const BOB_ACCOUNT = 'slack:T0ACME:U0BOB';
const people = [
  { id: 'alice', slack: ['T0:UALICE'], email: 'alice@example.com' },
  { id: 'bob', slack: ['T0:UBOB'], email: 'bob@example.com', groups: ['db-owners'] },
  { id: 'carol', slack: ['T0:UCAROL'], groups: ['db-owners'] },
];
const agents = [{ id: 'release-bot', owner: 'bob' }];
let known: ReturnType<typeof knownOf>;
const directory = answersFrom(
  () => known,
  () => known,
);
const accounts: Accounts = {
  kindOf: async () => 'member',
  emailOf: async () => undefined,
  usergroupsOf: async () => [],
  channelsOf: async () => [],
};

let opened: Opened;
let links: LinkBook;
beforeEach(async () => {
  known = knownOf(parsePeople(JSON.stringify({ people, agents })));
  opened = await openOn(redisUrl());
  links = openLinks(opened);
  return () => opened.close();
});

/** Asks the database owners, and counts whoever answers: what is refused here, no policy refuses. */
const countsAll = (patch: Partial<Approval> = {}): Policy => ({
  async ask({ votes }) {
    const verdicts = votes.map(({ by }) => ({ by: by.id, counted: true }));
    return { kind: 'answer', decision: needsPeople({ approval: anApproval(patch), votes: verdicts }), policy: {} };
  },
});

let count = 0;
async function asked(body: object, approval: Partial<Approval> = {}): Promise<string> {
  const parsed = parseSubmission(aSubmission(body));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  const world = {
    store: opened.store,
    directory,
    links,
    standing: { within: async () => [] } as never,
    observe: () => undefined,
    policy: countsAll(approval),
    randomKey: () => `key-${++count}`,
    defaultExpiryMs: 3_600_000,
  };
  const service = { id: 'deployer', auth: 'api_key' } as const;
  const admission = await submit(world, { service, submission: parsed.submission });
  if (admission.kind === 'refusal') throw new Error(wordOf(admission));
  return admission.record.id;
}

type VoteOptions = Partial<CastVote> & { approval?: Partial<Approval>; find?: NonNullable<Accounts['find']> };

async function vote(id: string, account: string, more: VoteOptions = {}) {
  const { approval, find, ...ballot } = more;
  const reply = await castVote(
    {
      store: opened.store,
      directory,
      accounts: { ...accounts, ...(find && { find }) },
      links,
      policy: countsAll(approval),
    },
    {
      id,
      account,
      vote: 'approve',
      surface: 'slack',
      key: `${account} ${++count}`,
      evidence: { transport: 'api_key', api_key: 'k1' },
      ...ballot,
    },
  );
  return reply.kind === 'refusal' ? reply.code : reply.kind;
}

describe('whoever is meant by a name', () => {
  it.each(['Bob', 'bob ', ' BOB', 'bob@example.com', 'Bob@Example.com', BOB])(
    'B3: bob does not approve what he asked for as %j',
    async id => {
      expect(await vote(await asked({ user: { id } }), BOB)).toBe('self_approval');
    },
  );

  it.each(['release-bot', 'Release-Bot '])('B2: an agent that submits itself as user %j has its owner', async id => {
    expect(await vote(await asked({ user: { id } }), BOB)).toBe('self_approval');
  });

  it.each(['bob@example.com', ' Bob', BOB])('an excluded author named %j does not approve', async user => {
    const excluded = { excluded: [{ user, code: 'author' }] };
    expect(await vote(await asked({}, excluded), BOB, { approval: excluded })).toBe('excluded');
    expect(await vote(await asked({}, excluded), 'slack:T0:UCAROL', { approval: excluded })).toBe('counted');
  });
});

it('a policy that names another group each time it is asked is broken, and asked no more', async () => {
  const id = await asked({});
  let times = 0;
  const endless: Policy = {
    async ask({ votes }) {
      const approvers = [{ type: 'slack_usergroup' as const, id: `S${++times}` }];
      const stages = [{ id: 'owners', quorum: 1, have: 0, approvers }];
      const verdicts = votes.map(({ by }) => ({ by: by.id, counted: true }));
      return { kind: 'answer', decision: needsPeople({ approval: { stages }, votes: verdicts }), policy: {} };
    },
  };
  await castVote(
    { store: opened.store, directory, accounts, links, policy: endless },
    {
      id,
      account: BOB,
      vote: 'approve',
      surface: 'slack',
      key: 'k',
      evidence: { transport: 'api_key', api_key: 'k1' },
    },
  );
  expect(times).toBe(5);
  const { status, resolution } = (await opened.store.read(id)) ?? {};
  expect([status, resolution?.reason]).toEqual(['failed', expect.stringContaining('pdp_endless')]);
});

describe('a name that nobody knows', () => {
  const authored = (user: string) => ({ excluded: [{ user, code: 'author' }] });
  const voting = async (body: object, approval: Partial<Approval> = {}, account = 'slack:T0:UCAROL') =>
    vote(await asked(body, approval), account, { approval });

  it('of the requester, the actor or an excluded author keeps everybody from approving', async () => {
    expect(await voting({ user: { id: 'zoe' } })).toBe('unknown_requester');
    expect(await voting({ actor: { type: 'user', id: 'b\u200bob' } })).toBe('unknown_requester');
    expect(await voting({}, authored('zoe'))).toBe('unknown_excluded');
    expect(await voting({ user: { id: 'zoe' } }, { unknown_requester: true })).toBe('counted');
    expect(await voting({}, { ...authored('zoe'), unknown_requester: true })).toBe('unknown_excluded');
  });

  it.each([
    'b\u200bob',
    'bob\u00ad',
    'ｂｏｂ',
    'bób',
    'bo\u0301b',
    '\u202abob\u202c',
    'BOB\u2060',
    'bob+deploy@example.com',
    'bob@example.com.',
    'ｂob@example.com',
  ])('is theirs whose it looks like, %j, also where policy waives that it is known', async id => {
    const waived = { unknown_requester: true };
    expect(await voting({ user: { id } }, waived, BOB)).toBe('self_approval');
    expect(await voting({ actor: { type: 'user', id } }, waived, BOB)).toBe('self_approval');
    expect(await voting({ user: { id } }, waived)).toBe('counted');
  });

  it('keeps nobody from saying no', async () => {
    const id = await asked({ user: { id: 'zoe' } });
    expect(await vote(id, 'slack:T0:UCAROL', { vote: 'deny', reason: 'who is that?' })).toBe('counted');
  });

  it('of two people is neither’s, and both are held to it', async () => {
    const isAl = (id: string) => id !== 'carol';
    const named = people.map(one => ({ ...one, names: isAl(one.id) ? ['al'] : [] }));
    known = knownOf(parsePeople(JSON.stringify({ people: named, agents })));
    const waived = { unknown_requester: true };
    expect(await voting({ user: { id: 'al' } })).toBe('unknown_requester');
    expect(await voting({ user: { id: 'al' } }, waived, BOB)).toBe('self_approval');
    expect(await voting({ user: { id: 'al' } }, waived)).toBe('counted');
  });

  it('that policy excludes only with this very answer is looked up as well', async () => {
    const id = await asked({});
    expect(await vote(id, 'slack:T0:UCAROL', { approval: authored('zoe') })).toBe('unknown_excluded');
    expect(await vote(id, BOB, { approval: authored('BOB@example.com') })).toBe('excluded');
    expect((await opened.store.read(id))?.votes).toEqual([]);
  });

  it('is asked of Slack, and while Slack does not say, nothing is counted and the same answer may come again', async () => {
    const id = await asked({ user: { id: 'zoe@example.com' } });
    const away = async () => {
      throw new Failure('unverified_account', 'Slack is away.', { isTransient: true });
    };
    expect(await vote(id, 'slack:T0:UCAROL', { find: away, key: 'k' })).toBe('unverified_requester');
    const find = async (name: string) => (name === 'zoe@example.com' ? 'slack:T0:UZOE' : undefined);
    expect(await vote(id, 'slack:T0:UZOE', { find })).toBe('self_approval');
    expect(await vote(id, 'slack:T0:UCAROL', { find })).toBe('counted');
  });
});

describe('somebody who has left the directory', () => {
  const user = (id: string) => ({ type: 'user' as const, id });
  const carol = { stages: [{ id: 'two', quorum: 2, have: 0, approvers: [user('carol'), user('bob')] }] };

  it('counts no more for what they approved: policy is told, and where it counts them all the same the request fails', async () => {
    const id = await asked({}, carol);
    expect(await vote(id, 'slack:T0:UCAROL', { approval: carol })).toBe('counted');
    expect((await opened.store.read(id))?.votes[0]?.by).not.toHaveProperty('unknown');
    known = knownOf(parsePeople(JSON.stringify({ people: people.filter(({ id }) => id !== 'carol'), agents })));
    await vote(id, BOB, { approval: carol });
    expect(await opened.store.read(id)).toMatchObject({
      status: 'failed',
      resolution: { by: 'system', reason: expect.stringContaining('no longer knows') },
      votes: [{ by: { user: 'carol', unknown: true } }, { by: { user: 'bob' } }],
    });
  });

  it('counts again once they are back', async () => {
    const record = { ...awaiting(), votes: [{ ...aVote({ by: { user: 'carol', unknown: true } }), counted: false }] };
    const { store } = opened;
    const newest = async () => (await questionOf({ directory, store }, record, { phase: 'vote', now: 0 })).votes[0];
    const back = await newest();
    expect(back?.by).toEqual({ id: BOB_ACCOUNT, user: 'carol', groups: ['db-owners'], kind: 'member' });
    known = knownOf(parsePeople(JSON.stringify({ people: [], agents: [] })));
    const gone = await newest();
    expect(gone?.by).toMatchObject({ unknown: true, groups: [] });
  });
});

describe('a review', () => {
  it('of an emergency is closed neither by who asked, however they are written, nor while nobody knows who did', async () => {
    const closed = async (user: string) => {
      const id = await asked({ user: { id: user } });
      const record = await opened.store.read(id);
      if (record === undefined) throw new Error('no record');
      const review = { dueAt: record.submittedAt, reminders: 0, messages: [] };
      const next = { ...record, status: 'approved', review, version: record.version + 1 } as const;
      await opened.store.commit({ kind: 'change', expected: record.version, next, entries: [], effects: [] });
      const evidence = { transport: 'api_key', api_key: 'k1' } as const;
      const call = {
        id,
        account: 'person:bob',
        key: `r${++count}`,
        evidence,
        note: 'all was well',
        surface: 'cli',
      } as const;
      const reply = await closeReview({ store: opened.store, directory, accounts, links }, call);
      return reply.kind === 'refusal' ? reply.code : reply.kind;
    };
    expect(await closed('BOB@example.com')).toBe('own_review');
    expect(await closed('release-bot')).toBe('own_review');
    expect(await closed('zoe')).toBe('unknown_requester');
    expect(await closed('alice')).toBe('changed');
  });
});

describe('the step alone', () => {
  it('keeps that nobody countersigns themselves, though policy counts them', () => {
    const record = awaiting();
    const by = { id: 'slack:T0:UALICE', user: 'alice' };
    const given = aVote({ by });
    const decision = needsPeople({ votes: [{ by: by.id, counted: true }] });
    const event = {
      input: policyInput(record, 'vote', NOON, [given]),
      key: 'k',
      via: { transport: 'socket', team: 'T0', user: 'UALICE', action_ts: '1.0' } as const,
      decision,
      policy: {},
    };
    expect(voted(record, { ...event, who: aWho(by, record) }, NOON)).toMatchObject({ code: 'self_approval' });
    const tightened = { ...decision, approval: anApproval({ excluded: [{ user: 'author', code: 'author' }] }) };
    const author = aWho({ user: 'bob', id: BOB_ACCOUNT }, record, { others: { author: anIdentity('author', 'bob') } });
    const excluded = voted(record, { ...event, decision: tightened, who: author }, NOON);
    expect(excluded).toMatchObject({ code: 'excluded' });
  });
});
