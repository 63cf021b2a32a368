// Where scenarios are played: a throw-away OPA with the policies, asked strictly, and the people who vote.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { answersFrom, knownOf } from '../../adapters/directory/known.ts';
import { type People, parsePeople } from '../../adapters/directory/people-file.ts';
import { connectOpa, type OpaPolicy } from '../../adapters/opa/connect.ts';
import type { World } from '../../rehearsal/rehearse.ts';
import { UsageError } from '../failing.ts';
import { startOwnOpa } from '../own-opa.ts';

export type PolicyStage = { readonly policy: OpaPolicy; close(): Promise<void> };

/** Longer than production waits: the first question compiles. */
const TIMEOUT_MS = 10_000;
const DECISION_PATH = 'approvals/main/decision';

/** With `url` the policies that are served there, else those in the folder. */
export async function openStage(from: { readonly policies: string; readonly url?: string }): Promise<PolicyStage> {
  const decisionPath = process.env.OPA_DECISION_PATH?.trim() || DECISION_PATH;
  const connect = (url: string) => connectOpa({ url, decisionPath, timeoutMs: TIMEOUT_MS });
  if (from.url !== undefined) {
    const policy = connect(from.url);
    return { policy, close: () => policy.close() };
  }
  if (!existsSync(from.policies)) {
    throw new UsageError(`There is no folder ${from.policies}. Name the folder of policies.`);
  }
  const opa = await startOwnOpa(from.policies);
  const policy = connect(opa.url);
  return {
    policy,
    async close() {
      await policy.close();
      await opa.stop();
    },
  };
}

export async function peopleFrom(path: string): Promise<World['directory']> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new UsageError(`The people file ${path} cannot be read. Check the path.`);
  });
  return directoryOf(parsePeople(text));
}

/** People as a scenario lists them: the groups of each; the owner of each agent. */
export function peopleListed(
  people: { readonly [person: string]: readonly string[] },
  agents: { readonly [agent: string]: string },
): World['directory'] {
  return directoryOf({
    people: Object.entries(people).map(([id, groups]) => ({ id, groups, slack: [], roles: [] })),
    agents: Object.entries(agents).map(([id, owner]) => ({ id, owner })),
  });
}

/** A people file that was read once, and is not watched. */
function directoryOf(people: People): World['directory'] {
  const known = knownOf(people);
  return answersFrom(
    () => known,
    () => known,
  );
}
