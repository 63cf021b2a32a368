// What a new key is made of: the secret that is shown once, and the check that is kept of it.
import { createHash, randomBytes } from 'node:crypto';
import { createQueueKey } from '../../contract/envelope.ts';
import { mintApiKey } from './api-key.ts';

/** `secret` is kept nowhere; `check` recognises it and cannot be turned back. */
export type KeyMaterial = { readonly secret: string; readonly check: string };

export function secretKey(id: string): KeyMaterial {
  const secret = mintApiKey(id, randomBytes(32));
  return { secret, check: createHash('sha256').update(secret, 'utf8').digest('hex') };
}

export async function signingKey(id: string, service: string): Promise<KeyMaterial> {
  const { privateText, publicText } = await createQueueKey(id, service);
  return { secret: privateText, check: publicText };
}
