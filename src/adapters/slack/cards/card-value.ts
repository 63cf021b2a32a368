// What a button carries: an opaque request id and the hash of the card it stands on. Never a person, never a payload.
import type { Digest } from '../../../domain/canonical.ts';
import { REQUEST_ID } from '../../../domain/request-id.ts';

export type CardValue = { readonly id: string; readonly card: Digest };

const HEX_DIGEST = /^[0-9a-f]{64}$/;

export function cardValue(id: string, hash: Digest): string {
  return `${id}.${hash.slice('sha256:'.length)}`;
}

export function parseCardValue(value: string | undefined): CardValue | undefined {
  const [id = '', hex = '', ...rest] = (value ?? '').split('.');
  if (rest.length > 0 || !REQUEST_ID.test(id) || !HEX_DIGEST.test(hex)) return undefined;
  return { id, card: `sha256:${hex}` };
}
