// Queue envelopes: a request's body, signed by its service, as a compact JWS (EdDSA) that any queue may carry.
import { createPrivateKey, generateKeyPair, type KeyObject, sign, verify } from 'node:crypto';
import { promisify } from 'node:util';

/** The same limit as an HTTP body's. */
export const MAX_BODY_BYTES = 1_048_576;
/** A third more for base64url, and room for header and signature. */
export const MAX_ENVELOPE_CHARS = Math.ceil((MAX_BODY_BYTES * 4) / 3) + 1_024;

const TYPE = 'countersign-request';
const KEY_TEXT = /^csq_([0-9a-z]{4,32})_([A-Za-z0-9_-]{64,128})$/;
const PARTS = /^([A-Za-z0-9_-]{1,512})\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{86})$/;
const generate = promisify(generateKeyPair);

/** A service's private signing key and the name of its public half. */
export type QueueKey = { readonly kid: string; readonly privateKey: KeyObject };

export type EnvelopeFault =
  | 'envelope_malformed'
  | 'envelope_too_large'
  | 'envelope_wrong_algorithm'
  | 'envelope_wrong_type'
  | 'envelope_unknown_key'
  | 'envelope_forged';

export type OpenedEnvelope =
  | { readonly ok: true; readonly service: string; readonly bodyText: string; readonly sealedAtMs: number }
  /** `kid` is what the envelope claims; nothing vouches for it. */
  | { readonly ok: false; readonly code: EnvelopeFault; readonly kid?: string };

/** Whose key this is; undefined when there is none, or none any more. */
export type FindPublicKey = (kid: string) => Promise<{ service: string; publicKey: KeyObject } | undefined>;

/** Signs a body, byte for byte what the HTTP call would carry. */
export function sealEnvelope(bodyText: string, key: QueueKey, nowMs: number): string {
  const header = { alg: 'EdDSA', typ: TYPE, kid: key.kid, iat: nowMs / 1_000 };
  const signed = `${base64url(JSON.stringify(header))}.${base64url(bodyText)}`;
  return `${signed}.${sign(null, Buffer.from(signed, 'latin1'), key.privateKey).toString('base64url')}`;
}

/** Opens an envelope that anybody may have written. Nothing in it is believed before its signature holds. */
export async function openEnvelope(envelope: unknown, findPublicKey: FindPublicKey): Promise<OpenedEnvelope> {
  if (typeof envelope !== 'string') return { ok: false, code: 'envelope_malformed' };
  if (envelope.length > MAX_ENVELOPE_CHARS) return { ok: false, code: 'envelope_too_large' };
  const [, headerPart, bodyPart, signaturePart] = PARTS.exec(envelope) ?? [];
  if (headerPart === undefined || bodyPart === undefined || signaturePart === undefined) {
    return { ok: false, code: 'envelope_malformed' };
  }
  const header = readHeader(headerPart);
  if (!header.ok) return header;
  const { kid } = header;
  const found = await findPublicKey(kid);
  if (found === undefined) return { ok: false, code: 'envelope_unknown_key', kid };
  const signed = Buffer.from(`${headerPart}.${bodyPart}`, 'latin1');
  // On the main thread: measured, handing it to another and back costs more than the 0.1 ms it takes.
  const holds = verify(null, signed, found.publicKey, Buffer.from(signaturePart, 'base64url'));
  if (!holds) return { ok: false, code: 'envelope_forged', kid };
  const body = Buffer.from(bodyPart, 'base64url');
  if (body.length > MAX_BODY_BYTES) return { ok: false, code: 'envelope_too_large', kid };
  const bodyText = utf8(body);
  if (bodyText === undefined) return { ok: false, code: 'envelope_malformed', kid };
  return { ok: true, service: found.service, bodyText, sealedAtMs: header.sealedAtMs };
}

/** A fresh key for a service: the private half as one line for its environment, the public half as SPKI in base64. */
export async function createQueueKey(kid: string): Promise<{ privateText: string; publicText: string }> {
  const { privateKey, publicKey } = await generate('ed25519');
  return {
    privateText: `csq_${kid}_${privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64url')}`,
    publicText: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  };
}

/** Reads the one line that `countersign keys create --queue` printed; undefined when it is not one. */
export function readQueueKey(text: string): QueueKey | undefined {
  const [, kid, encoded] = KEY_TEXT.exec(text.trim()) ?? [];
  if (kid === undefined || encoded === undefined) return undefined;
  try {
    const privateKey = createPrivateKey({ key: Buffer.from(encoded, 'base64url'), format: 'der', type: 'pkcs8' });
    return privateKey.asymmetricKeyType === 'ed25519' ? { kid, privateKey } : undefined;
  } catch {
    return undefined;
  }
}

type Header = { readonly ok: true; readonly kid: string; readonly sealedAtMs: number };

function readHeader(part: string): Header | Extract<OpenedEnvelope, { ok: false }> {
  const { alg, typ, kid, iat, crit, b64 } = decodeObject(part) ?? {};
  if (typeof kid !== 'string' || !/^[0-9a-z]{4,32}$/.test(kid)) return { ok: false, code: 'envelope_malformed' };
  if (alg !== 'EdDSA') return { ok: false, code: 'envelope_wrong_algorithm', kid };
  if (typ !== TYPE) return { ok: false, code: 'envelope_wrong_type', kid };
  if (typeof iat !== 'number' || iat < 0 || iat > 1e11) return { ok: false, code: 'envelope_malformed', kid };
  // Both change what the signature covers; a verifier that does not know them must refuse (RFC 7515, RFC 7797).
  if (crit !== undefined || b64 !== undefined) return { ok: false, code: 'envelope_malformed', kid };
  return { ok: true, kid, sealedAtMs: Math.round(iat * 1_000) };
}

function decodeObject(part: string): { readonly [name: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
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

function base64url(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64url');
}
