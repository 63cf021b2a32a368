// How a request stands, without its record: what a thousand who wait for it need to know, whatever its size.
import type { Redis } from 'ioredis';
import { type Status, statuses } from '../../domain/lifecycle.ts';
import type { RequestRecord } from '../../domain/record.ts';
import type { Peeked } from '../../flow/ports.ts';
import { orFailure } from './failures.ts';
import type { Keyspace } from './keyspace.ts';

/** Where the status beside the record is of another version, somebody wrote who does not keep it: the record tells. */
export function peeker(
  redis: Redis,
  keys: Pick<Keyspace, 'request'>,
  read: (id: string) => Promise<RequestRecord | undefined>,
): (id: string) => Promise<Peeked | undefined> {
  return async id => {
    const [version, told, service] = await orFailure(redis.hmget(keys.request(id), 'v', 'status', 'service'));
    if (typeof version !== 'string') return undefined;
    const [of, status] = typeof told === 'string' ? told.split(':') : [];
    if (of === version && typeof service === 'string' && isStatus(status)) {
      return { version: Number(version), status, service };
    }
    const record = await read(id);
    return record === undefined
      ? undefined
      : { version: record.version, status: record.status, service: record.service.id };
  };
}

function isStatus(text: unknown): text is Status {
  return statuses.some(status => status === text);
}

/** Reads that begin while another of the same request, at least at the same version, is under way share its answer. */
export function sharedReads(
  read: (id: string) => Promise<RequestRecord | undefined>,
): (id: string, version: number) => Promise<RequestRecord | undefined> {
  const underWay = new Map<string, Promise<RequestRecord | undefined>>();
  return (id, version) => {
    // Begun by somebody who knew of this version, it can answer with none before it.
    const key = `${id}.${version}`;
    const known = underWay.get(key);
    if (known !== undefined) return known;
    const reading = read(id).finally(() => underWay.delete(key));
    underWay.set(key, reading);
    return reading;
  };
}
