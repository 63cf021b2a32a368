// What policy was asked, kept in the audit so that it can be asked again: of another policy, months later.
import type { JsonObject } from './canonical.ts';
import type { PolicyInput } from './policy-input.ts';
import type { Submission } from './submission.ts';

/** The part of a question that the request's own `submitted` entry does not hold. */
export type Asked = Pick<PolicyInput, 'service' | 'request' | 'phase' | 'now' | 'votes' | 'directory'> & {
  readonly owner?: string;
  readonly user_owner?: string;
};

/**
 * As policy was told of a standing approval before its votes stood among the others. Whether it was given for the
 * request's own arguments stands in their place: what somebody marked sensitive must not come into a later audit.
 */
type Claim = JsonObject & { readonly same_params?: true };

export function askedPart(input: PolicyInput): Asked {
  const { service, request, phase, now, votes, directory } = input;
  const owner = (input.actor as JsonObject | undefined)?.owner;
  const userOwner = (input.user as JsonObject | undefined)?.owner;
  return {
    service,
    request,
    phase,
    now,
    votes,
    ...(typeof owner === 'string' ? { owner } : {}),
    ...(typeof userOwner === 'string' ? { user_owner: userOwner } : {}),
    ...(directory === undefined ? {} : { directory }),
  };
}

function withParams({ same_params, ...claim }: Claim, params: JsonObject | undefined): JsonObject {
  return same_params === true && params !== undefined ? { ...claim, params } : claim;
}

/**
 * The input of a recorded decision, from the request's submission and what its entry says was asked. Values that were marked sensitive are digests in it: policy was asked with the values.
 */
export function recordedInput(
  submission: Submission,
  asked: Asked & { readonly standing?: readonly Claim[] },
): PolicyInput {
  const { action, user, actor, resource, params, context, reason, emergency, sensitive } = submission;
  const { owner, user_owner, standing, ...rest } = asked;
  const whole = {
    action,
    user: user_owner === undefined ? user : { ...user, owner: user_owner },
    actor: actor === undefined || owner === undefined ? actor : { ...actor, owner },
    resource,
    params,
    context,
    reason,
    emergency: emergency === true ? emergency : undefined,
    sensitive: (sensitive?.length ?? 0) > 0 ? sensitive : undefined,
    ...rest,
    standing: standing?.map(claim => withParams(claim, params)),
  };
  const members = Object.entries(whole).filter(([, value]) => value !== undefined);
  return Object.fromEntries(members) as unknown as PolicyInput;
}
