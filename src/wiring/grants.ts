// Which keys sign grants and which are believed: from a file, or else from Redis, with a word about what that means.
import { readFile } from 'node:fs/promises';
import { keptGrantKey } from '../adapters/redis/grant-key.ts';
import { Failure } from '../domain/failure.ts';
import { grantClaims, isGrantLive, signGrant } from '../domain/grant.ts';
import { type OpenedGrant, openGrant } from '../domain/grant-claims.ts';
import { createGrantKey, type GrantKeys, type JwkSet, publicKeysOf, readGrantKeys } from '../domain/grant-keys.ts';
import { type RequestRecord, timestamp } from '../domain/record.ts';
import type { World } from './world.ts';

export type Grants = {
  readonly jwks: JwkSet;
  /** The grant of an approved request, while there is something left to redeem. */
  mint(record: RequestRecord): string | undefined;
  open(token: string): OpenedGrant;
};

export async function openGrants(world: World): Promise<Grants> {
  const { store, config } = world;
  const { signing, jwks } = await keysOf(world);
  const publicKeyOf = publicKeysOf(jwks);
  return {
    jwks,
    mint(record) {
      const claims = isGrantLive(record, store.now()) ? grantClaims(record, config.grants.issuer) : undefined;
      return claims === undefined ? undefined : signGrant(claims, signing);
    },
    open: token => openGrant(token, publicKeyOf),
  };
}

async function keysOf({ config, redis, store, log }: World): Promise<GrantKeys> {
  const { keyFile } = config.grants;
  if (keyFile !== undefined) return readGrantKeys(await contentOf(keyFile), `GRANT_KEY_FILE (${keyFile})`);
  const { pem, isNew } = await keptGrantKey(redis.commands, config.namespace, createGrantKey);
  const keys = readGrantKeys(pem, 'The grant key in Redis');
  if (isNew) await store.note({ event: 'grant_key_created', at: timestamp(store.now()), kid: keys.signing.kid });
  const warning = 'grants are signed with a key kept in Redis: whoever reads it can sign. Set GRANT_KEY_FILE.';
  log.warn({ where: 'grants' }, warning);
  return keys;
}

async function contentOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const message = `GRANT_KEY_FILE (${path}) cannot be read. Make one: openssl genpkey -algorithm ed25519 -out ${path}`;
    throw new Failure('grant_key_unreadable', message, { cause, isTransient: false });
  }
}
