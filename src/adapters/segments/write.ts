// Adding to the log on a disk. Nothing counts before a checkpoint is signed, and none is signed before all of it was read back.
//
//   leaves → flushed → tiles → flushed → both read back and held against what was to be written, and against the
//   checkpoint before → signed, flushed → index
//
// A crash anywhere leaves what the last checkpoint covers, and perhaps a tail that is cut off at the next start. Which
// leaf stands where follows from the stream alone, so two that write the same at the same time write the same bytes.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../domain/failure.ts';
import { openCheckpoint, signCheckpoint } from '../../domain/log/checkpoint.ts';
import { leafHash, treeHead } from '../../domain/log/merkle.ts';
import { formatVerifierKey, type SigningKey } from '../../domain/log/note.ts';
import type { Tree } from '../../domain/log/proofs.ts';
import type { LogFolder, LogWriter } from '../../flow/ports.ts';
import { damaged, putDurably, readIfThere } from './disk.ts';
import { newestNote, putNote } from './heads.ts';
import { cutBehind, endOf, readLeaves, SEGMENT_LEAVES, writeLeaves } from './leaves.ts';
import { facts, openPlaces } from './places.ts';
import { dropOutgrown, hashesOnDisk, writeTiles } from './tiles.ts';

export type OpenedWriter = LogWriter & { tree(): Tree };

export type WriterOptions = {
  readonly dir: string;
  readonly key: SigningKey;
  /** Grows with each process that takes its turn: one with a smaller number writes no more. */
  readonly fence: number;
};

/** A log in a folder, for who takes turns at it. */
export function logFolder(dir: string, key: SigningKey): LogFolder {
  return { lastTurn: () => turnIn(dir), open: fence => openWriter({ dir, key, fence }) };
}

/** Opens the log, or begins one, and cuts off what was never sealed. Throws where what is sealed is not whole. */
export async function openWriter({ dir, key, fence }: WriterOptions): Promise<OpenedWriter> {
  await begin(dir, key);
  await takeTurn(dir, fence);
  let tree = await treeOnDisk(dir, key);
  let hashAt = hashesOnDisk(dir, tree.size);
  let end = await endOf(dir, tree.size);
  await cutBehind(dir, tree.size, end);
  const places = await openPlaces(dir, tree.size);

  async function add(leaves: readonly string[]): Promise<string> {
    const before = tree;
    const size = before.size + leaves.length;
    await stillOurs(dir, fence);
    const stretches = await writeLeaves(dir, before.size, end, leaves);
    await writeTiles(dir, before.size, leaves.map(leafHash));
    const after = { size, head: await readBack(dir, before, leaves) };
    await stillOurs(dir, fence);
    const note = signCheckpoint(after, key);
    await putNote(dir, note);
    tree = after;
    hashAt = hashesOnDisk(dir, size);
    const last = stretches.at(-1);
    end = last === undefined || size % SEGMENT_LEAVES === 0 ? 0 : last.offset + last.bytes;
    places.add(stretches.map((at, i) => ({ index: before.size + i, ...at, ...facts(leaves[i] ?? '') })));
    await dropOutgrown(dir, before.size, size);
    return note;
  }

  return {
    tree: () => tree,
    size: () => tree.size,
    add,
    knows: position => places.at(position).length > 0,
    holds(position, leaf) {
      return places.at(position).some(({ index }) => index < tree.size && leafHash(leaf).equals(hashAt(0, index)));
    },
    close: () => places.close(),
  };
}

/** Which key verifies this log stands beside it, for who is given the folder. Another key begins no second log in it. */
async function begin(dir: string, key: SigningKey): Promise<void> {
  const verifier = formatVerifierKey(key);
  await mkdir(dir, { recursive: true });
  const known = (await readIfThere(join(dir, VERIFIER)))?.trim();
  if (known === undefined) await putDurably(join(dir, VERIFIER), `${verifier}\n`);
  else if (known !== verifier) {
    const message = `${join(dir, VERIFIER)} names another key or log than AUDIT_KEY_FILE and AUDIT_ORIGIN. Set them as they were, or begin in a new folder (AUDIT_DIR).`;
    throw new Failure('audit_other_key', message, { isTransient: false });
  }
}

export const VERIFIER = 'log.vkey';
const FENCE = 'fence';

async function takeTurn(dir: string, fence: number): Promise<void> {
  if ((await turnIn(dir)) > fence) throw overtaken();
  await putDurably(join(dir, FENCE), `${fence}\n`);
}

async function turnIn(dir: string): Promise<number> {
  return Number((await readIfThere(join(dir, FENCE))) ?? 0);
}

async function stillOurs(dir: string, fence: number): Promise<void> {
  if ((await turnIn(dir)) !== fence) throw overtaken();
}

function overtaken(): Failure {
  const message = 'Another process seals this log by now, so this one leaves it alone. Nothing needs to be done.';
  return new Failure('sealer_overtaken', message, { isTransient: true });
}

/** The tree that the newest checkpoint covers, held against the tiles. */
async function treeOnDisk(dir: string, key: SigningKey): Promise<Tree> {
  const note = await newestNote(dir);
  if (note === undefined) return { size: 0, head: treeHead(0, hashesOnDisk(dir, 0)) };
  const read = openCheckpoint(note, key);
  if (!read.ok) throw damaged(`The checkpoint in ${dir} is not one that this log signed (${read.code}).`);
  const { size, head } = read.checkpoint;
  if (!treeHead(size, hashesOnDisk(dir, size)).equals(head))
    throw damaged('The tiles are not those of the checkpoint.');
  return { size, head };
}

/** The head of the grown tree, by what the disk gives back. */
async function readBack(dir: string, before: Tree, leaves: readonly string[]): Promise<Tree['head']> {
  const size = before.size + leaves.length;
  const hashAt = hashesOnDisk(dir, size);
  for await (const { index, leaf } of readLeaves(dir, before.size, size)) {
    const isSame = leaf === leaves[index - before.size] && leafHash(leaf).equals(hashAt(0, index));
    if (!isSame) throw damaged(`Leaf ${index} was read back otherwise than it was written.`);
  }
  const isGrown = before.size === 0 || treeHead(before.size, hashAt).equals(before.head);
  if (!isGrown) throw damaged('The tiles that stood before are no longer those of the last checkpoint.');
  return treeHead(size, hashAt);
}
