// The chains of all requests at once, as a log holds them mixed: each entry must follow from its request's last.
import type { StoredEntry } from '../audit/chain.ts';
import { digestOf } from '../canonical.ts';

/**
 * - `altered`: its hash is not that of what it says.
 * - `unlinked`: it does not follow from the entry before it of its request: one was dropped, added, moved or rewritten, or
 *   the store had fallen back to an older state.
 */
export type ChainFault = 'altered' | 'unlinked';

export type ChainBook = {
  /** Takes an entry in, in the order of the log; says what is wrong with it. */
  take(entry: StoredEntry): ChainFault | undefined;
  /** Of how many requests it has seen entries. */
  requests(): number;
};

export function openChainBook(): ChainBook {
  const heads = new Map<string, { readonly seq: number; readonly hash: string }>();
  return {
    requests: () => heads.size,
    take(entry) {
      const { hash, ...body } = entry;
      const before = heads.get(entry.request);
      heads.set(entry.request, { seq: entry.seq, hash });
      if (digestOf(body) !== hash) return 'altered';
      return entry.seq === (before?.seq ?? 0) + 1 && entry.prev === before?.hash ? undefined : 'unlinked';
    },
  };
}
