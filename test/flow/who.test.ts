// Who somebody is does not depend on spelling: whoever is meant by a name countersigns nothing of theirs, however it is written.
import { beforeEach, describe, expect, it } from 'vitest';
import { answersFrom, knownOf } from '../../src/adapters/directory/known.ts';
import { parsePeople } from '../../src/adapters/directory/people-file.ts';
import { openLinks } from '../../src/adapters/redis/links.ts';
import type { Approval } from '../../src/domain/decision.ts';
import { parseSubmission } from '../../src/domain/submission.ts';
import type { Accounts, CastVote, LinkBook, Policy } from '../../src/flow/ports.ts';
import { castVote } from '../../src/flow/resolve.ts';
import { submit } from '../../src/flow/submit.ts';
import { type Opened, openOn } from '../adapters/redis/opened.ts';
import { anApproval, aSubmission, needsPeople } from '../support/samples.ts';
import { redisUrl } from '../support/services.ts';

const BOB = 'slack:T0:UBOB';
const people = [
  { id: 'alice', slack: ['T0:UALICE'], email: 'alice@example.com' },
  { id: 'bob', slack: ['T0:UBOB'], email: 'bob@example.com', groups: ['db-owners'] },
  { id: 'carol', slack: ['T0:UCAROL'], groups: ['db-owners'] },
];
const known = knownOf(parsePeople(JSON.stringify({ people, agents: [{ id: 'release-bot', owner: 'bob' }] })));
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
  if (admission.kind === 'refusal') throw new Error(admission.code);
  return admission.record.id;
}

async function vote(id: string, account: string, more: Partial<CastVote> & { approval?: Partial<Approval> } = {}) {
  const { approval, ...ballot } = more;
  const reply = await castVote(
    { store: opened.store, directory, accounts, links, policy: countsAll(approval) },
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

describe('seen', () => {
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
