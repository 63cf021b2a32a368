// A realistic past: requests and votes over weeks, each taken through the real steps and judged by a real policy.
import type { AuditEntry } from '../../src/domain/audit/chain.ts';
import type { Change, StepResult } from '../../src/domain/change.ts';
import { type Phase, policyInput } from '../../src/domain/policy-input.ts';
import type { RequestRecord } from '../../src/domain/record.ts';
import { decided } from '../../src/domain/steps/decided.ts';
import { expired } from '../../src/domain/steps/ended.ts';
import { submitted } from '../../src/domain/steps/submitted.ts';
import { voted } from '../../src/domain/steps/voted.ts';
import type { Submission } from '../../src/domain/submission.ts';
import type { Vote, Voter } from '../../src/domain/vote.ts';
import type { Policy } from '../../src/flow/ports.ts';
import { aWho } from './samples.ts';

export type PastOptions = {
  readonly policy: Policy;
  readonly requests: number;
  readonly weeks?: number;
  /** When the last week ends. */
  readonly until?: number;
  readonly seed?: number;
};

const WEEK_MS = 7 * 86_400_000;
const MINUTE_MS = 60_000;
const AT_A_TIME = 16;

/** Entries in the order of their requests; within a request in the order of the audit. */
export async function* past(options: PastOptions): AsyncGenerator<AuditEntry> {
  const { requests, weeks = 8, until = Date.parse('2026-11-23T00:00:00Z'), seed = 7 } = options;
  const random = generator(seed);
  const begin = until - weeks * WEEK_MS;
  for (let made = 0; made < requests; made += AT_A_TIME) {
    const stories = Array.from({ length: Math.min(AT_A_TIME, requests - made) }, (_, i) => {
      const at = begin + Math.floor(((made + i) / requests) * weeks * WEEK_MS);
      return story(options.policy, made + i, at, generator(Math.floor(random() * 2 ** 31)));
    });
    for (const entries of await Promise.all(stories)) yield* entries;
  }
}

async function story(policy: Policy, n: number, at: number, random: () => number): Promise<readonly AuditEntry[]> {
  const service = { id: pick(random, ['deployer', 'support-desk', 'data-portal']), auth: 'api_key' } as const;
  const asked = submitted(
    { service, submission: submission(n, random), key: `story-${n}`, defaultExpiryMs: 3_600_000 },
    at,
  );
  const entries = [...asked.entries];
  let record = asked.next;
  const take = (result: StepResult): void => {
    if (result.kind !== 'change') return;
    entries.push(...(result as Change).entries);
    record = result.next;
  };
  const ask = async (phase: Phase, now: number, votes: readonly Vote[] = record.votes) => {
    const input = policyInput(record, phase, now, votes);
    const answer = await policy.ask(input);
    if (answer.kind === 'broken') throw new Error(`the policy of the past is broken: ${answer.cause}`);
    const { kind: _, ...answered } = answer;
    return { input, ...answered, phase, votes: input.votes };
  };
  const first = await ask('submit', at);
  take(decided(record, first, at));
  let now = at;
  for (let tries = 0; record.status === 'pending' && tries < 4; tries++) {
    now += Math.ceil(random() * 9 * MINUTE_MS);
    const vote = aVoteBy(pick(random, PEOPLE), record, now, random);
    const via = { transport: 'socket', team: 'T0ACME', user: vote.by.user, action_ts: `${now / 1_000}` } as const;
    const answered = await ask('vote', now, [...record.votes, vote]);
    const who = aWho(vote.by, { ...record, approval: answered.decision.approval ?? record.approval } as typeof record);
    take(voted(record, { ...answered, who, key: `${n}-${tries}`, via }, now));
  }
  const deadline = Date.parse(record.expiresAt);
  if (record.status === 'pending') take(expired(record, deadline));
  return entries;
}

function submission(n: number, random: () => number): Submission {
  const user = pick(random, ['alice', 'erin', 'frank', 'grace', 'heidi', 'ivan', 'judy']);
  const kind = random();
  if (kind < 0.3) {
    const environment = pick(random, ['prod', 'prod', 'staging', 'dev']);
    return {
      action: 'deploy',
      user: { id: user, role: 'engineer' },
      ...(random() < 0.25 ? { actor: { type: 'user', id: user } } : {}),
      resource: { type: 'service', id: pick(random, ['web', 'payments-api', 'search', 'mailer']), environment },
      params: { version: `4.${n % 40}.${n % 7}` },
      reason: 'a release',
    };
  }
  if (kind < 0.75) {
    return {
      action: 'refund',
      user: { id: user, role: pick(random, ['support', 'support', 'support', 'sales']) },
      resource: { type: 'order', id: `order-${n}` },
      params: { amount_cents: Math.ceil(10 ** (2.5 + 3 * random())), currency: 'EUR' },
      reason: 'the customer sent it back',
      ...(random() < 0.05 ? { sensitive: ['/params/currency'] } : {}),
    };
  }
  if (kind < 0.87) {
    return {
      action: 'export-data',
      user: { id: user, role: 'analyst' },
      resource: { type: 'dataset', id: pick(random, ['orders', 'visits', 'people']), contains_pii: random() < 0.5 },
      reason: 'the quarterly figures',
    };
  }
  return {
    action: 'delete-resource',
    user: { id: user, role: pick(random, ['admin', 'admin', 'developer']) },
    resource: { type: 'bucket', id: `b-${n}`, state: pick(random, ['active', 'active', 'locked']) },
    params: { force: random() < 0.5 },
  };
}

const PEOPLE: readonly Pick<Voter, 'user' | 'groups'>[] = [
  { user: 'bob', groups: ['release-managers', 'data-owners'] },
  { user: 'carol', groups: ['finance', 'data-owners', 'privacy'] },
  { user: 'dave', groups: ['finance', 'release-managers', 'privacy'] },
  { user: 'mallory', groups: ['slack_usergroup:S0DBA', 'slack_usergroup:S0FINANCE'] },
  { user: 'niaj', groups: [] },
];

function aVoteBy(who: Pick<Voter, 'user' | 'groups'>, record: RequestRecord, now: number, random: () => number): Vote {
  const isNo = random() < 0.08;
  return {
    by: { id: `slack:T0ACME:U0${who.user.toUpperCase()}`, kind: 'member', ...who },
    vote: isNo ? 'deny' : 'approve',
    ...(isNo ? { reason: 'not today' } : {}),
    at: new Date(now).toISOString(),
    surface: 'slack',
    card: record.digest,
  };
}

function pick<T>(random: () => number, all: readonly T[]): T {
  return all[Math.floor(random() * all.length)] as T;
}

/** Mulberry32: the same numbers for the same seed. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** All that a stream gives. */
export async function gathered<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of stream) all.push(item);
  return all;
}
