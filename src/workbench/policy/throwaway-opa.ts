// Where scenarios are played: throw-away OPAs with the policies, asked strictly, one for each set of data.
import { existsSync } from 'node:fs';
import { connectOpa } from '../../adapters/opa/connect.ts';
import type { JsonObject } from '../../domain/canonical.ts';
import { startOwnOpa } from '../own-opa.ts';
import type { World } from '../rehearsal/rehearse.ts';
import { Unusable } from '../unusable.ts';
import { overlaidCopy } from './overlaid.ts';

export type PolicyStage = Pick<World, 'policyWith'> & { close(): Promise<void> };

type Policy = Awaited<ReturnType<World['policyWith']>>;

/** Longer than production waits: the first question compiles. */
const TIMEOUT_MS = 10_000;
const DECISION_PATH = 'approvals/main/decision';

/** With `url` the policies that are served there, else those in the folder. */
export function openStage(from: { readonly policies: string; readonly url?: string }): PolicyStage {
  const decisionPath = process.env.OPA_DECISION_PATH?.trim() || DECISION_PATH;
  const closes: (() => Promise<unknown>)[] = [];
  const started = new Map<string, Promise<Policy>>();
  if (from.url === undefined && !existsSync(from.policies)) {
    throw new Unusable(`There is no folder ${from.policies}. Name the folder of policies.`);
  }

  async function start(layers: readonly JsonObject[]): Promise<Policy> {
    if (from.url !== undefined) {
      if (layers.length === 0) return connect(from.url);
      throw new Unusable('Data is changed in a folder of policies only. Leave --opa out, or the data.');
    }
    if (layers.length === 0) return connect(await serve(from.policies));
    const copy = await overlaidCopy(from.policies, layers);
    closes.push(copy.remove);
    return connect(await serve(copy.folder));
  }

  async function serve(folder: string): Promise<string> {
    const opa = await startOwnOpa(folder);
    closes.push(() => opa.stop());
    return opa.url;
  }

  function connect(url: string): Policy {
    const policy = connectOpa({ url, decisionPath, timeoutMs: TIMEOUT_MS });
    closes.push(() => policy.close());
    return policy;
  }

  return {
    policyWith(layers) {
      const name = JSON.stringify(layers);
      const policy = started.get(name) ?? start(layers);
      started.set(name, policy);
      return policy;
    },
    async close() {
      for (const close of closes.reverse()) await close();
    },
  };
}
