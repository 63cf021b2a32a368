// Looks at a Redis before we trust it with approvals: what would it forget, and when?
import type { Redis } from 'ioredis';
import { Failure } from '../../domain/failure.ts';
import type { Check } from '../../flow/ports.ts';
import { orFailure, storeFailure } from './failures.ts';

export type GuardReport = {
  /** What can be lost, and when, in plain words. */
  readonly lossWindow: string;
  /** What to put right, though we start. */
  readonly warnings: readonly string[];
};

/** Above this share of maxmemory new requests will soon be refused. */
const MEMORY_WATERMARK = 0.8;
const OLDEST_MAJOR = 7;

/** Refuses a Redis that may forget what it acknowledged. `allowUnsafe` turns refusals into warnings, for development. */
export async function guardRedis(redis: Redis, allowUnsafe: boolean): Promise<GuardReport> {
  const info = await readInfo(redis);
  if (Number.parseInt(info.redis_version ?? '', 10) < OLDEST_MAJOR) {
    const message = `Redis ${info.redis_version} is too old. Use Redis 7 or newer, or Valkey.`;
    throw new Failure('redis_too_old', message, { isTransient: false });
  }
  const dangers = dangersOf(info);
  if (dangers.length > 0 && !allowUnsafe) {
    const message = `This Redis may lose approvals. ${dangers.join(' ')} For development only, set REDIS_ALLOW_UNSAFE=true.`;
    throw new Failure('redis_unsafe', message, { isTransient: false });
  }
  const warnings = dangers.map(danger => `UNSAFE REDIS: ${danger}`);
  if (info.maxmemory === '0') {
    warnings.push(
      'Redis has no maxmemory: the system may kill it when memory runs out. Set it to about 60 % of what it may use.',
    );
  }
  return { lossWindow: lossWindow(info, await readAppendfsync(redis)), warnings };
}

/** Whether Redis answers and has room, for readiness. */
export async function checkRedis(redis: Redis): Promise<Check> {
  try {
    const { used_memory: used, maxmemory } = await readInfo(redis);
    const share = maxmemory === undefined || maxmemory === '0' ? 0 : Number(used) / Number(maxmemory);
    if (share < MEMORY_WATERMARK) return { name: 'redis', ok: true, detail: 'answers' };
    const detail = `memory is ${Math.round(share * 100)} % full; raise maxmemory or remove old data.`;
    return { name: 'redis', ok: false, detail };
  } catch (error) {
    return { name: 'redis', ok: false, detail: storeFailure(error).message };
  }
}

type Info = { readonly [name: string]: string | undefined };

async function readInfo(redis: Redis): Promise<Info> {
  const text = await orFailure(redis.info());
  return Object.fromEntries([...text.matchAll(/^(\w+):(.*?)\r?$/gm)].map(([, name = '', value]) => [name, value]));
}

function dangersOf(info: Info): string[] {
  const dangers: string[] = [];
  if (info.maxmemory_policy !== 'noeviction') {
    dangers.push(
      `Its maxmemory-policy is ${info.maxmemory_policy}: when memory runs short it deletes pending requests. Start it with --maxmemory-policy noeviction.`,
    );
  }
  if (info.aof_enabled !== '1') {
    dangers.push(
      'It keeps no append-only file: when it stops, every request since the last snapshot is gone, or all. Start it with --appendonly yes.',
    );
  } else if (info.aof_last_write_status !== 'ok') {
    dangers.push('It could not write its append-only file last time. Free or repair its disk.');
  }
  return dangers;
}

function lossWindow(info: Info, appendfsync: string | undefined): string {
  if (info.aof_enabled !== '1')
    return 'If Redis stops for any reason, everything since its last snapshot is lost, or all.';
  switch (appendfsync) {
    case 'always':
      return 'If Redis or its machine stops, nothing that was acknowledged is lost, if the disk is honest.';
    case 'everysec':
      return 'If Redis is killed, nothing is lost; if its machine loses power, about the last second is.';
    case 'no':
      return 'If Redis is killed, nothing is lost; if its machine loses power, about the last half minute is.';
    default:
      return 'If Redis is killed, nothing is lost; what a loss of power costs is unknown, for CONFIG GET is not allowed.';
  }
}

/** Managed services often refuse CONFIG. */
async function readAppendfsync(redis: Redis): Promise<string | undefined> {
  try {
    const [, value] = (await redis.config('GET', 'appendfsync')) as string[];
    return value;
  } catch {
    return undefined;
  }
}
