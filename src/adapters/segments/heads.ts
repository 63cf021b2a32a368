// Checkpoints on the disk: every one that was signed, one behind the other, and the newest in a file of its own.
import { appendFile, open } from 'node:fs/promises';
import { join } from 'node:path';
import { putDurably, readIfThere } from './disk.ts';

/** What whoever verifies, or serves the log to others, reads first. */
export const NEWEST = 'checkpoint';
/** All of them, oldest first, each a note and an empty line. */
export const ALL = 'checkpoints';

export function newestNote(dir: string): Promise<string | undefined> {
  return readIfThere(join(dir, NEWEST));
}

/** The newest comes last: until it is there, the log is as it was. */
export async function putNote(dir: string, note: string): Promise<void> {
  await appendFile(join(dir, ALL), `${note}\n`);
  const file = await open(join(dir, ALL), 'r');
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
  await putDurably(join(dir, NEWEST), note);
}
