// The one way out: what a stored entry tells, whichever version wrote it. What is not understood is called unknown, never guessed at.
import { z } from 'zod';
import type { Digest } from '../canonical.ts';
import type { Place } from './chain.ts';
import { AUDIT_VERSION, type AuditEvent, EVENTS, isEventName } from './events.ts';
import { upcast } from './upcast.ts';

/**
 * - `newer`: a later version of Countersign wrote it.
 * - `event`: it names an event that its version does not have.
 * - `form`: it is no entry, or not of the form that its version has.
 */
export type UnknownEvent = { readonly kind: 'unknown'; readonly why: 'newer' | 'event' | 'form' };

export type KnownEvent = {
  readonly kind: 'known';
  /** The version that wrote it. */
  readonly v: number;
  readonly event: AuditEvent;
  /** Where it stands in its request's chain; undefined for what was noted apart. */
  readonly place?: Place;
};

const placeSchema = z.object({
  request: z.string().min(1),
  seq: z.int().min(1),
  prev: (z.string() as unknown as z.ZodType<Digest>).optional(),
  hash: z.string() as unknown as z.ZodType<Digest>,
});

/** `raw` is what was stored, parsed from its JSON. Members that a later version may have added are left out. */
export function readEvent(raw: unknown): KnownEvent | UnknownEvent {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return unknown('form');
  const v = 'v' in raw ? raw.v : 1;
  if (typeof v !== 'number' || !Number.isInteger(v) || v < 1 || ('v' in raw && v === 1)) return unknown('form');
  if (v > AUDIT_VERSION) return unknown('newer');
  const stored = raw as Readonly<Record<string, unknown>>;
  const today = v === AUDIT_VERSION ? stored : upcast(stored);
  if (today === undefined || !isEventName(today.event)) return unknown('event');
  const members = EVENTS[today.event].schema.safeParse(today);
  if (!members.success) return unknown('form');
  const event = { event: today.event, ...members.data } as AuditEvent;
  const { place } = EVENTS[today.event];
  if (!('request' in raw)) return place === 'chained' ? unknown('form') : { kind: 'known', v, event };
  const found = placeSchema.safeParse(raw);
  if (!found.success || place === 'noted') return unknown('form');
  return { kind: 'known', v, event, place: found.data as Place };
}

function unknown(why: UnknownEvent['why']): UnknownEvent {
  return { kind: 'unknown', why };
}
