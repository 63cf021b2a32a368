// Records as text: what Redis keeps and never looks into.
import { Failure } from '../../domain/failure.ts';
import type { RequestRecord } from '../../domain/record.ts';

/** Reads a stored record. One that this version does not understand is never guessed at. */
export function decodeRecord(text: string): RequestRecord {
  let record: RequestRecord;
  try {
    record = JSON.parse(text) as RequestRecord;
  } catch (cause) {
    const message = 'A stored request is not readable. Somebody wrote to our keys: restore Redis from its backup.';
    throw new Failure('record_unreadable', message, { cause, isTransient: false });
  }
  if (record.schema === 1) return record;
  const message = 'A stored request was written by a newer version. Upgrade this process too.';
  throw new Failure('record_too_new', message, { isTransient: false });
}
