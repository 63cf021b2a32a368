// A request's whole story out of its lines of the audit: what each tells, whether the chain holds, what OPA's own log says of it.
import { firstBreak, type StoredEntry } from '../../domain/audit/chain.ts';
import { readEvent, type UnknownEvent } from '../../domain/audit/read.ts';
import type { Corroborated, OpaDecision } from '../../domain/corroborated.ts';
import { corroborate } from '../../domain/corroboration.ts';
import { present } from '../../domain/present.ts';
import type { AuditLine } from '../../flow/ports.ts';
import type { Sentence, TitleOf } from './sentences/wording.ts';
import { sentenceOf } from './sentences.ts';

/**
 * Of an entry's place in its chain: `holds`; `broken`, it does not follow from the ones before it (altered, inserted, or what
 * stood before it is gone); `unproven`, it stands behind one that is broken.
 */
export type Standing = 'holds' | 'broken' | 'unproven';

export type Scene = {
  readonly position: string;
  /** Leaf of the sealed log; absent while it waits to be sealed. */
  readonly index?: number;
  readonly seq: number;
  /** As stored; absent where the entry does not say. */
  readonly at?: string;
  readonly event?: string;
  readonly chain: Standing;
  /** What it tells, or why that is not understood. */
  readonly told: Sentence | UnknownEvent;
  /** How OPA's own log bears out an answer of policy; absent for everything else. */
  readonly opa?: Corroborated;
  readonly entry: StoredEntry;
};

export type Story = {
  readonly request: string;
  readonly isWhole: boolean;
  readonly scenes: readonly Scene[];
  /** What OPA logged and our audit does not have. */
  readonly onlyOpa: readonly Corroborated[];
  /** Whether OPA's log has told of this request at all. */
  readonly hasOpaLog: boolean;
};

/** `lines` in the order of the audit. A chain whose tail is cut off holds as far as it goes: only the sealed log tells. */
export function storyOf(
  request: string,
  lines: readonly AuditLine[],
  { logged = [], titleOf }: { readonly logged?: readonly OpaDecision[]; readonly titleOf?: TitleOf } = {},
): Story {
  const own = lines.flatMap(line => ('entry' in line && line.entry.request === request ? [line] : []));
  const entries = own.map(({ entry }) => entry);
  const broken = firstBreak(entries);
  const brokenAt = broken === undefined ? entries.length : entries.indexOf(broken);
  const corroborated = corroborate(entries, logged);
  const bySeq = new Map(corroborated.map(found => [found.ours?.seq, found]));
  const scenes = own.map(({ position, index, entry }, i): Scene => {
    const read = readEvent(entry);
    const { at, event } = entry;
    return {
      position,
      ...present({ index }),
      seq: entry.seq,
      ...(typeof at === 'string' ? { at } : {}),
      ...(typeof event === 'string' ? { event } : {}),
      chain: i < brokenAt ? 'holds' : i === brokenAt ? 'broken' : 'unproven',
      told: read.kind === 'known' ? sentenceOf(read.event, titleOf) : read,
      ...present({ opa: bySeq.get(entry.seq) }),
      entry,
    };
  });
  return {
    request,
    isWhole: broken === undefined && entries.length > 0,
    scenes,
    onlyOpa: corroborated.filter(({ match }) => match === 'only_opa'),
    hasOpaLog: logged.length > 0,
  };
}
