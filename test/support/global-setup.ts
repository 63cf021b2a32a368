// Starts one Redis and one OPA for the whole test run, and stops them after it.
import { resolve } from 'node:path';
import type { TestProject } from 'vitest/node';
import { ensureOpa } from '../../src/local/setup/opa.ts';
import { startOpa, startRedis } from '../../src/local/setup/services.ts';
import type { Started } from './services.ts';

type Stoppable = { readonly url: string; stop(): Promise<void> };

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  process.env.COUNTERSIGN_OPA ??= await ensureOpa(); // tests that call it by hand call the same one
  const [redis, opa] = await Promise.allSettled([
    startRedis(),
    startOpa({ policies: [resolve(import.meta.dirname, '../../policies')], decisionIds: true }),
  ]);
  project.provide('redis', told(redis));
  project.provide('opa', told(opa));
  return async () => {
    await Promise.all([stopped(redis), stopped(opa)]);
  };
}

function told(service: PromiseSettledResult<Stoppable>): Started {
  if (service.status === 'fulfilled') return { url: service.value.url };
  return { fault: service.reason instanceof Error ? service.reason.message : String(service.reason) };
}

async function stopped(service: PromiseSettledResult<Stoppable>): Promise<void> {
  if (service.status === 'fulfilled') await service.value.stop();
}
