// Waiting with an end: for somebody's work no longer than a time, and for a time no longer than somebody wants.
import { setTimeout as after } from 'node:timers/promises';

/** What it gives within the time, or undefined. It goes on all the same. */
export async function within<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>(resolve => {
    timer = setTimeout(resolve, ms, undefined);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether it ends within the time, well or not. */
export async function isInTime(work: Promise<unknown>, ms: number): Promise<boolean> {
  const ended = work.then(
    () => true,
    () => true,
  );
  return (await within(ended, ms)) ?? false;
}

/** Sleeps, or wakes early when the signal says so. Never throws. */
export async function nap(ms: number, signal?: AbortSignal): Promise<void> {
  if (ms > 0 && signal?.aborted !== true) await after(ms, undefined, { signal }).catch(() => undefined);
}
