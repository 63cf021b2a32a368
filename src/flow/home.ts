// Home: what of the overview concerns one person. It says what can be told without asking policy, and decides nothing.
import { hasAnswered, isAwaited, isOwn, mayReview, mayRevoke } from '../domain/audience.ts';
import type { Approver } from '../domain/decision.ts';
import { isOfSlack } from '../domain/eligible.ts';
import { folded } from '../domain/name.ts';
import type { RequestRecord } from '../domain/record.ts';
import type { Refusal } from '../domain/refusal.ts';
import { giversOf } from '../domain/standing.ts';
import type { Voter } from '../domain/vote.ts';
import type { Overview } from './overview.ts';
import type { Home, Listed } from './ports.ts';
import { keyOf, namedIn, type Viewer, viewerOf } from './viewer.ts';
import type { VotersWorld } from './voters.ts';

/** So many stand on a page of what waits; of the other lists the first few. */
const PAGE = 10;
const FEW = 5;

export type Seen = { readonly home: Home; readonly viewer?: Viewer };

export async function homeOf(world: VotersWorld, account: string, overview: Overview, page: number): Promise<Seen> {
  const known = await viewerOf(world, account, gatherings(overview));
  if (known.kind === 'refusal') return { home: nothing(account, known, overview) };
  const { voter, viewer, isUnsure } = known;
  return { home: { ...listed(account, voter, viewer, overview, page), isUnsure }, viewer };
}

/** Whether a change of this request can change what they see. */
export function concerns(record: RequestRecord, viewer: Viewer): boolean {
  const isTheirs = isOwn(record, viewer) || hasAnswered(record, viewer) || isAwaited(record, viewer);
  if (isTheirs || mayReview(record, viewer)) return true;
  return namedIn(record).some(one => isOfSlack(one) && !viewer.lookedUp.has(keyOf(one)));
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
    one => one.revoked === undefined && [...giversOf(one), one.scope.user].some(name => viewer.names.has(folded(name))),
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

/** Each group and channel that only Slack knows and that something open names. */
function gatherings({ pending, reviews, resolved }: Overview): readonly Approver[] {
  const all = [...pending, ...reviews, ...resolved].flatMap(namedIn).filter(isOfSlack);
  return [...new Map(all.map(one => [keyOf(one), one])).values()];
}
