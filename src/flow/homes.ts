// Homes: who looks at their Home, and when it is shown anew. Nothing of it is stored: it is made from the records alone.
import { newBell } from '../contract/bell.ts';
import { Failure, failureCode } from '../domain/failure.ts';
import { concerns, homeOf, shownIn } from './home.ts';
import { createOverviews, type OverviewWorld } from './overview.ts';
import type { Changes, Home, HomeScreen, Observe, Store } from './ports.ts';
import type { Viewer } from './viewer.ts';
import type { VotersWorld } from './voters.ts';

export type HomesWorld = VotersWorld &
  Pick<OverviewWorld, 'standing'> & {
    readonly store: Pick<Store, 'now' | 'list' | 'read'>;
    readonly screen: HomeScreen;
    readonly changes: Changes;
    readonly observe: Observe;
  };

export type HomesPace = {
  /** How long after they last came somebody counts as looking. */
  readonly lookingMs: number;
  /** Between two showings that nobody waits for. */
  readonly everyMs: number;
};

const PACE: HomesPace = { lookingMs: 30 * 60_000, everyMs: 2_000 };

export type Homes = {
  /** Somebody looks at their Home. */
  opened(account: string): void;
  /** Somebody has done something: if they look, they see it first. */
  acted(account: string): void;
  /** Somebody turns to another page of what waits. */
  turned(account: string, page: number): void;
  /** What somebody would see there now, for whoever does not look there. */
  of(account: string): Promise<Home>;
  stop(): Promise<void>;
};

/** One who looks. */
type Looking = {
  readonly account: string;
  cameAt: number;
  page: number;
  /** What is shown must have every change until then; undefined: it is as it should be. */
  since: number | undefined;
  isUrgent: boolean;
  /** Not before. */
  at: number;
  failures: number;
  viewer?: Viewer | undefined;
  shown: ReadonlySet<string>;
};

const MOST_LOOKING = 1_000;
/** More at once, and it is not looked whom each concerns. */
const MOST_READ = 50;
const MOST_FAILURES = 5;
const RETRY_MS = 3_000;
/** A lost hint costs this long. */
const LOST_MS = 60_000;

/**
 * Each is shown one after the other, whoever has just come or done something first, then whoever has waited longest: a flood
 * cannot make more showings than the screen takes, and of many changes somebody sees the last.
 */
export function openHomes(world: HomesWorld, { lookingMs, everyMs }: HomesPace = PACE): Homes {
  const { store, screen, observe, changes } = world;
  const all = new Map<string, Looking>();
  const overviews = createOverviews(world);
  const changed = new Set<string>();
  const bell = newBell();
  const stopping = new AbortController();
  let unwatch: (() => void) | undefined;
  let lookedAt = store.now();
  /** Until then the screen takes nothing that is not urgent, and nothing at all. */
  const held = { calm: 0, urgent: 0 };

  function looking(account: string): Looking {
    const now = store.now();
    const known = all.get(account);
    const one = known ?? { account, cameAt: now, page: 0, since: now, isUrgent: true, at: 0, failures: 0, shown: NONE };
    all.delete(account); // who came last stands last
    all.set(account, one);
    const [oldest] = all.keys();
    if (all.size > MOST_LOOKING && oldest !== undefined) all.delete(oldest);
    unwatch ??= changes.watchAll(id => {
      changed.add(id);
      bell.ring();
    });
    return one;
  }

  function urgent(one: Looking, since: number): void {
    Object.assign(one, { since: Math.max(one.since ?? since, since), isUrgent: true, at: 0, failures: 0 });
    bell.ring();
  }

  /** Whom what has changed concerns; from time to time everybody, since a hint may be lost and a directory changes. */
  async function hear(): Promise<void> {
    const ids = [...changed];
    changed.clear();
    if (store.now() - lookedAt >= LOST_MS) return everybody();
    if (ids.length === 0) return;
    const records = ids.length > MOST_READ ? undefined : await Promise.all(ids.map(id => store.read(id)));
    const now = store.now();
    const read = records?.filter(record => record !== undefined);
    if (read === undefined) overviews.relearn();
    for (const record of read ?? []) overviews.learn(record);
    for (const one of all.values()) {
      const { viewer } = one;
      const isMeant = (id: string) => one.shown.has(id);
      const isConcerned =
        read === undefined || viewer === undefined || ids.some(isMeant) || read.some(one => concerns(one, viewer));
      if (isConcerned) one.since = now;
    }
  }

  function everybody(): void {
    lookedAt = store.now();
    for (const one of all.values()) one.since = lookedAt;
  }

  function forget(): void {
    const now = store.now();
    for (const [account, { cameAt, isUrgent }] of all) {
      if (!isUrgent && now - cameAt > lookingMs) all.delete(account);
    }
    if (all.size > 0) return;
    unwatch?.();
    unwatch = undefined;
  }

  /** When somebody's turn is; those without one are left out. */
  function dueAt({ since, isUrgent, at }: Looking): number | undefined {
    return since === undefined ? undefined : Math.max(at, isUrgent ? held.urgent : held.calm);
  }

  function next(): { readonly one?: Looking; readonly inMs: number } {
    const now = store.now();
    const waiting = [...all.values()].flatMap(one => {
      const at = dueAt(one);
      return at === undefined ? [] : [{ one, at }];
    });
    const [first] = waiting
      .filter(({ at }) => at <= now)
      .toSorted((a, b) => Number(b.one.isUrgent) - Number(a.one.isUrgent) || a.at - b.at);
    if (first !== undefined) return { one: first.one, inMs: 0 };
    return { inMs: Math.min(LOST_MS, ...waiting.map(({ at }) => at - now)) };
  }

  async function show(one: Looking): Promise<void> {
    const { since = 0, isUrgent, account } = one;
    // Whatever comes from here on is shown by another showing.
    one.since = undefined;
    one.isUrgent = false;
    try {
      const { home, viewer } = await homeOf(world, account, await overviews.from(since), one.page);
      await screen.show(home, isUrgent);
      Object.assign(one, { viewer, page: home.waiting.page, shown: shownIn(home) });
      Object.assign(one, { at: store.now() + everyMs, failures: 0 });
    } catch (error) {
      again(one, error, since, isUrgent);
    }
  }

  function again(one: Looking, error: unknown, since: number, isUrgent: boolean): void {
    const now = store.now();
    one.since = Math.max(one.since ?? since, since);
    one.isUrgent ||= isUrgent;
    if (error instanceof Failure && error.retryAfterMs !== undefined) {
      held[isUrgent ? 'urgent' : 'calm'] = now + error.retryAfterMs;
      return;
    }
    one.at = now + RETRY_MS * 2 ** one.failures;
    one.failures += 1;
    const isLasting = error instanceof Failure && !error.isTransient;
    if (!isLasting && one.failures < MOST_FAILURES) return;
    all.delete(one.account);
    const message = `A Home cannot be shown; it is as it was until its person opens it again. ${error instanceof Error ? error.message : ''}`;
    observe({ kind: 'trouble', where: 'slack', code: failureCode(error, 'home_not_shown'), message });
  }

  async function run(): Promise<void> {
    const { signal } = stopping;
    while (!signal.aborted) {
      bell.reset();
      forget();
      await hear().catch(everybody); // the store did not say what has changed
      const { one, inMs } = next();
      if (one === undefined) await bell.heard(inMs, signal);
      else await show(one);
    }
  }
  const running = run();

  return {
    opened(account) {
      const one = looking(account);
      one.cameAt = store.now();
      screen.forget(account);
      urgent(one, store.now() - SHARED_MS);
    },
    acted(account) {
      const one = all.get(account);
      if (one !== undefined) urgent(one, store.now());
    },
    turned(account, page) {
      const one = looking(account);
      one.page = page;
      urgent(one, store.now() - SHARED_MS);
    },
    async of(account) {
      const overview = await overviews.from(store.now() - SHARED_MS);
      return (await homeOf(world, account, overview, 0)).home;
    },
    async stop() {
      stopping.abort();
      unwatch?.();
      await running;
    },
  };
}

/** Of many who come at once each need not have the records read anew. */
const SHARED_MS = 1_000;
const NONE: ReadonlySet<string> = new Set();
