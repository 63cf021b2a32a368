// Step: policy has answered. The answer is applied as it stands; no rule of approval is added here.
import type { AuditFact } from '../audit.ts';
import { change, type StepResult } from '../change.ts';
import type { Approval, Decision } from '../decision.ts';
import { durationMs } from '../duration.ts';
import type { Effect } from '../effect.ts';
import { after, isResolved, type ResolvedBy, type Status } from '../lifecycle.ts';
import type { Phase } from '../policy-input.ts';
import { type PolicyEvidence, type RequestRecord, type Resolution, timestamp } from '../record.ts';
import { refuse } from '../refusal.ts';
import type { CountedVote, Vote } from '../vote.ts';
import { tellings } from './tellings.ts';

export type Decided = {
  readonly phase: Phase;
  readonly decision: Decision;
  readonly policy: PolicyEvidence;
  /** The votes that policy was asked with, in stored order. */
  readonly votes: readonly Vote[];
  /** Further audit facts that belong to the same moment, told before the decision. */
  readonly because?: readonly AuditFact[];
  /** The key of the gesture that led here, if one did. */
  readonly key?: string;
  /** Further effects of the same moment. */
  readonly effects?: readonly Effect[];
};

/** Applies policy's answer to a pending request. */
export function decided(record: RequestRecord, event: Decided, now: number): StepResult {
  const unmet = event.decision.obligations.find(({ type, mandatory }) => type !== 'notify' && mandatory !== false);
  const outcome = unmet === undefined ? event.decision.outcome : 'error';
  const status = after(record.status, outcome);
  if (status === undefined) return refuse('already_resolved', record);

  const { decision, policy, phase } = event;
  const votes = withVerdicts(event.votes, decision);
  const approval = nextApproval(record, decision, votes);
  const resolution = isResolved(status) ? resolve(status, decision, votes, now, unmet?.type) : undefined;
  const at = timestamp(now);
  const facts: AuditFact[] = [
    ...(event.because ?? []),
    {
      event: 'decided',
      at,
      phase,
      outcome,
      reasons: decision.reasons,
      approval: decision.approval,
      verdicts: decision.votes,
      obligations: decision.obligations,
      policy,
    },
  ];
  if (resolution !== undefined) facts.push({ event: 'resolved', status, ...resolution });
  const next: Partial<RequestRecord> = {
    status,
    decision,
    policy,
    votes,
    ...(approval === undefined ? {} : { approval, expiresAt: deadline(record, approval) }),
    ...(resolution === undefined ? {} : { resolution }),
    absorbed: event.key === undefined ? record.absorbed : [...record.absorbed, event.key].slice(-200),
  };
  const effects = [...(event.effects ?? []), ...effectsOf(record, next, decision)];
  return change(record, { ...next, trouble: undefined }, facts, effects);
}

function effectsOf(record: RequestRecord, next: Partial<RequestRecord>, decision: Decision): Effect[] {
  const notices = decision.obligations.flatMap((obligation): Effect[] =>
    obligation.type === 'notify' && typeof obligation.channel === 'string'
      ? [{ kind: 'notice', channel: obligation.channel }]
      : [],
  );
  if (next.status === 'pending') return [{ kind: 'card' }];
  return [...tellings({ ...record, ...next }), ...notices];
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
  unmetObligation: string | undefined,
): Resolution {
  const at = timestamp(now);
  const message = decision.reasons.map(({ code, message }) => message ?? code).join('; ');
  if (unmetObligation !== undefined) {
    const reason = `Policy obliges to "${unmetObligation}", which this version of Countersign cannot do. Mark it "mandatory": false or remove it.`;
    return { by: 'system', at, reason };
  }
  if (status === 'failed') return { by: 'system', at, reason: `Policy is broken: ${message || 'it gave no reason'}` };
  const denial = status === 'denied' ? votes.findLast(({ vote, counted }) => counted && vote === 'deny') : undefined;
  const by: ResolvedBy = hasCounted(votes, status === 'denied' ? 'deny' : 'approve') ? 'people' : 'policy';
  const reason = denial === undefined ? message : denial.reason;
  return { by, at, ...(reason === undefined || reason === '' ? {} : { reason }) };
}

function hasCounted(votes: readonly CountedVote[], ballot: Vote['vote']): boolean {
  return votes.some(({ vote, counted }) => counted && vote === ballot);
}
