// Whether a call may run: asked, waited for, and its grant redeemed for exactly this call. Everything else is no.
import {
  type ActionRequest,
  type ApprovedView,
  GrantRefused,
  type HttpCountersign,
  isApproved,
  isResolvedView,
  type ResolvedView,
  StillPending,
  Unintelligible,
} from '../client/index.ts';
import type { Digest } from '../domain/canonical.ts';
import { reasonWords } from '../domain/decision.ts';
import { present } from '../domain/present.ts';
import type { OpenAsks } from './open-asks.ts';
import { saidToAgent } from './words.ts';

export type Asking = {
  /** Of the session and the call: made again, it takes up what was asked. */
  readonly name: Digest;
  readonly request: ActionRequest;
  /** The model's own words; they may differ the next time. */
  readonly reason?: string;
};

export type Verdict =
  | { readonly runs: true; readonly byPeople: boolean }
  | { readonly runs: false; readonly words: string };

type World = {
  readonly countersign: Pick<HttpCountersign, 'submit' | 'wait' | 'redeem'>;
  readonly asks: OpenAsks;
  readonly waitMs: number;
  /** Ends the waiting; the request goes on. */
  readonly signal?: AbortSignal;
  readonly now: () => number;
};

/** A person's no holds for the same call of the same session so long: who asks again at once asks nobody new. */
const NO_HOLDS_MS = 10 * 60_000;
/** Approvals that were used or have lapsed since; the call is asked about anew. */
const SPENT: ReadonlySet<string> = new Set(['grant_used_up', 'grant_expired', 'no_grant', 'grant_revoked']);

/** Throws what the client throws; whoever calls takes that for no. */
export async function judge(world: World, asking: Asking): Promise<Verdict> {
  const { asks, countersign } = world;
  const { name, request } = asking;
  const before = asks.find(name);
  const { key, reason } = before ?? asks.begin(name, asking.reason);
  const asked = { ...request, idempotency_key: key, ...present({ reason }) };
  const anew = () => {
    asks.end(name);
    return before === undefined ? undefined : judge(world, asking);
  };
  let view: ResolvedView;
  try {
    view = await ended(world, asked);
  } catch (error) {
    if (error instanceof StillPending) return { runs: false, words: stillPending(error.id) };
    throw error;
  }
  if (!isApproved(view)) {
    if (isFreshNo(view, world.now())) return { runs: false, words: unapproved(view) };
    return (await anew()) ?? { runs: false, words: unapproved(view) };
  }
  try {
    await countersign.redeem(view.grant, asked);
  } catch (error) {
    if (!(error instanceof GrantRefused)) throw error;
    const again = SPENT.has(error.code) ? await anew() : undefined;
    return (
      again ?? { runs: false, words: saidToAgent('approved, and not to be done now. Nothing has run.', error.remedy) }
    );
  }
  asks.end(name);
  return { runs: true, byPeople: isByPeople(view) };
}

/** How it ended: a submission has its own time, and people theirs. Throws `StillPending` when theirs is over. */
async function ended({ countersign, waitMs, signal }: World, asked: ActionRequest): Promise<ResolvedView> {
  const { id, digest, view } = await countersign.submit(asked);
  const last =
    view !== undefined && isResolvedView(view)
      ? view
      : await countersign.wait(id, present({ timeoutMs: waitMs, signal }));
  if (last.digest !== digest) throw new Unintelligible('its digest changed while it was waited for');
  return last;
}

function isByPeople({ resolved_by: by }: ApprovedView): boolean {
  return by === 'people';
}

function isFreshNo({ status, resolved_by: by, resolved_at: at }: ResolvedView, now: number): boolean {
  return status === 'denied' && by === 'people' && at !== undefined && now - Date.parse(at) < NO_HOLDS_MS;
}

function stillPending(id: string): string {
  return saidToAgent(
    `people have not answered yet (${id}). Nothing has run. To keep waiting, make exactly the same call again: it takes up the same request. A changed call is a new request.`,
  );
}

function unapproved({ status, resolved_by: by, resolution_reason: reason, id, reasons }: ResolvedView): string {
  const said = reason ?? reasonWords(reasons);
  const what = `${status}${by === undefined ? '' : ` by ${by}`} (${id}). Nothing has run. Do not try to get the same done another way.`;
  return saidToAgent(what, said === '' ? undefined : said);
}
