// Signed notes (C2SP signed-note): a text, and under it a line for each who signed it with Ed25519.
import { createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';

/** `log` signs the text itself; `witness` signs that it saw the checkpoint at a time (C2SP tlog-cosignature, version 1). */
export type SignatureKind = 'log' | 'witness';

export type VerifierKey = {
  /** Whose key it is: no blanks, no plus sign. */
  readonly name: string;
  /** Four bytes as hex. */
  readonly id: string;
  readonly kind: SignatureKind;
  readonly publicKey: KeyObject;
};

export type SigningKey = VerifierKey & { readonly privateKey: KeyObject };

export type NoteSignature = {
  readonly name: string;
  readonly id: string;
  readonly bytes: Buffer;
  readonly line: string;
};

export type Note = {
  /** What is signed; ends with a new line. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
};

const TYPES = { log: 1, witness: 4 } as const;
const RAW_KEY_BYTES = 32;
const ID_BYTES = 4;
const TIME_BYTES = 8;
/** Of a public Ed25519 key as SubjectPublicKeyInfo (RFC 8410), before its 32 bytes. */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const KEY_NAME = /^[^\s+]+$/u;
const MOST_CHARS = 65_536;

export function signingKey(name: string, privateKey: KeyObject): SigningKey {
  const publicKey = createPublicKey(privateKey);
  return { name, id: idOf(name, 'log', rawKey(publicKey)), kind: 'log', publicKey, privateKey };
}

/** `name+id+key`, as whoever verifies is given it. */
export function formatVerifierKey({ name, id, kind, publicKey }: VerifierKey): string {
  return `${name}+${id}+${Buffer.concat([Buffer.of(TYPES[kind]), rawKey(publicKey)]).toString('base64')}`;
}

/** Undefined where the text is no key, or its id is not that of the key. */
export function parseVerifierKey(text: string): VerifierKey | undefined {
  const [, name = '', id = '', encoded = ''] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(text.trim()) ?? [];
  const bytes = Buffer.from(encoded, 'base64');
  const kind = bytes[0] === TYPES.log ? 'log' : bytes[0] === TYPES.witness ? 'witness' : undefined;
  const raw = bytes.subarray(1);
  if (kind === undefined || raw.length !== RAW_KEY_BYTES || idOf(name, kind, raw) !== id) return undefined;
  const publicKey = createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' });
  return { name, id, kind, publicKey };
}

/** Signs a text that ends with a new line. */
export function signNote(text: string, { name, id, privateKey }: SigningKey): string {
  const signature = Buffer.concat([Buffer.from(id, 'hex'), sign(null, Buffer.from(text), privateKey)]);
  return `${text}\n— ${name} ${signature.toString('base64')}\n`;
}

/** Takes a note apart that anybody may have written; undefined where it is none. Nothing in it is believed yet. */
export function readNote(note: string): Note | undefined {
  const end = note.lastIndexOf('\n\n');
  if (note.length > MOST_CHARS || end < 0 || !note.endsWith('\n')) return undefined;
  const signatures: NoteSignature[] = [];
  for (const line of note.slice(end + 2, -1).split('\n')) {
    const signature = readSignature(line);
    if (signature === undefined) return undefined;
    signatures.push(signature);
  }
  return { text: note.slice(0, end + 1), signatures };
}

/** A line as witnesses answer with. */
export function readSignature(line: string): NoteSignature | undefined {
  const [, name = '', encoded = ''] = /^— (\S+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line) ?? [];
  const bytes = Buffer.from(encoded, 'base64');
  if (!KEY_NAME.test(name) || bytes.length <= ID_BYTES) return undefined;
  return { name, id: bytes.subarray(0, ID_BYTES).toString('hex'), bytes: bytes.subarray(ID_BYTES), line };
}

/** Whether the holder of this key signed it: one of its lines is theirs, and holds. */
export function isNoteSignedBy({ text, signatures }: Note, key: VerifierKey): boolean {
  const theirs = signatures.filter(({ name, id }) => name === key.name && id === key.id);
  return theirs.length > 0 && theirs.every(({ bytes }) => holds(text, bytes, key));
}

function holds(text: string, bytes: Buffer, { kind, publicKey }: VerifierKey): boolean {
  if (kind === 'log') return verify(null, Buffer.from(text), publicKey, bytes);
  const time = bytes.subarray(0, TIME_BYTES);
  if (time.length < TIME_BYTES) return false;
  const signed = `cosignature/v1\ntime ${time.readBigUInt64BE()}\n${text}`;
  return verify(null, Buffer.from(signed), publicKey, bytes.subarray(TIME_BYTES));
}

/** When a witness says that it saw it, in seconds since 1970. */
export function cosignedAt({ bytes }: NoteSignature): number {
  return Number(bytes.subarray(0, TIME_BYTES).readBigUInt64BE());
}

function idOf(name: string, kind: SignatureKind, raw: Buffer): string {
  const named = Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(TYPES[kind]), raw]);
  return hash('sha256', named, 'hex').slice(0, 2 * ID_BYTES);
}

function rawKey(publicKey: KeyObject): Buffer {
  return publicKey.export({ format: 'der', type: 'spki' }).subarray(SPKI.length);
}
