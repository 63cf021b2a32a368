// What an answer rests on is in the audit whether or not it counts: who it was, and which policy said what to which question.
import { describe, expect, it } from 'vitest';
import { answersFrom, knownOf } from '../../src/adapters/directory/known.ts';
import { parsePeople } from '../../src/adapters/directory/people-file.ts';
import { digestOf } from '../../src/domain/canonical.ts';
import type { Decision } from '../../src/domain/decision.ts';
import type { PolicyInput } from '../../src/domain/policy-input.ts';
import { submitted } from '../../src/domain/steps/submitted.ts';
import type { Accounts, CastVote, Policy } from '../../src/flow/ports.ts';
import { castVote } from '../../src/flow/resolve.ts';
import { openMemory } from '../../src/workbench/rehearsal/memory.ts';
import { anApproval, answer, aSubmission, HOUR_MS, NOON, needsPeople } from '../support/samples.ts';
import { understood } from '../support/understood.ts';

const people = [
  { id: 'alice', slack: ['T0:UALICE'] },
  { id: 'bob', slack: ['T0:UBOB'], groups: ['db-owners'] },
];
const known = knownOf(parsePeople(JSON.stringify({ people })));
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
const via = {
  transport: 'socket',
  team: 'T0',
  user: 'UBOB',
  channel: 'C1',
  message_ts: '1.0',
  action_ts: '2.0',
} as const;
const card = 'sha256:card';

/** A request that waits for people, and policy that answers `says` to whoever answers. */
async function stage(says: (votes: PolicyInput['votes']) => Decision | undefined) {
  const questions: PolicyInput[] = [];
  const store = openMemory(() => NOON);
  const service = { id: 'deployer', auth: 'api_key' } as const;
  const first = submitted({ service, submission: aSubmission(), key: 'k', defaultExpiryMs: HOUR_MS }, NOON);
  const approval = anApproval();
  await store.commit({ ...first, next: { ...first.next, approval, decision: needsPeople({ approval }) } });
  const policy: Policy = {
    async ask(input) {
      questions.push(input);
      const decision = says(input.votes);
      if (decision === undefined) return { kind: 'broken', code: 'bad_answer', cause: 'nonsense' };
      return { kind: 'answer', decision, policy: { revision: 'r7', decision_id: `d-${questions.length}` } };
    },
  };
  const vote = (ballot: Partial<CastVote> = {}) =>
    castVote(
      { store, directory, accounts, policy },
      {
        ...{ id: first.next.id, account: 'slack:T0:UBOB', vote: 'approve', surface: 'slack', key: 'click-1', card },
        evidence: via,
        ...ballot,
      },
    );
  const told = (event: string) => JSON.parse(JSON.stringify(store.entries.filter(entry => entry.event === event)));
  return { questions, vote, told, read: () => store.read(first.next.id) };
}

const verdicts = (votes: PolicyInput['votes'], counted: boolean) => votes.map(({ by }) => ({ by: by.id, counted }));
const bob = {
  account: 'slack:T0:UBOB',
  person: 'bob',
  groups: ['db-owners'],
  kind: 'member',
  matched_by: 'directory',
};

describe('an answer', () => {
  it('that counts, and the decision by it, name the very question', async () => {
    const { vote, told, questions } = await stage(votes => answer('allow', { votes: verdicts(votes, true) }));
    expect(await vote()).toMatchObject({ kind: 'counted' });
    const policy = { revision: 'r7', decision_id: 'd-1', input_digest: digestOf(questions[0]) };
    expect(told('voted')).toMatchObject([{ v: 2, vote: 'approve', evidence: { policy, who: bob, card, via } }]);
    expect(told('decided')).toMatchObject([{ outcome: 'allow', evidence: { policy } }]);
    expect([...told('voted'), ...told('decided')].map(understood)).toHaveLength(2);
  });

  it('that policy does not count has its evidence too, and what policy said', async () => {
    const { vote, told, questions } = await stage(votes => needsPeople({ votes: verdicts(votes, false) }));
    expect(await vote()).toMatchObject({ code: 'not_eligible' });
    const policy = { revision: 'r7', decision_id: 'd-1', input_digest: digestOf(questions[0]) };
    const refused = { code: 'not_eligible', surface: 'slack', answered: 'require_approval' };
    expect(told('refused')).toMatchObject([{ ...refused, evidence: { policy, who: bob, card, via } }]);
    expect(told('refused').map(understood)).toHaveLength(1);
  });

  it('that somebody gives without end is told and written down each time, and from then on stands beside the request', async () => {
    const { vote, told, read } = await stage(votes => {
      const counts = (user: string) => user === 'bob';
      const all = votes.map(({ by }) => ({ by: by.id, counted: counts(by.user) }));
      return votes.some(({ by }) => counts(by.user)) ? answer('allow', { votes: all }) : needsPeople({ votes: all });
    });
    for (let n = 0; n < 150; n++) {
      expect(await vote({ account: 'slack:T0:UZED', key: `click-zed-${n}` })).toMatchObject({ code: 'not_eligible' });
    }
    const refused = told('refused');
    expect(refused).toHaveLength(150);
    const beside = refused.filter((entry: { readonly request?: string }) => entry.request === undefined);
    const id = (await read())?.id;
    expect(beside).toHaveLength(50);
    expect(beside[0]).toMatchObject({ id, code: 'not_eligible', evidence: { who: { account: 'slack:T0:UZED' } } });
    expect(beside.map(understood)).toHaveLength(50);
    // What the crowd does is no change of the request any more: nobody loses a race to it, and its service pays for none of it.
    expect(await read()).toMatchObject({ version: 101, audit: { seq: 101 }, status: 'pending' });
    expect(await vote()).toMatchObject({ kind: 'counted' });
    expect(await read()).toMatchObject({ status: 'approved' });
  });

  it('about which policy was not asked names who it was, and no policy', async () => {
    const { vote, told, questions } = await stage(() => answer('allow'));
    expect(await vote({ account: 'slack:T0:UALICE' })).toMatchObject({ code: 'self_approval' });
    expect(questions).toEqual([]);
    const [refused] = told('refused');
    expect(refused.evidence).toEqual({
      who: { ...bob, account: 'slack:T0:UALICE', person: 'alice', groups: [] },
      card,
      via,
    });
    expect(refused).not.toHaveProperty('answered');
  });

  it('by an account that is nobody’s names no person, and one with a key says so', async () => {
    const { vote, told } = await stage(votes => needsPeople({ votes: verdicts(votes, false) }));
    await vote({ account: 'slack:T0:UZED' });
    const key = { transport: 'api_key', api_key: 'k1' } as const;
    await vote({ account: 'person:bob', key: 'call-1', surface: 'cli', evidence: key });
    expect(told('refused')).toMatchObject([
      { evidence: { who: { account: 'slack:T0:UZED', kind: 'member' } } },
      { evidence: { who: { account: 'person:bob', person: 'bob', matched_by: 'key' }, via: key } },
    ]);
    expect(told('refused')[0].evidence.who).not.toHaveProperty('person');
  });
});
