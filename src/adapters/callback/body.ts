// What a callback carries: the view, or where to read it when it is too long for one.
import type { RequestView } from '../../contract/request-view.ts';

/** Standard Webhooks asks for less than 20 KB. */
const MAX_BYTES = 20_000;

/** `version` is in either form: callbacks may come twice and out of order, and the highest version holds. */
export function callbackBody(view: RequestView, linkTo?: (id: string) => string): string {
  const whole = JSON.stringify(view);
  if (Buffer.byteLength(whole) < MAX_BYTES) return whole;
  const { id, version, status, resolved_by, resolved_at, digest, submitted_at, expires_at } = view;
  const link = linkTo?.(id) ?? `/v1/requests/${id}`;
  const reduced = { id, version, status, resolved_by, resolved_at, digest, submitted_at, expires_at };
  return JSON.stringify({ ...reduced, is_reduced: true, link });
}
