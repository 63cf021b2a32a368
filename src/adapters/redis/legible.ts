// What looks after many requests meets some that this process cannot read: they are left as they are, and hold up no other.
import type { RequestRecord } from '../../domain/record.ts';
import { isForeign } from '../../domain/stored/shape.ts';

export type ReadLegible = (id: string) => Promise<RequestRecord | undefined | 'illegible'>;

/** The same reading; a record of a newer version, or one that is none, is `illegible`. An outage is still thrown. */
export function legible(read: (id: string) => Promise<RequestRecord | undefined>): ReadLegible {
  return id =>
    read(id).catch(error => {
      if (isForeign(error)) return 'illegible';
      throw error;
    });
}
