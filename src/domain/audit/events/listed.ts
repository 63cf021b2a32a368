// How an event stands in the list of all: where it is written, when, and with which members.
import { z } from 'zod';

/** Where an event stands: chained to a request, noted apart (it belongs to none, or may not write in its chain), or either. */
export type Place = 'chained' | 'noted' | 'either';

type Listed<P extends Place, M extends z.core.$ZodShape> = {
  readonly place: P;
  /** When it is written, in words. */
  readonly when: string;
  readonly schema: z.ZodObject<M & { readonly at: z.ZodISODateTime }>;
};

/**
 * One event of the list. Members stand beside `event`, `at` and `v`; those of the chain (`request, seq, prev, hash`) are not
 * theirs to use.
 */
export function listed<const P extends Place, M extends z.core.$ZodShape>(
  place: P,
  when: string,
  members: M,
): Listed<P, M> {
  return { place, when, schema: z.object({ at: z.iso.datetime(), ...members }) as unknown as Listed<P, M>['schema'] };
}
