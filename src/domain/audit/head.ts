// Where a request's chain of audit entries stands: kept in its record, so that the next entry can follow.
import type { Digest } from '../canonical.ts';

export type AuditHead = { readonly seq: number; readonly hash?: Digest };

export const EMPTY_CHAIN: AuditHead = { seq: 0 };
