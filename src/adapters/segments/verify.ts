// Verifying a sealed log with nothing but its folder and its public key: every leaf, every hash, every checkpoint, every chain.
import { join } from 'node:path';
import { Failure } from '../../domain/failure.ts';
import { openChainBook } from '../../domain/log/chains.ts';
import { openCheckpoint, type ReadCheckpoint } from '../../domain/log/checkpoint.ts';
import { readLeaf, storedIn } from '../../domain/log/leaf.ts';
import { type GrowingTree, growTree, leafHash } from '../../domain/log/merkle.ts';
import type { VerifierKey } from '../../domain/log/note.ts';
import { readIfThere } from './disk.ts';
import { ALL, newestNote } from './heads.ts';
import { readLeaves } from './leaves.ts';
import { hashesOnDisk } from './tiles.ts';

/** What is wrong, and where: a code for scripts, words for people. */
export type LogFault = { readonly code: LogFaultCode; readonly words: string };

export type LogFaultCode =
  | 'no_checkpoint'
  | 'checkpoint_forged'
  | 'checkpoint_replayed'
  | 'log_forked'
  | 'leaf_altered'
  | 'log_damaged'
  | 'chain_altered'
  | 'chain_unlinked';

export type Verified = {
  readonly leaves: number;
  readonly entries: number;
  readonly requests: number;
  readonly checkpoints: number;
  readonly faults: readonly LogFault[];
};

export type VerifyOptions = {
  readonly dir: string;
  readonly key: VerifierKey;
  /** Checkpoints that somebody kept elsewhere: the log must have grown out of each. */
  readonly kept?: readonly string[];
  /** Told now and then: how many leaves of how many are done. */
  readonly onProgress?: (done: number, all: number) => void;
};

type Checkpoint = Extract<ReadCheckpoint, { ok: true }>['checkpoint'];

const MOST_FAULTS = 100;
const TOLD_EVERY = 10_000;

export async function verifyLog({ dir, key, kept = [], onProgress }: VerifyOptions): Promise<Verified> {
  const faults: LogFault[] = [];
  const report = (code: LogFaultCode, words: string) => {
    if (faults.length < MOST_FAULTS) faults.push({ code, words });
  };
  const opened = (note: string, where: string): Checkpoint | undefined => {
    const read = openCheckpoint(note, key);
    if (read.ok) return read.checkpoint;
    report('checkpoint_forged', `${where} is not one that this key signed (${read.code}).`);
    return undefined;
  };
  const newest = await newestNote(dir);
  const past = notesIn((await readIfThere(join(dir, ALL))) ?? '').flatMap(note => opened(note, ALL) ?? []);
  const others = kept.flatMap(note => opened(note, 'A checkpoint that was kept') ?? []);
  const last = newest === undefined ? undefined : opened(newest, 'checkpoint');
  if (newest === undefined) report('no_checkpoint', `${dir} has no checkpoint.`);
  const known = [...past, ...others];
  const size = last?.size ?? 0;
  const largest = Math.max(0, ...known.map(one => one.size));
  if (last !== undefined && largest > size) {
    report(
      'checkpoint_replayed',
      `The checkpoint covers ${size} leaves, and one of ${largest} was signed before: it is an old one.`,
    );
  }

  const heads = new Map<number, Checkpoint[]>();
  for (const one of [...known, ...(last === undefined ? [] : [last])]) {
    heads.set(one.size, [...(heads.get(one.size) ?? []), one]);
  }
  const tree = growTree();
  const chains = openChainBook();
  let entries = 0;
  try {
    const hashAt = hashesOnDisk(dir, size);
    for await (const { index, leaf } of readLeaves(dir, 0, size)) {
      const hash = leafHash(leaf);
      if (!hash.equals(hashAt(0, index))) report('leaf_altered', `Leaf ${index} is not the one whose hash was sealed.`);
      tree.add(hash);
      for (const stored of storedIn(readLeaf(leaf))) {
        if (!('entry' in stored)) continue;
        const { entry } = stored;
        entries += 1;
        const fault = chains.take(entry);
        if (fault !== undefined) report(`chain_${fault}`, chainWords(fault, entry.request, entry.seq, index));
      }
      compare(tree, heads.get(index + 1) ?? [], report);
      if ((index + 1) % TOLD_EVERY === 0) onProgress?.(index + 1, size);
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    report('log_damaged', error.message);
  }
  return { leaves: tree.size(), entries, requests: chains.requests(), checkpoints: known.length, faults };
}

type Report = (code: LogFaultCode, words: string) => void;

function compare(tree: GrowingTree, checkpoints: readonly Checkpoint[], report: Report): void {
  if (checkpoints.length === 0) return;
  const head = tree.head();
  for (const one of checkpoints) {
    if (one.head.equals(head)) continue;
    report(
      'log_forked',
      `The first ${one.size} leaves are not those that a checkpoint of ${one.size} covers: the log was rewritten.`,
    );
    return;
  }
}

function chainWords(fault: 'altered' | 'unlinked', request: string, seq: number, index: number): string {
  const where = `Entry ${seq} of ${request} (leaf ${index})`;
  return fault === 'altered'
    ? `${where} does not say what its hash was made of.`
    : `${where} does not follow from the entry before it: one was dropped, added or rewritten before it was sealed, or Redis had fallen back.`;
}

/** Each note ends with its signatures, and a blank line stands between two. */
function notesIn(text: string): readonly string[] {
  return text.split(/(?<=\n— [^\n]+\n)\n/u).filter(note => note.endsWith('\n') && note !== '\n');
}
