// Starts Countersign: the world, then the roles that this process takes; and ends them, also while they still start.
import type { Config } from './config.ts';
import type { Check, Observe } from './flow/ports.ts';
import { startApiRole } from './wiring/api.ts';
import { openEnding } from './wiring/ending.ts';
import { startSealerRole } from './wiring/sealer.ts';
import { startSlackRole } from './wiring/slack.ts';
import { startWorkerRole } from './wiring/worker.ts';
import { openWorld, readiness, type StartOptions, type World } from './wiring/world.ts';

export { auditOf } from './wiring/audit.ts';
export { asOperator } from './wiring/operating.ts';
export { toldToEnd } from './wiring/signals.ts';
export { strangersIn } from './wiring/strangers.ts';

export type Countersign = {
  /** Where the API listens, in a process with the role `api`. */
  readonly api?: { readonly url: string };
  /** What Countersign leans on, and whether it is there. */
  readiness(): Promise<readonly Check[]>;
  /** Takes nothing new from this moment, ends what was begun, closes everything; within 20 s, whatever is down. */
  stop(): Promise<void>;
  /** What has not ended yet, once it was told to. */
  unended(): readonly string[];
};

/**
 * Starts the roles of the configuration. Whatever fails on the way ends what was started before, and is thrown; so does
 * being told to end meanwhile, which throws the reason of `until`.
 */
export async function startCountersign(
  config: Config,
  options: StartOptions & { readonly until?: AbortSignal } = {},
): Promise<Countersign> {
  const { until } = options;
  const ending = openEnding();
  let observe: Observe = () => {};
  const begin = async () => {
    const world = await openWorld(config, options, ending);
    observe = world.observe;
    return { world, api: await startRoles(world) };
  };
  try {
    const { world, api } = await unlessAborted(begin(), until);
    return {
      ...(api === undefined ? {} : { api }),
      readiness: () => readiness(world),
      stop: () => ending.end(observe),
      unended: ending.unended,
    };
  } catch (error) {
    await ending.end(observe);
    throw error;
  }
}

async function startRoles(world: World): Promise<{ readonly url: string } | undefined> {
  const { roles } = world.config;
  if (roles.includes('sealer')) await startSealerRole(world);
  if (roles.includes('worker')) await startWorkerRole(world);
  if (roles.includes('slack')) await startSlackRole(world);
  return roles.includes('api') ? startApiRole(world) : undefined; // last: then all of it is ready
}

async function unlessAborted<T>(work: Promise<T>, until: AbortSignal | undefined): Promise<T> {
  if (until === undefined) return work;
  const told = Promise.withResolvers<never>();
  const abort = () => told.reject(until.reason);
  until.addEventListener('abort', abort, { once: true });
  if (until.aborted) abort();
  try {
    return await Promise.race([work, told.promise]);
  } finally {
    until.removeEventListener('abort', abort);
  }
}
