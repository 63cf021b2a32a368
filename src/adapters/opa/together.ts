// Many questions in one call, of an OPA of our own that holds a rule for it: the same answers, at less cost for both sides.
import type { PolicyInput } from '../../domain/policy-input.ts';
import type { PolicyAnswer } from '../../flow/ports.ts';
import { decisionSegments, readAddress } from './address.ts';
import { readBody, readResult } from './answer.ts';
import { openExchange } from './exchange.ts';

/** The package of the rule, and so the root of the bundle that it comes in. */
export const TOGETHER_ROOT = 'countersign/together';

const PATH = `/v1/data/${TOGETHER_ROOT}/answers?strict-builtin-errors=true&provenance=true`;

/** OPA's server.decoding.max_length, less what stands around the questions. */
const MAX_QUESTIONS_LENGTH = 1024 * 1024;

/** The rule that asks the decision for each of `input.questions`; one without an answer is an object without a result. */
export function togetherRule(decisionPath: string): string {
  const decision = `data${decisionSegments(decisionPath)
    .map(segment => `["${segment}"]`)
    .join('')}`;
  return `package ${TOGETHER_ROOT.replaceAll('/', '.')}

import rego.v1

answers := [answer |
	some question in input.questions
	answer := {"result": decision | decision := ${decision} with input as question}
]
`;
}

export type Together = {
  /**
   * The answers in the order of the questions, each as it would be if asked alone. Undefined where they cannot be had so,
   * be it that one of them is an error, which OPA makes an error of all: then each must be asked alone.
   */
  askAll(inputs: readonly PolicyInput[]): Promise<readonly PolicyAnswer[] | undefined>;
  close(): Promise<void>;
};

export type TogetherOptions = { readonly url: string; readonly decisionPath: string; readonly timeoutMs: number };

export function connectTogether({ url, decisionPath, timeoutMs }: TogetherOptions): Together {
  const exchange = openExchange(readAddress(url), timeoutMs);
  return {
    async askAll(inputs) {
      const body = `{"input":{"questions":${JSON.stringify(inputs)}}}`;
      if (body.length > MAX_QUESTIONS_LENGTH) return undefined;
      // Whatever went wrong, an outage too, the single question finds out and says.
      const answer = await exchange.post(PATH, body).catch(() => undefined);
      if (answer?.status !== 200) return undefined;
      const { result, warning, provenance } = readBody(answer.text) ?? {};
      if (warning !== undefined || !isOneForEach(result, inputs)) return undefined;
      return result.map((one, i) => readResult({ ...one, provenance }, inputs[i]?.votes ?? [], decisionPath));
    },
    close: () => exchange.close(),
  };
}

function isOneForEach(result: unknown, { length }: readonly unknown[]): result is readonly { result?: unknown }[] {
  return (
    Array.isArray(result) && result.length === length && result.every(one => typeof one === 'object' && one !== null)
  );
}
