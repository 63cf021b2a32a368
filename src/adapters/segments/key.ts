// The key that signs checkpoints: from a file that the operator names, or one that is made once beside the log.
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../domain/failure.ts';
import { type SigningKey, signingKey } from '../../domain/log/note.ts';
import { putDurably, readIfThere } from './disk.ts';

const OWN = 'key.pem';
const ONLY_OURS = 0o600;

export type SealingKey = { readonly key: SigningKey /** It lies beside the log. */; readonly isBeside: boolean };

export async function openSealingKey(dir: string, origin: string, keyFile?: string): Promise<SealingKey> {
  if (keyFile !== undefined) {
    return { key: keyOf(await contentOf(keyFile), origin, `AUDIT_KEY_FILE (${keyFile})`), isBeside: false };
  }
  const path = join(dir, OWN);
  const kept = await readIfThere(path);
  const pem = kept ?? String(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
  if (kept === undefined) await putDurably(path, pem, ONLY_OURS);
  return { key: keyOf(pem, origin, path), isBeside: true };
}

async function contentOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw unusable(`AUDIT_KEY_FILE (${path}) cannot be read`, cause);
  }
}

function keyOf(pem: string, origin: string, source: string): SigningKey {
  try {
    const privateKey = createPrivateKey(pem);
    if (privateKey.asymmetricKeyType === 'ed25519') return signingKey(origin, privateKey);
  } catch (cause) {
    throw unusable(`${source} holds no private key that can be read`, cause);
  }
  throw unusable(`${source} holds a key that is not Ed25519`);
}

function unusable(what: string, cause?: unknown): Failure {
  const message = `${what}. Make one: openssl genpkey -algorithm ed25519 -out audit.pem`;
  return new Failure('audit_key_unusable', message, { cause, isTransient: false });
}
