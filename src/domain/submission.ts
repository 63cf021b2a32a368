// What a service submits, and the digest that people approve. The SDK has this file too: it needs nothing but Node.
import { type Digest, digestOf, type Json, type JsonObject } from './canonical.ts';
import { tidy } from './name.ts';

type Entity = { readonly id: string; readonly [property: string]: Json };

/** An action request as submitted. The members action, user, actor, resource and params are what the digest covers. */
export type Submission = {
  readonly action: string;
  readonly user: Entity;
  readonly actor?: Entity & { readonly type: string };
  readonly resource: Entity & { readonly type: string };
  readonly params?: JsonObject;
  readonly context?: JsonObject;
  readonly reason?: string;
  readonly idempotency_key?: string;
  readonly callback?: string;
  readonly expires_in?: string;
  /** Asks policy to break glass; it then needs a reason. */
  readonly emergency?: boolean;
  /** JSON pointers (RFC 6901) to values that people see as a digest only. */
  readonly sensitive?: readonly string[];
};

/**
 * The digest people approve, a grant names and a redemption presents. It is over the submission as it is kept: `user.id`
 * and `actor.id` in NFC and without white space around them, so that one name has one digest, whoever computes it.
 */
export function submissionDigest(submission: Submission): Digest {
  const { action, user, actor, resource, params } = submission;
  return digestOf({ action, user: tidied(user), actor: tidied(actor), resource, params });
}

/** Nobody has checked yet what an SDK is asked to compute it of. */
function tidied(entity: Partial<Entity> | undefined): Partial<Entity> | undefined {
  return typeof entity?.id === 'string' ? { ...entity, id: tidy(entity.id) } : entity;
}
