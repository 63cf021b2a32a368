// What policy was asked, kept in the audit so that it can be asked again: of another policy, months later.
import { canonical, type Json, type JsonObject } from './canonical.ts';
import type { PolicyInput, StandingClaim } from './policy-input.ts';
import type { Submission } from './submission.ts';

/** The part of a question that the request's own `submitted` entry does not hold. */
export type Asked = Pick<PolicyInput, 'service' | 'request' | 'phase' | 'now' | 'votes' | 'directory'> & {
  readonly owner?: string;
  readonly user_owner?: string;
  readonly standing?: readonly AskedClaim[];
};

/**
 * A standing approval without its arguments, only whether they were the request's own: what somebody marked sensitive
 * when it was given must not come into the audit by way of a later request.
 */
type AskedClaim = Omit<StandingClaim, 'params'> & { readonly same_params?: true };

export function askedPart(input: PolicyInput): Asked {
  const { service, request, phase, now, votes, directory, standing } = input;
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
    ...(standing === undefined ? {} : { standing: standing.map(claim => withoutParams(claim, input.params)) }),
  };
}

function withoutParams({ params, ...claim }: StandingClaim, own: unknown): AskedClaim {
  const isSame = params !== undefined && own !== undefined && canonical(params) === canonical(own as Json);
  return isSame ? { ...claim, same_params: true } : claim;
}

function withParams({ same_params, ...claim }: AskedClaim, params: JsonObject | undefined): StandingClaim {
  return same_params === true && params !== undefined ? { ...claim, params } : claim;
}

/**
 * The input of a recorded decision, from the request's submission and what its entry says was asked. Values that were marked sensitive are digests in it: policy was asked with the values.
 */
export function recordedInput(submission: Submission, asked: Asked): PolicyInput {
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
