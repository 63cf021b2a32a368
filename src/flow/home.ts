// Home: what of the overview concerns one person. It says what can be told without asking policy, and decides nothing.
import { hasAnswered, isAwaited, isOwn, mayReview, mayRevoke, type Person } from '../domain/audience.ts';
import type { Approver } from '../domain/decision.ts';
import { isOfSlack } from '../domain/eligible.ts';
import { folded } from '../domain/name.ts';
import type { RequestRecord } from '../domain/record.ts';
import type { Refusal } from '../domain/refusal.ts';
import { giversOf } from '../domain/standing.ts';
import type { Voter } from '../domain/vote.ts';
import { namesOf } from './identities.ts';
import type { Overview } from './overview.ts';
import type { Home, Listed } from './ports.ts';
import { approversOf, identify, membershipsOf, orUnverified, type VotersWorld } from './voters.ts';

/** So many stand on a page of what waits; of the other lists the first few. */
const PAGE = 10;
const FEW = 5;

/** Somebody as they were known when their Home was made. */
export type Viewer = Person & {
  /** The groups and channels of Slack that it was looked up whether they are in them. */
  readonly lookedUp: ReadonlySet<string>;
};

export type Seen = { readonly home: Home; readonly viewer?: Viewer };

export async function homeOf(world: VotersWorld, account: string, overview: Overview, page: number): Promise<Seen> {
  const person = await identify(world, account);
  if (person.kind === 'refusal') return { home: nothing(account, person, overview) };
  const { voter } = person;
  const named = gatherings(overview);
  const known = await orUnverified(() => membershipsOf(world, account, named));
  const names = new Set([...(await namesOf(world, voter))].map(folded));
  const groups = [...voter.groups, ...(Array.isArray(known) ? known : [])];
  const viewer: Viewer = { user: voter.user, groups, names, lookedUp: new Set(named.map(keyOf)) };
  return { home: { ...listed(account, voter, viewer, overview, page), isUnsure: !Array.isArray(known) }, viewer };
}

/** Whether a change of this request can change what they see. */
export function concerns(record: RequestRecord, viewer: Viewer): boolean {
  const isTheirs = isOwn(record, viewer) || hasAnswered(record, viewer) || isAwaited(record, viewer);
  if (isTheirs || mayReview(record, viewer)) return true;
  return asked(record).some(one => isOfSlack(one) && !viewer.lookedUp.has(keyOf(one)));
}

/** The ids that a Home shows or counts as waiting. */
export function shownIn({ waiting, own, resolved, reviews }: Home): ReadonlySet<string> {
  return new Set([waiting, own, resolved, reviews].flatMap(({ items }) => items.map(({ id }) => id)));
}

function listed(account: string, voter: Voter, viewer: Viewer, overview: Overview, wanted: number): Home {
  const { pending, resolved, reviews, standing, isCut } = overview;
  const waiting = voter.kind === 'member' ? pending.filter(one => isAwaited(one, viewer)).toSorted(sooner) : [];
  const pages = Math.max(1, Math.ceil(waiting.length / PAGE));
  const page = Math.min(Math.max(0, wanted), pages - 1);
  const own = pending.filter(one => isOwn(one, viewer) && !waiting.includes(one));
  const ended = resolved.filter(one => isOwn(one, viewer) || hasAnswered(one, viewer));
  const given = standing.items.filter(
    one =>
      one.revoked === undefined &&
      [...giversOf(one), one.scope.user].some(name => viewer.names?.has(folded(name)) === true),
  );
  return {
    account,
    who: voter,
    waiting: { items: waiting.slice(page * PAGE, (page + 1) * PAGE), count: waiting.length, page, pages },
    own: first(own),
    resolved: first(ended.map(one => (mayRevoke(one, viewer) ? { ...one, mayRevoke: true as const } : one))),
    reviews: first(reviews.filter(one => mayReview(one, viewer))),
    standing: first(given),
    isCut,
    isUnsure: false,
  };
}

function nothing(account: string, who: Refusal, { isCut }: Overview): Home {
  const none = { items: [], count: 0 };
  const waiting = { ...none, page: 0, pages: 1 };
  return { account, who, waiting, own: none, resolved: none, reviews: none, standing: none, isCut, isUnsure: false };
}

function first<T>(all: readonly T[]): Listed<T> {
  return { items: all.slice(0, FEW), count: all.length };
}

function sooner(one: RequestRecord, other: RequestRecord): number {
  return Date.parse(one.expiresAt) - Date.parse(other.expiresAt);
}

/** Everybody whom a request asks, or asks to review it. */
function asked(record: RequestRecord): readonly Approver[] {
  return [...approversOf(record), ...(record.review?.reviewers ?? [])];
}

/** Each group and channel that only Slack knows and that something open names. */
function gatherings({ pending, reviews, resolved }: Overview): readonly Approver[] {
  const revokers = resolved.flatMap(({ decision }) => decision?.grant?.revokers ?? []);
  const all = [...[...pending, ...reviews].flatMap(asked), ...revokers].filter(isOfSlack);
  return [...new Map(all.map(one => [keyOf(one), one])).values()];
}

function keyOf({ type, id }: Approver): string {
  return `${type}:${id}`;
}
