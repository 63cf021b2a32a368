// How the naive pipelines ask OPA: each question in a call of its own, or those that wait together.
import { Pool } from 'undici';
import { inTurn } from '../../../src/adapters/redis/in-turn.ts';
import type { PolicyInput } from '../../../src/domain/policy-input.ts';
import type { Place } from './pipeline.ts';

export type Asking = {
  /** Whether policy allows it. */
  ask(input: PolicyInput): Promise<boolean>;
  close(): Promise<void>;
};

export function askingSingly({ opaUrl, decisionPath, inFlight }: Place): Asking {
  const opa = new Pool(opaUrl, { connections: inFlight, pipelining: 1 });
  return {
    ask: async input => isAllow(await post(opa, decisionPath, input)),
    close: () => opa.close(),
  };
}

/** What finds nobody asking goes at once; what comes meanwhile goes in one call. */
export function askingTogether({ opaUrl, decisionPath }: Place): Asking {
  const opa = new Pool(opaUrl, { connections: 1, pipelining: 1 });
  const path = `bench/together/${decisionPath.split('/').at(-1)}`;
  type Asked = { readonly input: PolicyInput; readonly answered: (isAllowed: boolean) => void };
  const offer = inTurn<Asked>(async all => {
    const answers = await post(opa, path, { questions: all.map(({ input }) => input) });
    for (const [i, { answered }] of all.entries()) answered(isAllow((answers as readonly unknown[])[i]));
  });
  return { ask: input => new Promise(answered => offer({ input, answered })), close: () => opa.close() };
}

async function post(opa: Pool, path: string, input: unknown): Promise<unknown> {
  const { body } = await opa.request({
    method: 'POST',
    path: `/v1/data/${path}`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ input }),
  });
  return ((await body.json()) as { result?: unknown }).result;
}

function isAllow(result: unknown): boolean {
  return result === true || (result as { outcome?: unknown } | undefined)?.outcome === 'allow';
}
