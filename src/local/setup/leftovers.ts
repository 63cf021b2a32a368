// Finds processes that a test run started and did not end, by a mark that every child inherits in its environment.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const LAST_CALL_MS = 3_000; // a process that was just told to end may need a moment
const ASK_AGAIN_MS = 50;

export type Leftover = { readonly pid: number; readonly command: string };

/** The processes that still carry `mark` (`NAME=value`) in their environment after a moment's grace. Linux only. */
export async function findLeftovers(mark: string, graceMs = LAST_CALL_MS): Promise<readonly Leftover[]> {
  const giveUpAt = Date.now() + graceMs;
  for (;;) {
    const found = carriers(mark);
    if (found.length === 0 || Date.now() > giveUpAt) return found;
    await pause(ASK_AGAIN_MS);
  }
}

function carriers(mark: string): readonly Leftover[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => {
      try {
        if (!readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes(mark)) return [];
        return [
          { pid: Number(name), command: readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() },
        ];
      } catch {
        return []; // gone, or not ours to read
      }
    });
}
