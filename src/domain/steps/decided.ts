// Step: policy has answered. The answer is applied as it stands; no rule of approval is added here.
import { absorb } from '../absorbed.ts';
import type { ChainedEvent } from '../audit/events.ts';
import { callsTo, hasOpened } from '../called.ts';
import { type Change, change } from '../change.ts';
import { type Approval, type Decision, reasonWords } from '../decision.ts';
import { durationMs } from '../duration.ts';
import type { Effect } from '../effect.ts';
import { shortage } from '../eligible.ts';
import { isGlassBroken } from '../glass.ts';
import { RESTS_ON_THE_GONE, restsOnTheGone } from '../gone.ts';
import { after, isResolved, type ResolvedBy, type Status } from '../lifecycle.ts';
import { lacksReason, noticesOf, reviewOf, unmet } from '../obligations.ts';
import { type RequestRecord, type Resolution, timestamp } from '../record.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { isOtherRequirement, requirementWords } from '../requirement.ts';
import { standingGiven, usedStanding } from '../standing.ts';
import { type CountedVote, markOf, type Vote, wishOf } from '../vote.ts';
import { answerEvent, type Decided } from './answered.ts';
import { allowedByClock, isByClock } from './by-clock.ts';
import { tellings } from './tellings.ts';

/** Applies policy's answer to a pending request. */
export function decided(record: RequestRecord, event: Decided, now: number): Change | Refusal {
  if (isByClock(event)) return allowedByClock(record, event, now);
  const { decision, policy } = event;
  const barrier = barrierOf(record, event);
  const outcome = barrier?.outcome ?? decision.outcome;
  const status = after(record.status, outcome);
  if (status === undefined) return refuse('already_resolved', record);

  const judged = withVerdicts(event.votes, decision);
  // What was given before, with another request, is part of this one only where it passes by it.
  const votes = status === 'approved' ? judged : judged.filter(vote => markOf(vote) === undefined);
  const standing = status === 'approved' ? usedStanding(votes) : undefined;
  const approval = nextApproval(record, decision, votes);
  const policyChange = changeOf(record, event, votes, now);
  const resolution = isResolved(status) ? resolve(status, decision, votes, now, { barrier, policyChange }) : undefined;
  const review = status === 'approved' ? reviewOf(decision, now) : undefined;
  const at = timestamp(now);
  const events: ChainedEvent[] = [...(event.because ?? []), answerEvent(event, outcome, at, standing)];
  if (policyChange !== undefined) events.push({ event: 'requirement_changed', ...policyChange });
  if (resolution !== undefined) events.push({ event: 'resolved', status, ...resolution });
  if (review !== undefined) events.push({ event: 'review_opened', at, due: review.dueAt, reviewers: review.reviewers });
  const next: Partial<RequestRecord> = {
    status,
    decision,
    policy,
    votes,
    ...(approval === undefined ? {} : { approval, expiresAt: deadline(record, approval) }),
    ...(resolution === undefined ? {} : { resolution }),
    ...(policyChange === undefined ? {} : { policyChange }),
    ...(review === undefined ? {} : { review }),
    ...(standing === undefined ? {} : { standing }),
    absorbed: event.key === undefined ? record.absorbed : absorb(record.absorbed, event.key),
  };
  const effects = [...(event.effects ?? []), ...effectsOf(record, next, decision), ...called(record, next, event)];
  const taken = change(record, { ...next, trouble: undefined }, events, effects);
  // Whoever asked without saying how many others there are is taken to have known of none.
  const others = event.input?.service.emergencies_24h ?? 0;
  return isGlassBroken(taken.next) ? { ...taken, glass: { others } } : taken;
}

/** What keeps policy's answer from being carried out as it stands. */
function barrierOf(record: RequestRecord, { decision, roster, votes }: Decided): Barrier | undefined {
  const duty = unmet(decision);
  if (duty !== undefined) {
    const reason = `Policy obliges to "${duty.type}", which this version of Countersign cannot do as it is written. Correct it, mark it "mandatory": false or remove it.`;
    return { outcome: 'error', reason };
  }
  const { outcome, approval } = decision;
  if ((outcome === 'allow' || outcome === 'require_approval') && lacksReason(decision, record)) {
    return { outcome: 'deny', reason: 'Policy requires a reason with this request. Submit it again with one.' };
  }
  if (outcome !== 'deny' && restsOnTheGone(decision, votes)) return { outcome: 'error', reason: RESTS_ON_THE_GONE };
  if (approval === undefined || roster === undefined) return undefined;
  const isNews = record.approval === undefined || isOtherRequirement(record.approval, approval);
  const reason = isNews ? shortage(record, approval, roster) : undefined;
  return reason === undefined ? undefined : { outcome: 'error', reason };
}

type Barrier = { readonly outcome: 'deny' | 'error'; readonly reason: string };

/** Policy answers otherwise than before, and no vote is the cause: it, the directory or the calendar has changed. */
function changeOf(
  record: RequestRecord,
  { decision, phase }: Decided,
  votes: readonly CountedVote[],
  now: number,
): RequestRecord['policyChange'] {
  const before = record.approval;
  if (before === undefined || phase === 'escalate') return undefined; // an escalation asks more people: no news of policy
  const at = timestamp(now);
  if (decision.approval !== undefined) {
    if (!isOtherRequirement(before, decision.approval)) return undefined;
    return {
      at,
      words: `it now asks for ${requirementWords(decision.approval)} instead of ${requirementWords(before)}`,
    };
  }
  if (decision.outcome === 'deny' && !hasCounted(votes, 'deny')) return { at, words: 'it now denies this' };
  if (decision.outcome === 'allow' && !hasCounted(votes, 'approve')) return { at, words: 'it now allows this' };
  return undefined;
}

function effectsOf(record: RequestRecord, next: Partial<RequestRecord>, decision: Decision): Effect[] {
  const remarks: Effect[] = next.policyChange === undefined ? [] : [{ kind: 'remark_line', says: 'policy_changed' }];
  if (next.status === 'pending') return [{ kind: 'card' }, ...remarks];
  const notices = noticesOf(decision).map((channel): Effect => ({ kind: 'notice', channel }));
  const ended = { ...record, ...next };
  return [...tellings(ended), ...remarks, ...notices, ...standingEffects(ended)];
}

/** Whoever is awaited from now on hears of it: from the card, where it is new; else from a line below it, or each alone. */
function called(record: RequestRecord, next: Partial<RequestRecord>, { roster, phase }: Decided): readonly Effect[] {
  if (next.status !== 'pending' || roster === undefined) return [];
  const now = { ...record, ...next };
  // An escalation has a line of its own, which calls everybody.
  const isSaid = record.approval === undefined || phase === 'escalate' || !hasOpened(now, record);
  const line: Effect[] = isSaid ? [] : [{ kind: 'remark_line', says: 'called' }];
  return [...line, ...callsTo(now, roster.membersOf, record.approval === undefined ? undefined : record)];
}

function standingEffects(ended: RequestRecord): readonly Effect[] {
  if (standingGiven(ended) !== undefined) return [{ kind: 'standing' }];
  const isWished = ended.votes.some(vote => vote.counted && wishOf(vote) !== undefined);
  return isWished && ended.status === 'approved' ? [{ kind: 'remark_line', says: 'standing_not_granted' }] : [];
}

function withVerdicts(votes: readonly Vote[], decision: Decision): readonly CountedVote[] {
  return votes.map((vote, i) => {
    const verdict = decision.votes[i];
    const { code: _old, ...bare } = vote as CountedVote;
    return {
      ...bare,
      counted: verdict?.counted ?? false,
      ...(verdict?.code === undefined ? {} : { code: verdict.code }),
    };
  });
}

/** An allow that people's votes completed fills every stage; otherwise the newest requirement stands. */
function nextApproval(record: RequestRecord, decision: Decision, votes: readonly CountedVote[]): Approval | undefined {
  if (decision.approval !== undefined) return decision.approval;
  const { approval } = record;
  if (approval === undefined || decision.outcome !== 'allow' || !hasCounted(votes, 'approve')) return approval;
  return {
    ...approval,
    stages: approval.stages.map(stage => ({ ...stage, have: Math.max(stage.have, stage.quorum) })),
  };
}

/** The sooner of what the request asked and what policy allows. */
function deadline(record: RequestRecord, approval: Approval): string {
  const submittedAt = Date.parse(record.submittedAt);
  const askedMs = durationMs(record.submission.expires_in ?? '');
  const allowedMs = durationMs(approval.expires_in ?? '');
  const waitsMs = Math.min(askedMs ?? Infinity, allowedMs ?? Infinity);
  return Number.isFinite(waitsMs) ? timestamp(submittedAt + waitsMs) : record.expiresAt;
}

function resolve(
  status: Status,
  decision: Decision,
  votes: readonly CountedVote[],
  now: number,
  { barrier, policyChange }: { barrier: Barrier | undefined; policyChange: RequestRecord['policyChange'] },
): Resolution {
  const at = timestamp(now);
  const message = reasonWords(decision.reasons);
  if (barrier !== undefined) return { by: status === 'denied' ? 'policy' : 'system', at, reason: barrier.reason };
  if (status === 'failed') return { by: 'system', at, reason: `Policy is broken: ${message || 'it gave no reason'}` };
  // By votes that were given before, with another request, policy lets it pass: nobody was asked about this one.
  const cast = votes.filter(vote => markOf(vote) === undefined);
  const ballot = status === 'denied' ? 'deny' : 'approve';
  const by: ResolvedBy = hasCounted(cast, ballot) ? 'people' : 'policy';
  const news = policyChange === undefined ? message : `Policy changed: ${message || policyChange.words}`;
  // Where people decided, their own words: policy's stand beside them in the answer, and say what it asked of them.
  const isTheirs = by === 'people' && (ballot === 'deny' || policyChange === undefined);
  const reason = isTheirs ? cast.findLast(({ vote, counted }) => counted && vote === ballot)?.reason : news;
  return { by, at, ...(reason === undefined || reason === '' ? {} : { reason }) };
}

function hasCounted(votes: readonly CountedVote[], ballot: Vote['vote']): boolean {
  return votes.some(({ vote, counted }) => counted && vote === ballot);
}
