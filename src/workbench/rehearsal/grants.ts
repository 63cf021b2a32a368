// The grants of a rehearsal: signed and read as real ones are, with a key that nobody keeps.
import { grantClaims, signGrant } from '../../domain/grant.ts';
import { type OpenedGrant, openGrant } from '../../domain/grant-claims.ts';
import { createGrantKey, publicKeysOf, readGrantKeys } from '../../domain/grant-keys.ts';
import type { RequestRecord } from '../../domain/record.ts';

export type RehearsedGrants = {
  /** The grant that a service would have in its hands, also when there is nothing left to redeem. */
  mint(record: RequestRecord): string | undefined;
  open(token: string): OpenedGrant;
};

const ISSUER = 'https://rehearsal.invalid';

export function openGrants(): RehearsedGrants {
  let keys: ReturnType<typeof readGrantKeys> | undefined; // most stories redeem nothing
  const own = () => {
    keys ??= readGrantKeys(createGrantKey(), 'the key of the rehearsal');
    return keys;
  };
  return {
    mint(record) {
      const claims = grantClaims(record, ISSUER);
      return claims === undefined ? undefined : signGrant(claims, own().signing);
    },
    open: token => openGrant(token, publicKeysOf(own().jwks)),
  };
}
