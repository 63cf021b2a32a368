// Steps that write down what became of a standing approval on the request that it was given with.
import type { ChainedEvent } from '../audit/events.ts';
import { type Change, change, type Unchanged, unchanged } from '../change.ts';
import { type RequestRecord, timestamp } from '../record.ts';
import type { StandingApproval } from '../standing.ts';

/** It is in force. Told once, however often the errand is run. */
export function standingKept(record: RequestRecord, standing: StandingApproval, now: number): Change | Unchanged {
  if (record.gaveStanding !== undefined) return unchanged(record);
  const { id, expiresAt, maxUses, grantedBy } = standing;
  const given = { standing: id, by: grantedBy, expires_at: expiresAt, max_uses: maxUses };
  const fact: ChainedEvent = { event: 'standing_granted', at: timestamp(now), ...given };
  const effects = [{ kind: 'remark_line', says: 'standing_granted' }] as const;
  return change(record, { gaveStanding: { id, by: grantedBy, expiresAt, maxUses } }, [fact], effects);
}

/** Somebody ended it before its time. */
export function standingRevoked(record: RequestRecord, by: string, now: number): Change | Unchanged {
  const { gaveStanding } = record;
  if (gaveStanding === undefined || gaveStanding.revoked !== undefined) return unchanged(record);
  const revoked = { by, at: timestamp(now) };
  const fact: ChainedEvent = { event: 'standing_revoked', at: revoked.at, standing: gaveStanding.id, by };
  const effects = [{ kind: 'remark_line', says: 'standing_revoked' }] as const;
  return change(record, { gaveStanding: { ...gaveStanding, revoked } }, [fact], effects);
}
