// Audit entries from a file, one JSON object a line, as it streams; what is no entry is counted, not guessed at.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { StoredEntry } from '../../domain/audit/chain.ts';
import { Failure } from '../../domain/failure.ts';

const entrySchema = z.looseObject({
  event: z.string(),
  at: z.string(),
  request: z.string().min(1),
  seq: z.int().min(1),
  hash: z.string(),
});
export type Unread = {
  /** Lines that are no JSON, and the first of them, counted from 1. */
  broken: number;
  firstBroken?: number;
  /** Facts that belong to no request, and whatever else is no entry. */
  foreign: number;
};

/** Throws where the file cannot be opened or read; `unread` is filled while it is. */
export async function* readEntries(path: string, unread: Unread): AsyncGenerator<StoredEntry> {
  const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity });
  let number = 0;
  try {
    for await (const line of lines) {
      number += 1;
      if (line.trim() === '') continue;
      const value = parsed(line);
      if (value === undefined) {
        unread.broken += 1;
        unread.firstBroken ??= number;
        continue;
      }
      const entry = entrySchema.safeParse(unwrapped(value));
      if (entry.success) yield entry.data as unknown as StoredEntry;
      else unread.foreign += 1;
    }
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
    throw new Failure('file_unreadable', `${path} cannot be read${code}. Give --from a file of audit entries.`, {
      cause,
      isTransient: false,
    });
  } finally {
    lines.close();
  }
}

/** An exported line may carry the entry beside where it stood. */
function unwrapped(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'entry' in value ? value.entry : value;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
