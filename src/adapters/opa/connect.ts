// Open Policy Agent as the policy decision point: asked over its REST API at one fixed path.
import { Failure, failureCode } from '../../domain/failure.ts';
import type { PolicyInput } from '../../domain/policy-input.ts';
import { shortened } from '../../domain/shortened.ts';
import type { Check, Observe, Policy, PolicyAnswer } from '../../flow/ports.ts';
import { questionPath, readAddress } from './address.ts';
import { broken, classify, expectRevision, tooHeavy, unavailable } from './answer.ts';
import { breaker } from './breaker.ts';
import { AnswerTooLarge, codeOf, type Exchange, type Exchanged, MAX_ANSWER_BYTES, openExchange } from './exchange.ts';
import { checkHealth, isReady } from './health.ts';

export type OpaOptions = {
  /** `http://…`, `https://…` or `unix:///…`. */
  readonly url: string;
  /** `approvals/main/decision`, or the path of a boolean rule. */
  readonly decisionPath: string;
  /** How long OPA may take for one whole answer. */
  readonly timeoutMs: number;
  /**
   * The largest question, in bytes, as it is put first: answers of people come on top. Of a larger one policy gets large
   * values as their digests.
   */
  readonly questionLimit?: number;
  /** The only revision whose answers are taken; any without it. */
  readonly revision?: string;
  readonly observe?: Observe;
  /** The clock of the circuit breaker, milliseconds. */
  readonly now?: () => number;
};

export type OpaPolicy = Policy & {
  /** Whether OPA is up, its policies are active, and the decision is defined. */
  health(): Promise<Check>;
  close(): Promise<void>;
};

/** What OPA judges in a moment. A request may have more. */
export const QUESTION_BYTES = 256 * 1024;
/** What answers may add: nobody's long words make a request too large that was not, which would end it. */
const ANSWERS_BYTES = 64 * 1024;

const BREAKER = { threshold: 5, windowMs: 10_000, coolDownMs: 1_000 };

/** Checks the address and the path at once; connects when first asked. */
export function connectOpa(options: OpaOptions): OpaPolicy {
  const { decisionPath, timeoutMs, revision, observe, questionLimit = QUESTION_BYTES } = options;
  const path = questionPath(decisionPath);
  const exchange = openExchange(readAddress(options.url), timeoutMs);
  const guard = breaker({
    ...BREAKER,
    now: options.now ?? (() => performance.now()),
    probe: () => isReady(exchange),
    isOutage: error => error instanceof Failure && error.code === 'pdp_unavailable',
    refuse: retryAfterMs => unavailable('it has not answered several times in a row', { retryAfterMs }),
    onChange: state => observe?.({ kind: 'trouble', where: 'opa', ...notice[state] }),
  });
  const put = asker(exchange, path);
  return {
    async ask(input) {
      const limit = input.phase === 'submit' ? questionLimit : questionLimit + ANSWERS_BYTES;
      const question = questionWithin(input, limit);
      if (question === undefined) return tooLarge(limit);
      const read = (answer: Exchanged) =>
        timed(expectRevision(classify(answer, input.votes, decisionPath), revision), answer.tookMs);
      const answer = await guard.pass(() => observed(observe, () => put(question.body, read)));
      return judgedWhole(answer, question.pointers);
    },
    health: () => checkHealth(exchange, path, decisionPath, revision),
    close: () => exchange.close(),
  };
}

/** Each question that was sent, by what came of it; what the breaker kept back was none. */
async function observed(observe: Observe | undefined, ask: () => Promise<PolicyAnswer>): Promise<PolicyAnswer> {
  const startedAt = performance.now();
  const tell = (outcome: string) => observe?.({ kind: 'asked', outcome, tookMs: performance.now() - startedAt });
  const answer = await ask().catch(error => {
    tell(failureCode(error, 'unforeseen'));
    throw error;
  });
  tell(answer.kind === 'broken' ? answer.code : answer.decision.outcome);
  return answer;
}

/** Sends questions, and tells one that is too heavy for its time from a policy server that does not answer. */
function asker(exchange: Exchange, path: string) {
  let answeredAt = Number.NEGATIVE_INFINITY;
  return async (body: string, read: (answer: Exchanged) => PolicyAnswer): Promise<PolicyAnswer> => {
    const askedAt = performance.now();
    let answer: Exchanged;
    try {
      answer = await exchange.post(path, body);
    } catch (error) {
      if (error instanceof AnswerTooLarge) return endless;
      const isLate = codeOf(error) === 'ETIMEDOUT';
      if (isLate && (answeredAt > askedAt || (await isReady(exchange)))) throw tooHeavy(error);
      throw unavailable(reasonOf(error), { cause: error });
    }
    answeredAt = performance.now();
    return read(answer);
  };
}

/** How long OPA took, for whoever compares policies by it; to a hundredth of a millisecond, below which it is noise. */
function timed(answer: PolicyAnswer, tookMs: number): PolicyAnswer {
  return answer.kind === 'broken' ? answer : { ...answer, tookMs: Math.round(tookMs * 100) / 100 };
}

function reasonOf(error: unknown): string {
  const code = codeOf(error);
  if (code === 'ETIMEDOUT') return 'OPA took too long to answer';
  return code === undefined ? 'the connection failed' : `the connection failed (${code})`;
}

/** The question as text, shortened where it has to be; undefined where that is not enough. */
function questionWithin(input: PolicyInput, limit: number): { body: string; pointers: readonly string[] } | undefined {
  const body = JSON.stringify({ input });
  // A character is at most three bytes of UTF-8, so only a long text needs counting.
  if (body.length * 3 <= limit || Buffer.byteLength(body) <= limit) return { body, pointers: [] };
  const short = shortened(input, limit);
  return short === undefined ? undefined : { body: JSON.stringify({ input: short.input }), pointers: short.pointers };
}

/**
 * A rule that looks into a value which policy was not given is silent, be it one that would have denied. So what policy
 * lets pass, or asks people about, counts only if it says that it knows of shortened questions; a denial always counts.
 */
function judgedWhole(answer: PolicyAnswer, pointers: readonly string[]): PolicyAnswer {
  if (pointers.length === 0 || answer.kind === 'broken') return answer;
  const { outcome, accepts_shortened } = answer.decision;
  if (accepts_shortened === true || outcome === 'deny' || outcome === 'error') return answer;
  return broken(
    'pdp_question_shortened',
    `The request is too large for policy to judge whole: of ${pointers.slice(0, 5).join(', ')} it was given the digest, and it does not say that this is enough. Submit less: refer to large content by its digest.`,
  );
}

function tooLarge(limit: number): PolicyAnswer {
  return broken(
    'pdp_question_too_large',
    `The question to policy exceeds ${Math.round(limit / 1024)} KiB even with large values as digests. Submit less with the request: refer to large content by its digest.`,
  );
}

const endless = broken(
  'pdp_contract_violation',
  `The answer exceeds ${MAX_ANSWER_BYTES / 1024} KiB. Check that OPA_DECISION_PATH names a decision, not a package or data.`,
);

const notice = {
  open: {
    code: 'pdp_unavailable',
    message: 'OPA has not answered several times in a row and is left alone for a moment. Check that it runs.',
  },
  closed: { code: 'pdp_available', message: 'OPA answers again.' },
} as const;
