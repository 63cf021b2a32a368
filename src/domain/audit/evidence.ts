// What an event of the audit rests on: which policy answered what, who somebody was and how that is known. One shape, one place.
import { z } from 'zod';
import { personOfAccount } from '../account.ts';
import { digestOf } from '../canonical.ts';
import type { PolicyInput } from '../policy-input.ts';
import type { PolicyEvidence } from '../record.ts';
import type { Voter } from '../vote.ts';

/** Where it came in: a signed delivery of Slack, a key of somebody's own, or the operator's own access to Redis. */
const viaSchema = z.union([
  z.object({
    transport: z.enum(['socket', 'http']),
    team: z.string(),
    user: z.string(),
    channel: z.string().optional(),
    message_ts: z.string().optional(),
    action_ts: z.string(),
  }),
  z.object({ transport: z.literal('api_key'), api_key: z.string() }),
  z.object({
    transport: z.literal('operator'),
    /** Who ran it, by what their machine or `COUNTERSIGN_OPERATOR` says: a claim. Entries before operators had names lack it. */
    operator: z.string().optional(),
  }),
]);

export const evidenceSchema = z.object({
  /** Which policy answered, and the digest of the very question. A question that got no usable answer has its digest alone. */
  policy: z
    .object({
      revision: z.string().optional(),
      decision_id: z.string().optional(),
      /** SHA-256 over the canonical JSON of the policy input that was asked. */
      input_digest: z.string().optional(),
    })
    .optional(),
  /** Who it was: the account, and the person it was taken for, where it was. */
  who: z
    .object({
      account: z.string(),
      person: z.string().optional(),
      groups: z.array(z.string()).readonly().optional(),
      kind: z.enum(['member', 'guest', 'bot', 'deleted', 'external', 'stranger']).optional(),
      /** What says that the account is the person's: the directory, its e-mail address, a link, or the person's own key. */
      matched_by: z.enum(['directory', 'email', 'link', 'key']).optional(),
    })
    .optional(),
  /** Hash of the card that was shown. */
  card: z.string().optional(),
  via: viaSchema.optional(),
});

export type Evidence = z.infer<typeof evidenceSchema>;
export type Via = NonNullable<Evidence['via']>;
export type WhoFacts = NonNullable<Evidence['who']>;
export type PolicyFacts = NonNullable<Evidence['policy']>;

/**
 * The digest covers the values that were marked sensitive too, as the request's own digest does: it hides none that can be
 * guessed.
 */
export function policyFacts(policy: PolicyEvidence | undefined, input: PolicyInput | undefined): PolicyFacts {
  return { ...policy, ...(input === undefined ? {} : { input_digest: digestOf(input) }) };
}

/** An account that is nobody's is no person. */
export function whoFacts({ id: account, user, groups, kind, matched_by }: Voter): WhoFacts {
  if (user === account) return { account, groups, kind };
  const own = personOfAccount(account) === undefined ? 'directory' : 'key';
  return { account, person: user, groups, kind, matched_by: matched_by ?? own };
}

/** Who ran the command line, by its own word. */
export function operatorFacts(operator: string): Evidence {
  return { via: { transport: 'operator', operator } };
}

/** Somebody who came with their own key. */
export function keyHolder(account: string): WhoFacts {
  const person = personOfAccount(account);
  return person === undefined ? { account } : { account, person, matched_by: 'key' };
}
