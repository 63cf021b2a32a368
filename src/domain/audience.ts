// Whom a request concerns: who may see it, whose answer it waits for, who may review it afterwards.
import { barred, involved } from './barred.ts';
import type { Approver } from './decision.ts';
import { folded } from './name.ts';
import type { RequestRecord } from './record.ts';
import { markOf } from './vote.ts';

/** A person, and the groups that the directory says they are in. */
export type Person = {
  readonly user: string;
  readonly groups: readonly string[];
  /** All names that they may stand under in a record, their accounts among them, folded; left out: this one. */
  readonly names?: ReadonlySet<string>;
};

/**
 * Whether a list of approvers names this person. What only Slack knows (its groups and channels) names somebody only
 * where Slack was asked: the groups then hold `slack_usergroup:S123`.
 */
export function isAmong(approvers: readonly Approver[], { user, groups }: Person): boolean {
  return approvers.some(({ type, id }) => {
    if (type === 'user') return id === user;
    return groups.includes(type === 'group' ? id : `${type}:${id}`);
  });
}

/** Whoever asked, was asked, answered or may review. For everybody else the request does not exist. */
export function maySee(record: RequestRecord, person: Person): boolean {
  const { approval } = record;
  const asked = [
    ...(approval?.stages ?? []).flatMap(stage => stage.approvers),
    ...(approval?.escalate?.approvers ?? []),
  ];
  return (
    isOwn(record, person) ||
    isAmong(asked, person) ||
    record.votes.some(({ by }) => isCalled(person, by.user)) ||
    isAmong(revokersOf(record), person) ||
    mayReview(record, person)
  );
}

/** Whether this person's approval would bring the request further now, as far as can be told without asking policy. */
export function isAwaited(record: RequestRecord, person: Person): boolean {
  const { approval, status, votes } = record;
  if (status !== 'pending' || approval === undefined) return false;
  if (barred(record, approval).some(({ name }) => isCalled(person, name))) return false;
  if (votes.some(({ counted, by }) => counted && isCalled(person, by.user))) return false;
  return approval.stages.some(
    ({ open, have, quorum, approvers }) => open !== false && have < quorum && isAmong(approvers, person),
  );
}

/** Whether it was their turn to answer, whatever became of it: they are named, and it is not their own. */
export function isAsked(record: RequestRecord, person: Person): boolean {
  const { approval } = record;
  const named = [
    ...(approval?.stages ?? []).flatMap(stage => stage.approvers),
    ...(approval?.escalate?.approvers ?? []),
  ];
  return (isAmong(named, person) || hasAnswered(record, person)) && !isOwn(record, person);
}

/** Whether it is their own: they asked, it is done in their name, or they answer for the agent that asks. */
export function isOwn(record: RequestRecord, person: Person): boolean {
  return involved(record).some(name => isCalled(person, name));
}

/** Whether an answer of theirs is in it. */
export function hasAnswered({ votes }: RequestRecord, person: Person): boolean {
  return votes.some(({ by }) => isCalled(person, by.user) || isCalled(person, by.id));
}

/** Whether somebody had a part in what is to be reviewed, under any of their names: by asking for it, or by approving it. */
export function hadPart(record: RequestRecord, person: Person): boolean {
  return partners(record).some(name => isCalled(person, name));
}

/**
 * Everybody who asked for it or approved it, by every name that the record has for them; also who gave the standing approval
 * that it passed by, whether or not their own vote was needed.
 */
export function partners(record: RequestRecord): readonly string[] {
  const approvals = record.votes.filter(
    vote => vote.vote === 'approve' && (vote.counted || markOf(vote) !== undefined),
  );
  return [...involved(record), ...approvals.flatMap(({ by }) => [by.user, by.id])];
}

/** Whether this person may close the record's review, were it open. */
export function mayReview(record: RequestRecord, person: Person): boolean {
  if (record.review === undefined || hadPart(record, person)) return false;
  const { reviewers } = record.review;
  return reviewers === undefined || isAmong(reviewers, person);
}

/** Whether this person may take an approval back: it is their own request, they approved it, or policy names them. */
export function mayRevoke(record: RequestRecord, person: Person): boolean {
  return hadPart(record, person) || isAmong(revokersOf(record), person);
}

function isCalled({ user, names }: Person, name: string): boolean {
  return names === undefined ? folded(user) === folded(name) : names.has(folded(name));
}

function revokersOf({ decision }: RequestRecord): readonly Approver[] {
  return decision?.grant?.revokers ?? [];
}
