// Reading a sealed log from its folder, also while another process adds to it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../domain/failure.ts';
import { readLeaf, storedIn } from '../../domain/log/leaf.ts';
import type { AuditLine, SealedLog } from '../../flow/ports.ts';
import { NEWEST } from './heads.ts';
import { readLeafAt, readLeaves } from './leaves.ts';
import { type Place, type Places, readPlaces } from './places.ts';

export type OpenedLog = SealedLog & { close(): void };

/**
 * Opens the log in `dir`; until something is sealed there, it is empty. What it tells is not verified: `audit verify` does that.
 * A log of another `origin` is refused with the `Failure` `audit_foreign`: what it holds happened elsewhere.
 */
export function openSealedLog(dir: string, origin?: string): OpenedLog {
  let opened: Places | undefined;
  /** Undefined while nothing was sealed here yet. */
  const places = (): Places | undefined => {
    if (opened === undefined && existsSync(join(dir, NEWEST))) {
      refuseForeign(dir, origin);
      opened = readPlaces(dir);
    }
    return opened;
  };

  async function linesOf(found: readonly Place[]): Promise<AuditLine[]> {
    const lines: AuditLine[] = [];
    for (const place of found) lines.push(...linesIn(place.index, await readLeafAt(dir, place.index, place)));
    return lines;
  }

  return {
    async *after(position) {
      const size = places()?.size() ?? 0;
      const from = position === undefined ? 0 : (places()?.behind(position) ?? size);
      if (from >= size) return;
      for await (const { index, leaf } of readLeaves(dir, from, size)) yield* linesIn(index, leaf);
    },
    at: async position => linesOf(places()?.at(position) ?? []),
    async of(request) {
      const lines = await linesOf(places()?.of(request) ?? []);
      return lines.filter(line => 'entry' in line && line.entry.request === request);
    },
    furthest: async () => places()?.furthest(),
    close: () => opened?.close(),
  };
}

/** The origin is the first line of every checkpoint (C2SP tlog-checkpoint). */
function refuseForeign(dir: string, origin: string | undefined): void {
  const [found] = readFileSync(join(dir, NEWEST), 'utf8').split('\n', 1);
  if (origin === undefined || found === origin) return;
  const message =
    `The log in ${dir} is of another installation (${found}), not of this one (${origin}). ` +
    'Set AUDIT_DIR to the folder that this one is sealed into.';
  throw new Failure('audit_foreign', message, { isTransient: false });
}

function linesIn(index: number, text: string): AuditLine[] {
  const leaf = readLeaf(text);
  return storedIn(leaf).map(stored => ({ position: leaf.position, index, ...stored }));
}
