// Envelopes: what was signed comes out byte for byte; anything else does not come out at all.
import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createQueueKey,
  MAX_BODY_BYTES,
  openEnvelope,
  type QueueKey,
  readQueueKey,
  sealEnvelope,
} from '../../src/contract/envelope.ts';

let key: QueueKey;
let publicKey: KeyObject;
beforeAll(async () => {
  const { privateText, publicText } = await createQueueKey('k1k1k1k1', 'deployer');
  const read = readQueueKey(privateText);
  if (read === undefined) throw new Error('the printed line is a key');
  key = read;
  publicKey = createPublicKey({ key: Buffer.from(publicText, 'base64'), format: 'der', type: 'spki' });
});

const open = (envelope: unknown) =>
  openEnvelope(envelope, async kid => (kid === key.kid ? { service: 'deployer', publicKey } : undefined));

/** An envelope that is rightly signed, whatever its header says. */
function signed(header: unknown, body: string | Buffer = '{}'): string {
  const part = (bytes: string | Buffer) => Buffer.from(bytes).toString('base64url');
  const text = `${part(JSON.stringify(header))}.${part(body)}`;
  return `${text}.${sign(null, Buffer.from(text), key.privateKey).toString('base64url')}`;
}

const goodHeader = { alg: 'EdDSA', typ: 'countersign-request', kid: 'k1k1k1k1', iat: 1_700_000_000 };

describe('an envelope', () => {
  it('gives back any body exactly, with the moment of its sealing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme', minLength: 1 }),
        fc.integer({ min: 0, max: 4e12 }),
        async (body, nowMs) => {
          expect(await open(sealEnvelope(body, key, nowMs))).toEqual({
            ok: true,
            service: 'deployer',
            bodyText: body,
            sealedAtMs: nowMs,
          });
        },
      ),
    );
  });

  it('does not open when any one character is another', async () => {
    const envelope = sealEnvelope('{"action":"delete-resource"}', key, 1_700_000_000_000);
    for (let i = 0; i < envelope.length; i++) {
      const other = envelope[i] === 'A' ? 'B' : 'A';
      const altered = envelope.slice(0, i) + other + envelope.slice(i + 1);
      expect(await open(altered), `at ${i}`).toMatchObject({ ok: false });
    }
  });

  it.each([
    ['nothing', undefined, 'envelope_malformed'],
    ['an object', { envelope: 'x' }, 'envelope_malformed'],
    ['an unsigned body', '{"action":"x"}', 'envelope_malformed'],
    ['three empty parts', '..', 'envelope_malformed'],
    ['a header that is no JSON', `eA.e30.${'A'.repeat(86)}`, 'envelope_malformed'],
    ['a header that is null', `bnVsbA.e30.${'A'.repeat(86)}`, 'envelope_malformed'],
    ['too many characters', 'A'.repeat(2_000_000), 'envelope_too_large'],
  ])('is refused when it is %s', async (_what, envelope, code) => {
    expect(await open(envelope)).toMatchObject({ ok: false, code });
  });

  it.each([
    ['no algorithm', { ...goodHeader, alg: 'none' }, 'envelope_wrong_algorithm'],
    ['a symmetric algorithm', { ...goodHeader, alg: 'HS256' }, 'envelope_wrong_algorithm'],
    ['the type of a grant', { ...goodHeader, typ: 'countersign-grant' }, 'envelope_wrong_type'],
    ['no type', { ...goodHeader, typ: undefined }, 'envelope_wrong_type'],
    ['an unknown key', { ...goodHeader, kid: 'k2k2k2k2' }, 'envelope_unknown_key'],
    ['a key name that is a path', { ...goodHeader, kid: '../../etc/passwd' }, 'envelope_malformed'],
    ['no time', { ...goodHeader, iat: undefined }, 'envelope_malformed'],
    ['a time that is text', { ...goodHeader, iat: '1700000000' }, 'envelope_malformed'],
    ['an extension nobody knows', { ...goodHeader, crit: ['x'] }, 'envelope_malformed'],
    ['an unencoded payload', { ...goodHeader, b64: false }, 'envelope_malformed'],
  ])('is refused, though signed, with %s', async (_what, header, code) => {
    expect(await open(signed(goodHeader))).toMatchObject({ ok: true });
    expect(await open(signed(header))).toMatchObject({ ok: false, code });
  });

  it('has one spelling: bits that no signature covers are not free', async () => {
    const envelope = sealEnvelope('{}', key, 1_700_000_000_000);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const last = alphabet.indexOf(envelope.at(-1) ?? '');
    const other = envelope.slice(0, -1) + alphabet[last + 1];
    const bytes = (text: string) => Buffer.from(text.slice(text.lastIndexOf('.') + 1), 'base64url');
    expect(bytes(other)).toEqual(bytes(envelope)); // the same signature
    expect(await open(other)).toMatchObject({ ok: false, code: 'envelope_malformed' });
  });

  it('is refused when another key signed it', async () => {
    const stranger = { kid: key.kid, privateKey: generateKeyPairSync('ed25519').privateKey };
    expect(await open(sealEnvelope('{}', stranger, 0))).toEqual({ ok: false, code: 'envelope_forged', kid: key.kid });
  });

  it('is refused with a body beyond the limit, or with bytes that are no text', async () => {
    expect(await open(signed(goodHeader, 'x'.repeat(MAX_BODY_BYTES)))).toMatchObject({ ok: true });
    expect(await open(signed(goodHeader, 'x'.repeat(MAX_BODY_BYTES + 1)))).toMatchObject({
      code: 'envelope_too_large',
    });
    expect(await open(signed(goodHeader, Buffer.from([0x7b, 0xff, 0x7d])))).toMatchObject({
      code: 'envelope_malformed',
    });
  });
});

describe('the line with a signing key', () => {
  it('is read with its name, and nothing else is taken for one', async () => {
    const { privateText } = await createQueueKey('abcd', 'deployer');
    expect(readQueueKey(`  ${privateText}\n`)?.kid).toBe('abcd');
    expect(readQueueKey(privateText.slice(0, -4))).toBeUndefined();
    expect(readQueueKey(`csq_abcd_${'A'.repeat(64)}`)).toBeUndefined();
    expect(readQueueKey('csk_abcd_secret')).toBeUndefined();
    expect(readQueueKey('')).toBeUndefined();
  });
});
