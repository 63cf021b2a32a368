// One clock for all processes: Redis's, reckoned from ours so that asking for the time costs no round trip.
import type { Redis } from 'ioredis';
import { orFailure } from './failures.ts';

export type StoreClock = { now(): number; stop(): void };

const REFRESH_MS = 30_000;

/** Measures the distance to Redis's clock now and every half minute. A step of this machine's own clock changes nothing. */
export async function startClock(redis: Redis): Promise<StoreClock> {
  let offsetMs = await orFailure(measure(redis));
  const refresh = () => {
    // While Redis is away the last measurement serves: it drifts by milliseconds an hour.
    measure(redis).then(
      measured => {
        offsetMs = measured;
      },
      () => {},
    );
  };
  const timer = setInterval(refresh, REFRESH_MS).unref();
  return { now: () => Math.floor(performance.now() + offsetMs), stop: () => clearInterval(timer) };
}

async function measure(redis: Redis): Promise<number> {
  const sentAt = performance.now();
  const [seconds, micros] = await redis.time();
  const receivedAt = performance.now();
  return Number(seconds) * 1_000 + Number(micros) / 1_000 - (sentAt + receivedAt) / 2;
}
