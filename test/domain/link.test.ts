// Codes to link an account with: short, unguessable, and the same however they are typed.
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CODE_BYTES, codeHash, linkCode } from '../../src/domain/link.ts';

describe('a code', () => {
  it('has ten letters of an alphabet without look-alikes, and every byte of chance changes it', () => {
    for (let i = 0; i < 500; i++)
      expect(linkCode(randomBytes(CODE_BYTES))).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/);
    const seen = new Set(Array.from({ length: 32 }, (_, n) => linkCode(new Uint8Array(CODE_BYTES).fill(n))));
    expect(seen.size).toBe(32); // 5 bits each, 50 in all
    expect(() => linkCode(new Uint8Array(4))).toThrow(RangeError);
  });

  it.each([
    ['in small letters', '7k3qd-xm2pa'],
    ['without the dash', '7K3QDXM2PA'],
    ['with blanks and quotes', ' `7K3QD  XM2PA` '],
  ])('is the same %s', (_how, typed) => {
    expect(codeHash(typed)).toBe(codeHash('7K3QD-XM2PA'));
  });

  it('takes look-alikes for what they were meant to be', () => {
    expect(codeHash('O1IL0-ABCDE')).toBe(codeHash('01110-ABCDE'));
  });

  it('is hashed to what tells nothing of it, and other codes to something else', () => {
    expect(codeHash('7K3QD-XM2PA')).toMatch(/^[0-9a-f]{64}$/);
    expect(codeHash('7K3QD-XM2PB')).not.toBe(codeHash('7K3QD-XM2PA'));
    for (const text of ['', '   ', 'x'.repeat(1_000_000), '𝟕K3QD-XM2PA', '\u0000']) {
      expect(codeHash(text)).not.toBe(codeHash('7K3QD-XM2PA'));
    }
  });
});
