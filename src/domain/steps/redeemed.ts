// Steps of a grant: it is used, refused, or revoked. The request's status stays what it was: approved.
import { absorb, useKey } from '../absorbed.ts';
import type { ChainedEvent } from '../audit/events.ts';
import { type Evidence, type PolicyFacts, policyFacts } from '../audit/evidence.ts';
import type { Digest } from '../canonical.ts';
import { type Change, change, type StepResult, type Unchanged, unchanged } from '../change.ts';
import { type Decision, type Outcome, reasonWords } from '../decision.ts';
import type { Effect } from '../effect.ts';
import { RESTS_ON_THE_GONE, restsOnTheGone } from '../gone.ts';
import { grantTerms } from '../grant.ts';
import { checkGrant, type GrantClaims } from '../grant-claims.ts';
import { lacksReason, unmet } from '../obligations.ts';
import type { PolicyInput } from '../policy-input.ts';
import { present } from '../present.ts';
import { type PolicyEvidence, type RequestRecord, timestamp } from '../record.ts';
import { askedPart } from '../recorded.ts';
import { type Refusal, refuse, wordOf } from '../refusal.ts';

/** One attempt to use a grant. */
export type Redemption = {
  /** Who wants to act, as authenticated by us. */
  readonly service: string;
  /** Of what is about to be done. */
  readonly digest: Digest;
  /** Names the attempt: repeated because its answer was lost, it is the same use. */
  readonly key: string;
};

/** Why this use is refused before policy is asked, or undefined when policy may judge it. */
export function redeemable(
  record: RequestRecord,
  claims: GrantClaims,
  { service, digest, key }: Redemption,
  now: number,
): Refusal | undefined {
  const terms = grantTerms(record);
  if (terms === undefined || claims.txn !== record.id) return refuse('not_approved', record);
  if (record.service.id !== service) return refuse('grant_foreign', record);
  const fault = checkGrant(claims, { audience: service, digest, now });
  if (fault !== undefined) return refuse(fault, record);
  // What the record says binds as well: a token that says more was not made from it.
  if (record.digest !== digest) return refuse('grant_altered', record);
  if (now >= terms.untilMs) return refuse('grant_expired', record);
  if (record.revoked !== undefined) return refuse('grant_revoked', record, record.revoked.reason);
  if (record.uses >= terms.maxUses && !isRepeated(record, key)) return refuse('grant_used_up', record);
  return undefined;
}

/** Counts a use, if policy's newest answer allows it. A repeat of a counted one finds itself: nothing changes. */
export function redeemed(
  record: RequestRecord,
  event: Redemption & {
    readonly decision: Decision;
    readonly policy: PolicyEvidence;
    readonly tookMs?: number;
    /** What policy was asked, for the audit. */
    readonly input?: PolicyInput;
  },
  now: number,
): StepResult {
  const { decision, policy, digest, key, input } = event;
  const duty = unmet(decision);
  if (duty !== undefined) return refuse('policy_changed', record, `it obliges to "${duty.type}"`);
  if (decision.outcome !== 'allow' || lacksReason(decision, record)) {
    return refuse('policy_changed', record, answerWords(decision));
  }
  if (restsOnTheGone(decision, input?.votes ?? [])) return refuse('policy_changed', record, RESTS_ON_THE_GONE);
  if (isRepeated(record, key)) return unchanged(record);
  const uses = record.uses + 1;
  const { outcome, reasons, votes: verdicts } = decision;
  const fact: ChainedEvent = {
    event: 'redeemed',
    at: timestamp(now),
    use: uses,
    key,
    digest,
    outcome,
    reasons,
    verdicts,
    took_ms: event.tookMs,
    asked: input === undefined ? undefined : askedPart(input),
    evidence: { policy: policyFacts(policy, input) },
  };
  // Whoever approved hears that it is done; a grant of many uses would fill the thread.
  const effects =
    uses === 1 ? remark(record, 'redeemed') : uses === grantTerms(record)?.maxUses ? shownAgain(record) : [];
  return change(record, { uses, usedAt: fact.at, absorbed: absorb(record.absorbed, useKey(key)) }, [fact], effects);
}

/** Writes down that a use was refused, and tells the first of each cause: nothing of the approval is used up. */
export function redeemRefused(
  record: RequestRecord,
  refusal: Refusal,
  { digest, key, answered, policy }: Redemption & { readonly answered?: Outcome; readonly policy?: PolicyFacts },
  now: number,
): Change {
  const { detail } = refusal;
  const evidence = { policy };
  const fact = { event: 'redeem_refused', code: wordOf(refusal), detail, digest, key, answered, evidence } as const;
  const at = timestamp(now);
  // Of one cause people hear once: a service may try without end.
  const before = record.refusedUses ?? [];
  const isNews = record.status === 'approved' && before.every(({ code }) => code !== fact.code);
  if (!isNews || before.length >= MOST_REFUSED_USES) return change(record, {}, [{ ...fact, at }]);
  const refusedUses = [...before, { at, code: fact.code, ...present({ detail }) }];
  return change(record, { refusedUses }, [{ ...fact, at }], remark(record, 'redeem_refused'));
}

const MOST_REFUSED_USES = 5;

/** Its time has ended and nobody used it: whoever approved hears that what they approved was not done. */
export function lapsed(record: RequestRecord, now: number): Change | Unchanged {
  const terms = grantTerms(record);
  const { uses, revoked, lapsedAt } = record;
  const isOver = terms !== undefined && now >= terms.untilMs;
  if (!isOver || uses > 0 || revoked !== undefined || lapsedAt !== undefined) return unchanged(record);
  const at = timestamp(now);
  const fact: ChainedEvent = { event: 'lapsed', at, until: timestamp(terms.untilMs) };
  return change(record, { lapsedAt: at }, [fact], remark(record, 'lapsed'));
}

export type Revoked = {
  /** The person or service that takes the approval back. */
  readonly by: string;
  readonly reason?: string;
  /** Who it was, and how that is known. */
  readonly evidence: Evidence;
};

/** Takes back what is left of an approval. What was done with it already stays done. */
export function revoked(record: RequestRecord, { by, reason, evidence }: Revoked, now: number): StepResult {
  if (record.status !== 'approved') return refuse('not_approved', record);
  if (record.revoked !== undefined) return unchanged(record);
  const revocation = { by, at: timestamp(now), ...(reason === undefined ? {} : { reason }) };
  const fact: ChainedEvent = { event: 'revoked', ...revocation, evidence };
  return change(record, { revoked: revocation }, [fact], remark(record, 'revoked'));
}

const ANSWERS = {
  allow: 'it now requires a reason with the request',
  deny: 'it now denies this',
  require_approval: 'it now asks for more approval than was given',
  error: 'it is broken',
} as const satisfies { readonly [outcome in Decision['outcome']]: string };

function answerWords({ outcome, reasons }: Decision): string {
  const why = reasonWords(reasons);
  return `${ANSWERS[outcome]}${why === '' ? '' : `: ${why}`}`;
}

function remark(record: RequestRecord, says: 'redeemed' | 'redeem_refused' | 'lapsed' | 'revoked'): readonly Effect[] {
  // Where nobody was asked there is no card to write below.
  const line: Effect[] = record.approval === undefined ? [] : [{ kind: 'remark_line', says }];
  return [...shownAgain(record), ...line];
}

/** The card says whether the approval was used, and so does what calls for a review. */
function shownAgain({ approval, review }: RequestRecord): readonly Effect[] {
  return [
    ...(approval === undefined ? [] : ([{ kind: 'card' }] as const)),
    ...(review === undefined ? [] : ([{ kind: 'review_messages' }] as const)),
  ];
}

function isRepeated(record: RequestRecord, key: string): boolean {
  return record.absorbed.includes(useKey(key));
}
