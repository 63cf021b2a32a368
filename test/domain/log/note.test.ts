// Notes and checkpoints: what is signed holds, and nothing else does.
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openCheckpoint, signCheckpoint } from '../../../src/domain/log/checkpoint.ts';
import { leafHash } from '../../../src/domain/log/merkle.ts';
import {
  formatVerifierKey,
  isNoteSignedBy,
  parseVerifierKey,
  readNote,
  signingKey,
  signNote,
} from '../../../src/domain/log/note.ts';

const keyOf = (name: string) => signingKey(name, generateKeyPairSync('ed25519').privateKey);
const key = keyOf('countersign.example/audit');
const head = leafHash('a');

describe('a signed note', () => {
  it('is read as golang.org/x/mod/sumdb/note wrote its example', () => {
    // The example of that package: key, text and signature are published there.
    const peter = parseVerifierKey('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
    const text =
      "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n" +
      '\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
    const note = readNote(text);
    if (peter === undefined || note === undefined) throw new Error('both can be read');
    expect(isNoteSignedBy(note, peter)).toBe(true);
    expect(isNoteSignedBy({ ...note, text: note.text.replace('answer', 'remedy') }, peter)).toBe(false);
    expect(formatVerifierKey(peter)).toContain('PeterNeumann+c74f20a3+');
  });

  it('carries several signatures, of which one is looked for', () => {
    const other = keyOf('other.example/log');
    const line = signNote('text\n', other).split('\n').at(-2);
    const note = readNote(`${signNote('text\n', key)}${line}\n`);
    if (note === undefined) throw new Error('it can be read');
    expect([key, other].map(one => isNoteSignedBy(note, one))).toEqual([true, true]);
    expect(isNoteSignedBy(note, keyOf(key.name))).toBe(false);
  });

  it.each(['', 'text', 'text\n\n', 'text\n\nno signature\n', 'text\n\n— name\n'])('is not %j', text => {
    expect(readNote(text)).toBeUndefined();
  });

  it("has no key whose id is another one's", () => {
    const text = formatVerifierKey(key);
    expect(parseVerifierKey(text)?.id).toBe(key.id);
    expect(parseVerifierKey(text.replace(`+${key.id}+`, '+00000000+'))).toBeUndefined();
    expect(parseVerifierKey('no key')).toBeUndefined();
  });
});

describe('a checkpoint', () => {
  it('says which log, how many leaves and which head, by its own key alone', () => {
    const text = signCheckpoint({ size: 12, head }, key);
    expect(openCheckpoint(text, key)).toMatchObject({ ok: true, checkpoint: { origin: key.name, size: 12, head } });
    expect(openCheckpoint(text.replace('\n12\n', '\n13\n'), key)).toEqual({ ok: false, code: 'forged' });
    expect(openCheckpoint(text, keyOf(key.name))).toEqual({ ok: false, code: 'forged' });
    expect(openCheckpoint(text, keyOf('another'))).toEqual({ ok: false, code: 'other_log' });
    expect(openCheckpoint('nothing', key)).toEqual({ ok: false, code: 'malformed' });
  });

  it('is signed by a key that openssl makes', () => {
    const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' });
    const made = signingKey('name', createPrivateKey(pem));
    expect(openCheckpoint(signCheckpoint({ size: 0, head }, made), made)).toMatchObject({ ok: true });
  });
});
