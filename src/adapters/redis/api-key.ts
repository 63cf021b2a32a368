// API keys as text: `csk_<id>_<256 random bits><checksum>`, in letters and digits so that a double click selects it. What a
// job gets for a while in exchange for its platform's token begins with `cst_`.
import { createHash, randomInt } from 'node:crypto';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ID_ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const ID_CHARS = 10;
const SECRET_CHARS = 43;
const CHECKSUM_CHARS = 6;
const SECRET = /^(csk|cst)_([0-9a-z]{10})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/;

type Prefix = 'csk' | 'cst';

/** Names a key; no secret. */
export function newKeyId(): string {
  return Array.from({ length: ID_CHARS }, () => ID_ALPHABET[randomInt(ID_ALPHABET.length)]).join('');
}

export function mintApiKey(id: string, random: Buffer, prefix: Prefix = 'csk'): string {
  const secret = base62(BigInt(`0x${random.toString('hex')}`), SECRET_CHARS);
  return `${prefix}_${id}_${secret}${checksum(id, secret)}`;
}

/** The id of a key that may exist; a mistyped or cut one is recognised without asking Redis. */
export function parseApiKey(text: string, prefix: Prefix = 'csk'): string | undefined {
  const [, kind, id, secret, check] = SECRET.exec(text) ?? [];
  if (kind !== prefix || id === undefined || secret === undefined) return undefined;
  return checksum(id, secret) === check ? id : undefined;
}

function checksum(id: string, secret: string): string {
  const hex = createHash('sha256').update(`${id}_${secret}`, 'utf8').digest('hex').slice(0, 8);
  return base62(BigInt(`0x${hex}`), CHECKSUM_CHARS);
}

function base62(value: bigint, length: number): string {
  let rest = value;
  let text = '';
  for (let i = 0; i < length; i++) {
    text = `${DIGITS[Number(rest % 62n)]}${text}`;
    rest /= 62n;
  }
  return text;
}
