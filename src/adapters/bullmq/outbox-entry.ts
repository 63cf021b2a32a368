// One entry of the outbox: an effect of ours as a job, one of a newer version, or nothing that we know.
import type { JobsOptions } from 'bullmq';
import type { EffectKind } from '../../domain/effect.ts';
import { decodeEffect } from '../../domain/stored/effect.ts';
import { isNewer } from '../../domain/stored/shape.ts';

/** `perform` ends an effect; the number of attempts does not. */
const ENDLESS = 1_000_000;
/** What a queue takes as an id. */
const EFFECT_KEY = /^eff_\w+$/;

/** As it was stored: whoever performs it reads it by their own version. */
type Job = {
  readonly key: string;
  readonly id: string;
  readonly effect: unknown;
  readonly kind: EffectKind;
  /** How large its record was. */
  readonly recordBytes: number;
  /** Only the clock caused it. */
  readonly isOfClock: boolean;
};

/** What somebody just did goes before what ran out of time: a queue takes jobs without a priority first. */
const OF_THE_CLOCK = 10;

export type Entry = { readonly entryId: string } & (
  | { readonly is: 'ours'; readonly job: Job }
  /** Deleted meanwhile: passed on and acknowledged by another. */
  | { readonly is: 'gone' }
  | { readonly is: 'newer' }
  | { readonly is: 'none' }
);

export type RawEntry = [entryId: string, fields: string[] | null];

/** One entry that cannot be read must not hold up all behind it. */
export function parseEntry([entryId, fields]: RawEntry): Entry {
  if (fields === null) return { entryId, is: 'gone' };
  const [, key = '', , id = '', , text = '', , rank = '', , bytes = '0'] = fields;
  if (!EFFECT_KEY.test(key)) return { entryId, is: 'none' };
  try {
    const effect: unknown = JSON.parse(text);
    return {
      entryId,
      is: 'ours',
      job: {
        key,
        id,
        effect,
        kind: decodeEffect(effect).kind,
        recordBytes: Number(bytes),
        isOfClock: rank === 'clock',
      },
    };
  } catch (error) {
    return { entryId, is: isNewer(error) ? 'newer' : 'none' };
  }
}

export function asJob({ kind, key, id, effect, isOfClock }: Job) {
  const opts: JobsOptions = { jobId: key, attempts: ENDLESS, backoff: { type: 'custom' }, stackTraceLimit: 0 };
  // A card is rendered from the record as it stands: one at work and one to come is all a request needs, and two at
  // work could post it twice.
  const once = kind === 'card' ? { deduplication: { id: `card_${id}`, keepLastIfActive: true } } : {};
  const rank = isOfClock ? { priority: OF_THE_CLOCK } : {};
  return { name: kind, data: { key, id, effect }, opts: { ...opts, ...once, ...rank } };
}
