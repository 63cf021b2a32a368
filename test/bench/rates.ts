// The two ways of measuring a rate: how fast a full queue is worked off, and how fast requests come back when each
// submitter sends the next one only after it was told of the last.
import { setTimeout as pause } from 'node:timers/promises';
import type { Pipeline } from './pipelines/pipeline.ts';

const LOOK_EVERY_MS = 4;

/** Requests a second while a preloaded queue is worked off. */
export async function drainRate(pipeline: Pipeline, count: number): Promise<number> {
  await pipeline.preload(count);
  const startedAt = performance.now();
  await pipeline.resume();
  while ((await pipeline.left()) > 0) await pause(LOOK_EVERY_MS);
  const tookMs = performance.now() - startedAt;
  await pipeline.verify();
  return (count / tookMs) * 1_000;
}

/** Requests a second, submit to told, with `inFlight` submitters who each wait for their answer. */
export async function closedLoopRate(pipeline: Pipeline, inFlight: number, forMs: number): Promise<number> {
  const { ask } = pipeline;
  if (ask === undefined) throw new Error('this pipeline tells nobody');
  await pipeline.resume();
  const startedAt = performance.now();
  let told = 0;
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (performance.now() - startedAt < forMs) {
        await ask();
        told += 1;
      }
    }),
  );
  const tookMs = performance.now() - startedAt;
  await pipeline.verify();
  return (told / tookMs) * 1_000;
}
