// What an HTTP answer of OPA means. Four classes, never mixed: an answer, an outage, undefined, a broken contract.
import { parseDecision } from '../../domain/decision.ts';
import { Failure, TOO_HEAVY } from '../../domain/failure.ts';
import type { PolicyInput } from '../../domain/policy-input.ts';
import type { PolicyEvidence } from '../../domain/record.ts';
import type { PolicyAnswer } from '../../flow/ports.ts';
import type { Exchanged } from './exchange.ts';

/**
 * | seen                                                  | class
 * |-------------------------------------------------------|-----------------------------------------------------------
 * | 200 with a result that keeps the contract             | answer
 * | 200 without a result, and OPA holds no bundle yet     | outage `pdp_undefined`: thrown, transient
 * | 200 without a result, although a bundle is active     | broken `pdp_undefined`
 * | 200 with a warning, no JSON, a result out of contract | broken `pdp_contract_violation`
 * | 500 with an `eval_…` error: conflict, strict builtin  | broken `pdp_eval_error`
 * | 4xx, a redirect, 500 from OPA's own authorization     | broken `pdp_misconfigured`
 * | 429, any other 5xx: a proxy, a server that is ending  | outage `pdp_unavailable`: thrown, transient
 * | no whole answer in time, while others are answered    | too heavy `pdp_too_heavy`: thrown, transient, no outage
 * | an answer of another revision than the pinned one     | outage `pdp_stale`: thrown, transient (`expectRevision`)
 */
export function classify(
  { status, text }: Pick<Exchanged, 'status' | 'text'>,
  votes: PolicyInput['votes'],
  decisionPath: string,
): PolicyAnswer {
  const body = readBody(text);
  if (status === 200) return readResult(body, votes, decisionPath);
  const evaluation = list(body?.errors).map(object).filter(isEvaluation);
  if (status === 500 && evaluation.length > 0) return evaluationError(evaluation);
  const isAuthorizationAbsent = typeof body?.message === 'string' && body.message.startsWith('authorization policy');
  if (status === 429 || (status >= 500 && !isAuthorizationAbsent)) throw unavailable(`OPA answered HTTP ${status}`);
  return broken('pdp_misconfigured', `OPA refused the question with HTTP ${status}. ${remedyFor(status)}`);
}

/** What OPA's document of one answer, `{result?, provenance?, warning?}`, means. */
export function readResult(
  body: JsonObject | undefined,
  votes: PolicyInput['votes'],
  decisionPath: string,
): PolicyAnswer {
  if (body === undefined) {
    return broken(
      'pdp_contract_violation',
      'The answer is not a JSON object. Check that OPA_URL is the address of OPA.',
    );
  }
  if (body.warning !== undefined) {
    const code = object(body.warning)?.code;
    return broken(
      'pdp_contract_violation',
      `OPA answered with a warning (${typeof code === 'string' ? code.slice(0, 100) : 'no code'}). Check that nothing between Countersign and OPA changes the request's body.`,
    );
  }
  const bundles = Object.entries(object(object(body.provenance)?.bundles) ?? {});
  if (body.result === undefined) return undefinedResult(bundles.length > 0, decisionPath);
  const parsed = parseDecision(body.result, votes);
  if (!parsed.ok) {
    return broken(
      'pdp_contract_violation',
      `The decision at ${decisionPath} breaks the contract: ${parsed.cause}. Correct the policy; its tests show where.`,
    );
  }
  return { kind: 'answer', decision: parsed.decision, policy: evidence(body, bundles) };
}

/** `{}` is what OPA says to a wrong path, to a rule without a value, and to everybody before its policies arrived. */
function undefinedResult(hasBundle: boolean, decisionPath: string): PolicyAnswer {
  if (hasBundle) {
    return broken(
      'pdp_undefined',
      `Policy has no answer at ${decisionPath}. Check OPA_DECISION_PATH, and give the rule a default.`,
    );
  }
  throw new Failure(
    'pdp_undefined',
    'OPA has no policy bundle yet. If this persists, check its bundle service, or start it with --bundle.',
    { isTransient: true },
  );
}

/** An older policy answers as readily as the newest, and its signature is as good: only its revision tells. */
export function expectRevision(answer: PolicyAnswer, pinned: string | undefined): PolicyAnswer {
  if (pinned === undefined || answer.kind === 'broken' || answer.policy.revision === pinned) return answer;
  throw new Failure(
    'pdp_stale',
    `OPA answers by the policies ${answer.policy.revision ?? 'of no revision'} and not by ${pinned}. Publish those, or correct OPA_REVISION.`,
    { isTransient: true },
  );
}

function evaluationError(errors: readonly JsonObject[]): PolicyAnswer {
  // The messages quote what the request contained; the code and the place do not.
  const places = errors.slice(0, 3).map(({ code, location }) => {
    const at = object(location);
    return at === undefined ? `${code}` : `${code} at ${at.file}:${at.row}`;
  });
  return broken('pdp_eval_error', `Policy could not be evaluated: ${places.join(', ')}. Correct the rule there.`);
}

/** An evaluation that was cancelled (OPA is ending, the caller left) judged nothing. */
function isEvaluation(error: JsonObject | undefined): error is JsonObject {
  return typeof error?.code === 'string' && /^eval_(?!cancel)\w+$/.test(error.code);
}

function evidence(body: JsonObject, bundles: readonly (readonly [string, unknown])[]): PolicyEvidence {
  const revisions = bundles
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, bundle]) => object(bundle)?.revision)
    .filter(revision => typeof revision === 'string' && revision !== '');
  return {
    ...(revisions.length === 0 ? {} : { revision: revisions.join('+') }),
    ...(typeof body.decision_id === 'string' ? { decision_id: body.decision_id } : {}),
  };
}

/** The failure of a question that reached no policy. */
export function unavailable(what: string, options: { cause?: unknown; retryAfterMs?: number } = {}): Failure {
  const message = `Policy could not be asked: ${what}. Check that OPA runs and that OPA_URL is its address.`;
  return new Failure('pdp_unavailable', message, { ...options, isTransient: true });
}

/** The failure of a question that policy could not judge in its time, although it is there: others were answered. */
export function tooHeavy(cause: unknown): Failure {
  const message =
    'Policy could not judge this request in its time, while it answers others. Submit less with it, give policy more time with OPA_TIMEOUT, or make its rules cheaper.';
  return new Failure(TOO_HEAVY, message, { cause, isTransient: true });
}

export function broken(code: string, cause: string): PolicyAnswer {
  return { kind: 'broken', code, cause };
}

function remedyFor(status: number): string {
  if (status === 401) return "Allow POST on the decision path in OPA's system.authz policy.";
  if (status === 400) return 'If the request is large, raise server.decoding.max_length, or submit less with it.';
  return 'Check that OPA_URL is the address of OPA and that its authorization policy is loaded.';
}

type JsonObject = { readonly [key: string]: unknown };

/** An answer's JSON object; undefined where it is none. */
export function readBody(text: string): JsonObject | undefined {
  try {
    return object(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function object(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
