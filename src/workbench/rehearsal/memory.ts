// The memory of a rehearsal: the store's contract kept in maps, with a clock that its owner sets.
import { type Alarm, nextAlarm } from '../../domain/alarm.ts';
import type { AuditEntry, AuditFact } from '../../domain/audit/chain.ts';
import { written } from '../../domain/audit/written.ts';
import type { Change } from '../../domain/change.ts';
import { type EffectRef, effectKey } from '../../domain/effect.ts';
import { Failure } from '../../domain/failure.ts';
import { GLASS_WINDOW_MS } from '../../domain/glass.ts';
import type { RequestRecord } from '../../domain/record.ts';
import type { ListQuery, Page, Store } from '../../flow/ports.ts';

export type Memory = Store & {
  /** Every audit entry in the order in which it was stored, and every fact that belongs to no request. */
  readonly entries: readonly (AuditEntry | AuditFact)[];
  /** The effects stored since they were last taken, oldest first. */
  takeEffects(): readonly EffectRef[];
  /** All requests with something left for the clock to do, the soonest first. */
  alarms(): readonly { readonly id: string; readonly alarm: Alarm }[];
};

type Kept = { readonly record: RequestRecord; readonly by: Change };

/** `now` is the clock: milliseconds since 1970. `glassBefore`: how often each service had broken glass just before it begins. */
export function openMemory(now: () => number, glassBefore = 0): Memory {
  const kept = new Map<string, Kept>();
  const openedAt = now();
  const glass = new Map<string, { readonly service: string; readonly at: number }>();
  const entries: (AuditEntry | AuditFact)[] = [];
  let effects: EffectRef[] = [];

  const glassBrokenBy = (service: string, except: string) => {
    const since = now() - GLASS_WINDOW_MS;
    const others = [...glass].filter(([id, one]) => one.service === service && id !== except && one.at > since);
    return others.length + (openedAt > since ? glassBefore : 0);
  };

  const alarms = () =>
    [...kept.values()]
      .flatMap(({ record }) => {
        const alarm = nextAlarm(record);
        return alarm === undefined ? [] : [{ id: record.id, alarm }];
      })
      .sort((a, b) => a.alarm.at - b.alarm.at);

  return {
    now,
    entries,
    alarms,
    read: async id => kept.get(id)?.record,
    async commit(change) {
      const { next, expected } = change;
      if (next.version !== expected + 1) {
        throw new Failure('bad_change', 'A change must move the version by one; build it with `change()`.', {
          isTransient: false,
        });
      }
      const current = kept.get(next.id);
      // The very same offer, because its answer was lost; an equal one of somebody else's is not the same.
      if (current?.by === change) return { ok: true };
      if ((current?.record.version ?? 0) !== expected) return { ok: false, actual: current?.record };
      if (change.glass !== undefined) {
        if (glassBrokenBy(next.service.id, next.id) > change.glass.others) {
          return { ok: false, actual: current?.record, isOutdated: true };
        }
        glass.set(next.id, { service: next.service.id, at: now() });
      }
      kept.set(next.id, { record: next, by: change });
      entries.push(...change.entries);
      effects.push(
        ...change.effects.map((effect, n) => ({ id: next.id, key: effectKey(next.id, next.version, n), effect })),
      );
      return { ok: true };
    },
    async note(event) {
      entries.push(written(event));
    },
    glassBrokenBy: async (service, except) => glassBrokenBy(service, except),
    due: async (ms, limit) =>
      alarms()
        .filter(({ alarm }) => alarm.at <= ms)
        .slice(0, limit)
        .map(({ id }) => id),
    list: async query => pageOf([...kept.values()], query),
    takeEffects() {
      const taken = effects;
      effects = [];
      return taken;
    },
  };
}

function pageOf(kept: readonly Kept[], { limit, cursor, where = () => true, ...query }: ListQuery): Page {
  const before = cursor === undefined ? undefined : decodeCursor(cursor);
  const found = kept
    .map(({ record }) => ({ record, place: placeOf(record) }))
    .filter(({ record, place }) => (before === undefined || place < before) && isWanted(query, record) && where(record))
    .sort((a, b) => (a.place < b.place ? 1 : -1));
  const items = found.slice(0, limit).map(({ record }) => record);
  const last = items.at(-1);
  return last === undefined || items.length < limit ? { items } : { items, next: encodeCursor(placeOf(last)) };
}

function isWanted({ service, status, review }: Partial<ListQuery>, record: RequestRecord): boolean {
  if (service !== undefined && record.service.id !== service) return false;
  if (review === 'open' && (record.review === undefined || record.review.closed !== undefined)) return false;
  return status === undefined || record.status === status;
}

/** Where a request stands among all: by when it was asked, and among those of one moment by its id. */
function placeOf({ submittedAt, id }: RequestRecord): string {
  return `${submittedAt} ${id}`;
}

function encodeCursor(place: string): string {
  return Buffer.from(place).toString('base64url');
}

function decodeCursor(cursor: string): string {
  const place = Buffer.from(cursor, 'base64url').toString();
  if (/^\S+ req_\S+$/.test(place)) return place;
  const message = 'This cursor is not one of ours. Leave it out to begin with the newest request.';
  throw new Failure('bad_cursor', message, { isTransient: false });
}
