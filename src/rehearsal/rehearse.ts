// Plays one request and the votes on it against a policy, with the steps that production takes and nothing stored.
import type { StepResult } from '../domain/change.ts';
import { floor } from '../domain/floor.ts';
import { type RequestRecord, type Service, timestamp } from '../domain/record.ts';
import { refusalSentence } from '../domain/refusal.ts';
import { broken } from '../domain/steps/ended.ts';
import { submitted } from '../domain/steps/submitted.ts';
import { voted } from '../domain/steps/voted.ts';
import type { Submission } from '../domain/submission.ts';
import { type AccountKind, type Ballot, personAccount, type Surface, type Vote } from '../domain/vote.ts';
import { questionOf } from '../flow/asking.ts';
import { type JudgeWorld, judge, rosterOf } from '../flow/judge.ts';

/** One answer, by the person; the account is their first Slack account, or their own key. */
export type Answer = {
  readonly by: string;
  readonly vote: Ballot;
  readonly reason?: string;
  readonly surface: Surface;
  readonly kind: AccountKind;
  /** What only Slack knows of the account: `slack_usergroup:S1`, `slack_channel:C1`. */
  readonly groups: readonly string[];
  /** Milliseconds since the submission. */
  readonly afterMs: number;
};

/** The policy that is asked and the people who are known. */
export type World = Pick<JudgeWorld, 'policy' | 'directory'>;

/** Nobody has given a standing approval: a rehearsal begins with nothing remembered. */
const NO_STANDING: JudgeWorld['standing'] = {
  keep: async () => {},
  find: async () => undefined,
  within: async () => [],
  use: async () => false,
  revoke: async () => undefined,
  inForce: async () => [],
};

export type Rehearsed = {
  readonly service: Service;
  readonly submission: Submission;
  /** Milliseconds since 1970, of the submission. */
  readonly now: number;
  readonly answers: readonly Answer[];
};

/** What became of one answer: whether it counted, and else why not. */
export type Played = {
  readonly answer: Answer;
  readonly counted: boolean;
  readonly code?: string;
  readonly words?: string;
  readonly record: RequestRecord;
};

export type Performance = {
  readonly asked: RequestRecord;
  readonly played: readonly Played[];
  /** The record after all of it. */
  readonly record: RequestRecord;
};

/** What a request waits for where neither it nor policy says, as an installation does. */
const DEFAULT_EXPIRY_MS = 3_600_000;

/** Throws a transient `Failure` where policy cannot be asked. */
export async function rehearse(world: World, plan: Rehearsed): Promise<Performance> {
  const { service, submission, now, answers } = plan;
  const owner = submission.actor === undefined ? undefined : world.directory.ownerOf(submission.actor.id);
  const first = submitted(
    {
      service,
      submission,
      key: submission.idempotency_key ?? 'rehearsal',
      ...(owner === undefined ? {} : { owner }),
      defaultExpiryMs: DEFAULT_EXPIRY_MS,
    },
    now,
  ).next;
  const asked = after(first, await judge({ ...world, standing: NO_STANDING }, first, 'submit', now));
  const played: Played[] = [];
  let record = asked;
  for (const answer of answers) {
    const step = await play(world, record, answer, { now: now + answer.afterMs, key: `answer-${played.length}` });
    played.push(step);
    record = step.record;
  }
  return { asked, played, record };
}

async function play(
  world: World,
  record: RequestRecord,
  answer: Answer,
  { now, key }: { readonly now: number; readonly key: string },
): Promise<Played> {
  const vote = voteOf(world, answer, now);
  const result = floor(record, vote) ?? (await count(world, record, vote, { now, key }));
  if (result.kind === 'refusal') {
    return { answer, counted: false, code: result.code, words: refusalSentence(result), record };
  }
  const { next } = result;
  const counted = next.votes.length > record.votes.length;
  return { answer, counted, ...(counted ? {} : { code: 'ended_by_policy' }), record: next };
}

async function count(
  world: World,
  record: RequestRecord,
  vote: Vote,
  { now, key }: { readonly now: number; readonly key: string },
): Promise<StepResult> {
  const input = questionOf(world, record, { phase: 'vote', now, votes: [...record.votes, vote] });
  const reply = await world.policy.ask(input);
  if (reply.kind === 'broken') return broken(record, `${reply.code}: ${reply.cause}`, now);
  const { decision, policy } = reply;
  const evidence = { event: 'voted', at: vote.at };
  return voted(record, { input, key, evidence, decision, policy, roster: rosterOf(world) }, now);
}

function voteOf({ directory }: World, answer: Answer, now: number): Vote {
  const { by, vote, reason, surface, kind, groups } = answer;
  const slack = surface === 'slack' ? directory.slackAccountsOf(by)[0] : undefined;
  const facts = directory.factsOf(by);
  return {
    by: { id: slack ?? personAccount(by), user: by, groups: [...(facts?.groups ?? []), ...groups], kind },
    vote,
    ...(reason === undefined ? {} : { reason }),
    at: timestamp(now),
    surface,
  };
}

function after(record: RequestRecord, result: StepResult): RequestRecord {
  return result.kind === 'change' ? result.next : record;
}
