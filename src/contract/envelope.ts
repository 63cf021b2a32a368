// Queue envelopes: a request's body, signed by its service, as a compact JWS (EdDSA) that any queue may carry.
import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { isSignedBy, type JwsFault, readJws, signJws } from '../domain/jws.ts';

/** The same limit as an HTTP body's. */
export const MAX_BODY_BYTES = 1_048_576;
/** A third more for base64url, and room for header and signature. */
export const MAX_ENVELOPE_CHARS = Math.ceil((MAX_BODY_BYTES * 4) / 3) + 1_024;

const TYPE = 'countersign-request';
/** An Ed25519 private key as PKCS8 is 48 bytes, which are 64 characters: what stands before them may hold a `_`. */
const KEY_TEXT = /^csq_([0-9a-z]{4,32})(?:\.([A-Za-z0-9][A-Za-z0-9._-]{0,63}))?_([A-Za-z0-9_-]{64})$/;
const KID = /^[0-9a-z]{4,32}$/;
const generate = promisify(generateKeyPair);

/** A service's private signing key, the name of its public half, and whose it is. */
export type QueueKey = {
  readonly kid: string;
  /** Left out by lines that were printed before they named it. */
  readonly service?: string;
  readonly privateKey: KeyObject;
};

export type EnvelopeFault = `envelope_${JwsFault}`;

export type OpenedEnvelope =
  | { readonly ok: true; readonly service: string; readonly bodyText: string; readonly sealedAtMs: number }
  /** `kid` is what the envelope claims; nothing vouches for it. */
  | { readonly ok: false; readonly code: EnvelopeFault; readonly kid?: string };

/** Whose key this is; undefined when there is none, or none any more. */
export type FindPublicKey = (kid: string) => Promise<{ service: string; publicKey: KeyObject } | undefined>;

/** Signs a body, byte for byte what the HTTP call would carry. */
export function sealEnvelope(bodyText: string, key: QueueKey, nowMs: number): string {
  return signJws({ typ: TYPE, kid: key.kid, iat: nowMs / 1_000 }, bodyText, key.privateKey);
}

/** Opens an envelope that anybody may have written. Nothing in it is believed before its signature holds. */
export async function openEnvelope(envelope: unknown, findPublicKey: FindPublicKey): Promise<OpenedEnvelope> {
  const read = readJws(envelope, { type: TYPE, maxChars: MAX_ENVELOPE_CHARS, kid: KID });
  if (!read.ok) return { ...read, code: `envelope_${read.code}` };
  const { jws } = read;
  const { kid, iat } = jws.header;
  if (typeof iat !== 'number' || iat < 0 || iat > 1e11) return { ok: false, code: 'envelope_malformed', kid };
  const found = await findPublicKey(kid);
  if (found === undefined) return { ok: false, code: 'envelope_unknown_key', kid };
  if (!isSignedBy(jws, found.publicKey)) return { ok: false, code: 'envelope_forged', kid };
  if (jws.payload.length > MAX_BODY_BYTES) return { ok: false, code: 'envelope_too_large', kid };
  const bodyText = utf8(jws.payload);
  if (bodyText === undefined) return { ok: false, code: 'envelope_malformed', kid };
  return { ok: true, service: found.service, bodyText, sealedAtMs: Math.round(iat * 1_000) };
}

/** A fresh key for a service: the private half as one line for its environment, the public half as SPKI in base64. */
export async function createQueueKey(
  kid: string,
  service: string,
): Promise<{ privateText: string; publicText: string }> {
  const { privateKey, publicKey } = await generate('ed25519');
  return {
    privateText: `csq_${kid}.${service}_${privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64url')}`,
    publicText: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  };
}

/** Reads the one line that `countersign keys create --queue` printed; undefined when it is not one. */
export function readQueueKey(text: string): QueueKey | undefined {
  const [, kid, service, encoded] = KEY_TEXT.exec(text.trim()) ?? [];
  if (kid === undefined || encoded === undefined) return undefined;
  try {
    const privateKey = createPrivateKey({ key: Buffer.from(encoded, 'base64url'), format: 'der', type: 'pkcs8' });
    return privateKey.asymmetricKeyType === 'ed25519'
      ? { kid, privateKey, ...(service === undefined ? {} : { service }) }
      : undefined;
  } catch {
    return undefined;
  }
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
