// Viewer: whoever looks, with every name they may stand under and the memberships that can be asked about.
import { maySee, type Person } from '../domain/audience.ts';
import type { Approver } from '../domain/decision.ts';
import { isOfSlack } from '../domain/eligible.ts';
import { folded } from '../domain/name.ts';
import type { RequestRecord } from '../domain/record.ts';
import { type Refusal, refuse } from '../domain/refusal.ts';
import type { Voter } from '../domain/vote.ts';
import { namesOf } from './identities.ts';
import { approversOf, identify, membershipsOf, orUnverified, type VotersWorld } from './voters.ts';

/** Somebody as they are known now. */
export type Viewer = Required<Person> & {
  /** The groups and channels of Slack that it was looked up whether they are in them. */
  readonly lookedUp: ReadonlySet<string>;
};

export type Known = {
  readonly kind: 'known';
  readonly voter: Voter;
  readonly viewer: Viewer;
  /** Slack does not say just now in which of its groups they are. */
  readonly isUnsure: boolean;
};

/** Who is behind an account, and in which of these groups and channels of Slack. */
export async function viewerOf(
  world: VotersWorld,
  account: string,
  named: readonly Approver[],
): Promise<Known | Refusal> {
  const person = await identify(world, account);
  if (person.kind === 'refusal') return person;
  const { voter } = person;
  const memberships = await orUnverified(() => membershipsOf(world, account, named));
  const isUnsure = !Array.isArray(memberships);
  const names = new Set([...(await namesOf(world, voter))].map(folded));
  const groups = [...voter.groups, ...(isUnsure ? [] : memberships)];
  const viewer: Viewer = { user: voter.user, groups, names, lookedUp: new Set(named.map(keyOf)) };
  return { kind: 'known', voter, viewer, isUnsure };
}

/** Everybody whom a request asks, or asks to review it, or lets take it back. */
export function namedIn(record: RequestRecord): readonly Approver[] {
  const { review, decision } = record;
  return [...approversOf(record), ...(review?.reviewers ?? []), ...(decision?.grant?.revokers ?? [])];
}

/** The request, if whoever is behind the account may know of it: for everybody else it does not exist. */
export async function seenBy(
  world: VotersWorld,
  account: string,
  record: RequestRecord,
): Promise<RequestRecord | Refusal> {
  const known = await viewerOf(world, account, namedIn(record).filter(isOfSlack));
  if (known.kind === 'refusal') return known;
  return maySee(record, known.viewer) ? record : refuse('unknown_request');
}

export function keyOf({ type, id }: Approver): string {
  return `${type}:${id}`;
}
