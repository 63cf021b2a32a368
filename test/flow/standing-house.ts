// A small installation for standing approvals: real Redis, people, groups and rules that a test changes as it goes.

import { answersFrom, knownOf } from '../../src/adapters/directory/known.ts';
import { parsePeople } from '../../src/adapters/directory/people-file.ts';
import { keyspace } from '../../src/adapters/redis/keyspace.ts';
import { openLinks } from '../../src/adapters/redis/links.ts';
import { openStanding } from '../../src/adapters/redis/standing.ts';
import type { Approval, Decision, Stage } from '../../src/domain/decision.ts';
import { grantClaims } from '../../src/domain/grant.ts';
import type { PolicyInput } from '../../src/domain/policy-input.ts';
import type { RequestRecord } from '../../src/domain/record.ts';
import { wordOf } from '../../src/domain/refusal.ts';
import type { Submission } from '../../src/domain/submission.ts';
import { type AccountKind, markOf, type StandingWish, type Vote } from '../../src/domain/vote.ts';
import type { Accounts, Policy } from '../../src/flow/ports.ts';
import { type RedeemReply, redeem } from '../../src/flow/redeem.ts';
import { castVote } from '../../src/flow/resolve.ts';
import { keepStanding, revokeByAccount, revokeStanding } from '../../src/flow/standing.ts';
import { submit } from '../../src/flow/submit.ts';
import { openOn } from '../adapters/redis/opened.ts';
import { redisUrl } from '../support/services.ts';

export const T = 'slack:T0:';
export const restart: Submission = {
  action: 'restart-database',
  user: { id: 'alice', role: 'engineer' },
  actor: { type: 'ai_agent', id: 'release-bot' },
  resource: { type: 'database', id: 'orders', environment: 'prod' },
  params: { mode: 'rolling' },
};

type Person = { readonly id: string; readonly slack?: readonly string[]; readonly groups?: readonly string[] };
type Rules = Partial<Approval> & { readonly stages: readonly Stage[] };

export const owners = (patch: Partial<Stage> = {}): Stage => ({
  ...{ id: 'owners', title: 'Owners', quorum: 1, have: 0, approvers: [{ type: 'group' as const, id: 'db-owners' }] },
  ...patch,
});
export const privacy = owners({ id: 'privacy', title: 'Privacy', approvers: [{ type: 'group', id: 'privacy' }] });

export async function openStandingHouse() {
  const opened = await openOn(redisUrl());
  const { store, redis, namespace } = opened;
  const standing = openStanding({ redis, namespace, retentionMs: 60_000 });
  const links = openLinks(opened);
  /** What there is in the world; a test changes it. */
  const world = {
    people: [
      { id: 'alice', slack: ['T0:UALICE'] },
      { id: 'bob', slack: ['T0:UBOB'], groups: ['db-owners'] },
      { id: 'carol', slack: ['T0:UCAROL'], groups: ['db-owners', 'privacy'] },
      { id: 'dave', slack: ['T0:UDAVE'], groups: ['privacy'] },
    ] as Person[],
    agents: [{ id: 'release-bot', owner: 'alice' }],
    rules: { stages: [owners()], standing: { max_duration: '1h', max_uses: 9 } } as Rules,
    kinds: new Map<string, AccountKind>(),
    /** Of Slack's own groups: `S1` → accounts; `down` while Slack does not say. */
    usergroups: new Map<string, readonly string[]>(),
    isSlackAsked: true,
  };
  const asked: PolicyInput[] = [];
  const known = () => knownOf(parsePeople(JSON.stringify({ people: world.people, agents: world.agents })));
  const accounts: Accounts = {
    kindOf: async account => world.kinds.get(account) ?? 'member',
    emailOf: async () => undefined,
    usergroupsOf: async (account, groups) =>
      groups.filter(id => world.usergroups.get(id)?.includes(account)).map(id => `slack_usergroup:${id}`),
    channelsOf: async () => [],
  };
  const policy: Policy = {
    async ask(input) {
      asked.push(input);
      return { kind: 'answer', decision: answerTo(input.votes, world.rules), policy: {} };
    },
  };
  const voters = () => ({ directory: answersFrom(known, known), links, accounts });
  const judging = () => {
    const { accounts: _, ...blind } = voters();
    return { ...(world.isSlackAsked ? voters() : blind), policy, standing };
  };
  let count = 0;

  async function ask(submission: Submission = restart, over: object = {}, id = 'deployer'): Promise<RequestRecord> {
    const flow = { ...judging(), store, observe: () => undefined, randomKey: () => `key-${++count}` };
    const call = { service: { id, auth: 'api_key' }, submission } as const;
    const admission = await submit({ ...flow, defaultExpiryMs: 3_600_000, ...over }, call);
    if (admission.kind === 'refusal') throw new Error(wordOf(admission));
    return admission.record;
  }

  async function approve(id: string, account: string, wish?: StandingWish) {
    const key = `${account} ${++count}`;
    const evidence = { transport: 'api_key', api_key: 'k1' } as const;
    const ballot = { id, account, vote: 'approve', surface: 'slack', key, evidence } as const;
    return castVote({ ...voters(), store, policy }, wish === undefined ? ballot : { ...ballot, standing: wish });
  }

  return {
    ...opened,
    world,
    asked,
    policy,
    standing,
    links,
    ask,
    approve,
    /** A request that these approve, now and for as long as is said; gives the standing approval that came of it. */
    async given(by: readonly string[], wish: StandingWish = { duration: '1h', uses: 9 }, submission = restart) {
      const { id } = await ask(submission);
      for (const account of by) {
        const reply = await approve(id, account, wish);
        if (reply.kind === 'refusal') throw new Error(wordOf(reply));
      }
      await keepStanding({ store, standing }, id);
      const given = (await store.read(id))?.gaveStanding?.id;
      if (given === undefined) throw new Error('none was given');
      return given;
    },
    async redeem({ id }: RequestRecord): Promise<RedeemReply> {
      const record = await store.read(id);
      const claims = record === undefined ? undefined : grantClaims(record, 'http://countersign.test');
      if (record === undefined || claims === undefined) throw new Error('there is no grant');
      const { accounts: _, ...world } = voters(); // the API speaks with nobody in Slack
      return redeem(
        { ...world, policy, standing, store, openGrant: () => ({ ok: true, claims }) },
        { service: 'deployer', digest: record.digest, key: `use-${++count}`, grant: 'signed' },
      );
    },
    revokeBy: (id: string, account: string) =>
      revokeByAccount(
        { ...voters(), store, standing },
        { id, account, evidence: { transport: 'socket', team: 'T1', user: account, action_ts: '1.1' } },
      ),
    /** What was written down beside any request. */
    async notes() {
      const entries = await redis.xrange(keyspace(namespace).audit, '-', '+');
      return entries.flatMap(([, [field, text]]) => (field === 'fact' ? [JSON.parse(text ?? '{}') as object] : []));
    },
    revoke: (id: string) => revokeStanding({ store, standing }, { id, by: { kind: 'person', id: 'bob' } }),
  };
}

/** Counts whoever a stage names, one stage after the other, and allows what is complete. */
function answerTo(votes: readonly Vote[], { stages: wanted, ...terms }: Rules): Decision {
  const stages = wanted.map(stage => ({ ...stage }));
  const verdicts = votes.map(({ by }) => {
    const open = stages.find(({ have, quorum }) => have < quorum);
    const isNamed = open?.approvers.some(({ type, id }) =>
      type === 'user' ? id === by.user : by.groups.includes(type === 'group' ? id : `${type}:${id}`),
    );
    if (open === undefined || isNamed !== true) return { by: by.id, counted: false, code: 'not_eligible' };
    open.have += 1;
    return { by: by.id, counted: true };
  });
  const isComplete = stages.every(({ have, quorum }) => have >= quorum);
  const answer = { contract: 1, reasons: [], votes: verdicts, obligations: [] } as const;
  return isComplete
    ? { ...answer, reasons: [], votes: verdicts, obligations: [], outcome: 'allow', grant: { max_uses: 9 } }
    : {
        ...answer,
        reasons: [],
        votes: verdicts,
        obligations: [],
        outcome: 'require_approval',
        approval: { ...terms, stages },
      };
}

/** Whose votes let it pass, and whether each was kept from before. */
export function votersOf({ votes }: RequestRecord) {
  return votes.map(vote => [vote.by.user, markOf(vote)?.id, vote.counted]);
}
