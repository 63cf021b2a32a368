// Whether a submission may be taken in at all, whichever way it came: who sends it, under which key, and where it is to be told.
import type { Fault } from '../domain/fault.ts';
import { type Refusal, refuse } from '../domain/refusal.ts';
import type { Caller, PersonCaller, ServiceCaller, SubmitCall, VoteCall } from './ports.ts';

export type Unfit = Refusal & { readonly faults?: readonly Fault[] };

export type FitnessWorld = { readonly isCallbackAllowed: (url: string) => boolean };

const CALLBACK = 'names a host that is not allowed here; ask an administrator to add it to CALLBACK_HOSTS.';

/** Why a service's submission is not taken in; undefined where it is. */
export function unfit(
  { isCallbackAllowed }: FitnessWorld,
  { auth }: Pick<ServiceCaller, 'auth'>,
  { submission, key = submission.idempotency_key }: SubmitCall,
): Unfit | undefined {
  // A queue delivers at least once.
  if (auth === 'queue_key' && key === undefined) return refuse('no_idempotency_key');
  const { callback } = submission;
  if (callback === undefined || isCallbackAllowed(callback)) return undefined;
  return { ...refuse('invalid_request'), faults: [{ pointer: '/callback', message: CALLBACK }] };
}

const DIGEST = 'is missing; send the digest of the request as you read it: that is what you approve.';
const STANDING = 'belongs to an approval; leave it out of a denial.';

/** Why an answer cannot be one, whatever it is about: a person with a key has no card, so the digest says what they approve. */
export function unseen({ kind }: PersonCaller, { vote, digest, standing }: VoteCall): Unfit | undefined {
  if (kind !== 'key') return undefined;
  const fault =
    vote === 'deny'
      ? standing && { pointer: '/standing', message: STANDING }
      : digest === undefined && { pointer: '/digest', message: DIGEST };
  return fault ? { ...refuse('invalid_request'), faults: [fault] } : undefined;
}

/** The caller as the service that this is for, or why it is not for them. */
export function asService(caller: Caller): ServiceCaller | Refusal {
  if (caller.kind === 'service') return caller;
  return refuse(caller.kind === 'operator' ? 'not_for_operators' : 'not_for_people');
}
