// Open Policy Agent as the policy decision point: asked over its REST API at one fixed path.
import { Failure, failureCode } from '../../domain/failure.ts';
import type { Check, Observe, Policy, PolicyAnswer } from '../../flow/ports.ts';
import { questionPath, readAddress } from './address.ts';
import { broken, classify, expectRevision, unavailable } from './answer.ts';
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

/** Twice what the API takes as a body: a request with its votes. OPA's server.decoding.max_length must allow it. */
const MAX_QUESTION_BYTES = 2 * 1024 * 1024;

const BREAKER = { threshold: 5, windowMs: 10_000, coolDownMs: 1_000 };

/** Checks the address and the path at once; connects when first asked. */
export function connectOpa(options: OpaOptions): OpaPolicy {
  const { decisionPath, timeoutMs, revision, observe } = options;
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
  return {
    async ask(input) {
      const body = JSON.stringify({ input });
      if (isTooLarge(body)) return tooLarge;
      const read = (answer: Exchanged) =>
        timed(expectRevision(classify(answer, input.votes, decisionPath), revision), answer.tookMs);
      return guard.pass(() => observed(observe, () => put(exchange, path, body, read)));
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

async function put(
  exchange: Exchange,
  path: string,
  body: string,
  read: (answer: Exchanged) => PolicyAnswer,
): Promise<PolicyAnswer> {
  let answer: Exchanged;
  try {
    answer = await exchange.post(path, body);
  } catch (error) {
    if (error instanceof AnswerTooLarge) return endless;
    throw unavailable(reasonOf(error), { cause: error });
  }
  return read(answer);
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

/** A character is at most three bytes of UTF-8, so only a long text needs counting. */
function isTooLarge(body: string): boolean {
  return body.length * 3 > MAX_QUESTION_BYTES && Buffer.byteLength(body) > MAX_QUESTION_BYTES;
}

const tooLarge = broken(
  'pdp_misconfigured',
  `The question to policy exceeds ${MAX_QUESTION_BYTES / 1024 / 1024} MiB. Submit less with the request: refer to large content by its digest.`,
);

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
