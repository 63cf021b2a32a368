// Standard Webhooks 1.0.0 signatures: whoever holds the secret can tell that a callback is ours, fresh and unaltered.
import { createHmac } from 'node:crypto';
import { Failure } from '../../domain/failure.ts';

const SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/;

export type Sign = (id: string, timestamp: number, body: string) => string;

/** Several secrets, separated by spaces, sign side by side: a secret is replaced without a callback being lost. */
export function signer(secrets: string): Sign {
  const keys = secrets.trim().split(/\s+/).map(readSecret);
  return (id, timestamp, body) =>
    keys.map(key => `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`).join(' ');
}

function readSecret(text: string): Buffer {
  const key = Buffer.from(SECRET.exec(text)?.[1] ?? '', 'base64');
  if (key.length >= 24 && key.length <= 64) return key;
  throw new Failure(
    'webhook_secret_invalid',
    'WEBHOOK_SECRET is not "whsec_" and the base64 of 24 to 64 random bytes. Make one: echo "whsec_$(openssl rand -base64 32)"',
    { isTransient: false },
  );
}
