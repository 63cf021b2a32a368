// Reading a sealed log from its folder, also while another process adds to it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readLeaf, storedIn } from '../../domain/log/leaf.ts';
import type { AuditLine, SealedLog } from '../../flow/ports.ts';
import { NEWEST } from './heads.ts';
import { readLeafAt, readLeaves } from './leaves.ts';
import { type Place, type Places, readPlaces } from './places.ts';

export type OpenedLog = SealedLog & { close(): void };

/** Opens the log in `dir`; until something is sealed there, it is empty. What it tells is not verified: `audit verify` does that. */
export function openSealedLog(dir: string): OpenedLog {
  let opened: Places | undefined;
  /** Undefined while nothing was sealed here yet. */
  const places = (): Places | undefined => {
    if (opened === undefined && existsSync(join(dir, NEWEST))) opened = readPlaces(dir);
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

function linesIn(index: number, text: string): AuditLine[] {
  const leaf = readLeaf(text);
  return storedIn(leaf).map(stored => ({ position: leaf.position, index, ...stored }));
}
