// Checkpoints (C2SP tlog-checkpoint): which log, how many leaves, and the head of their tree, as a note that the log signs.
import { HASH_BYTES } from './merkle.ts';
import { isNoteSignedBy, type Note, readNote, type SigningKey, signNote, type VerifierKey } from './note.ts';
import type { Tree } from './proofs.ts';

export type Checkpoint = Tree & {
  /** The log's own name, which its key carries too. */
  readonly origin: string;
};

export function signCheckpoint({ size, head }: Tree, key: SigningKey): string {
  return signNote(`${key.name}\n${size}\n${head.toString('base64')}\n`, key);
}

export type ReadCheckpoint =
  | { readonly ok: true; readonly checkpoint: Checkpoint; readonly note: Note }
  | { readonly ok: false; readonly code: 'malformed' | 'other_log' | 'forged' };

/** What a note says, where the log with this key signed it. */
export function openCheckpoint(text: string, key: VerifierKey): ReadCheckpoint {
  const note = readNote(text);
  const checkpoint = note && checkpointOf(note);
  if (note === undefined || checkpoint === undefined) return { ok: false, code: 'malformed' };
  if (checkpoint.origin !== key.name) return { ok: false, code: 'other_log' };
  return isNoteSignedBy(note, key) ? { ok: true, checkpoint, note } : { ok: false, code: 'forged' };
}

function checkpointOf({ text }: Note): Checkpoint | undefined {
  const [origin = '', size = '', encoded = ''] = text.split('\n');
  const head = Buffer.from(encoded, 'base64');
  const isWellFormed = origin !== '' && /^(0|[1-9]\d{0,14})$/.test(size) && head.length === HASH_BYTES;
  return isWellFormed && head.toString('base64') === encoded ? { origin, size: Number(size), head } : undefined;
}
