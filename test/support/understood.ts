// What was stored, held against the decoder: every entry that any test writes is understood, and nothing in it is left out.
import { isDeepStrictEqual } from 'node:util';
import { readEvent } from '../../src/domain/audit/read.ts';

/** The same, or an error that shows what was not understood. */
export function understood<T>(stored: T): T {
  const read = readEvent(stored);
  if (read.kind === 'unknown') throw new Error(`not understood (${read.why}): ${JSON.stringify(stored)}`);
  const { v, event, place } = read;
  const told = JSON.parse(JSON.stringify({ v, ...event, ...place }));
  if (!isDeepStrictEqual(told, stored)) {
    throw new Error(`not all was read of ${JSON.stringify(stored)}: ${JSON.stringify(told)}`);
  }
  return stored;
}
