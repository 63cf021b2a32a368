// Starts Countersign: the world, then the roles that this process takes; and ends them in reverse.
import type { Config } from './config.ts';
import type { Check } from './flow/ports.ts';
import { startApiRole } from './wiring/api.ts';
import { startSlackRole } from './wiring/slack.ts';
import { startWorkerRole } from './wiring/worker.ts';
import { openWorld, readiness, type StartOptions } from './wiring/world.ts';

export type Countersign = {
  /** Where the API listens, in a process with the role `api`. */
  readonly api?: { readonly url: string };
  /** What Countersign leans on, and whether it is there. */
  readiness(): Promise<readonly Check[]>;
  /** Takes nothing new, ends what was begun, closes everything. */
  stop(): Promise<void>;
};

/** Starts the roles of the configuration. Whatever fails on the way ends what was started before, and is thrown. */
export async function startCountersign(config: Config, options: StartOptions = {}): Promise<Countersign> {
  await using begun = new AsyncDisposableStack();
  const world = await openWorld(config, options, close => begun.defer(async () => void (await close())));
  const { roles } = config;
  if (roles.includes('worker')) await startWorkerRole(world);
  if (roles.includes('slack')) await startSlackRole(world);
  const api = roles.includes('api') ? await startApiRole(world) : undefined; // last: then all of it is ready
  const all = begun.move();
  return {
    ...(api === undefined ? {} : { api }),
    readiness: () => readiness(world),
    stop: () => all.disposeAsync(),
  };
}
