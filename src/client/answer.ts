// The five results a request can end with, and the only place that says which of them is yes.

import type { RequestView } from '../contract/request-view.ts';
import { isResolved, type Resolved, type Status, statuses } from '../domain/lifecycle.ts';
import { Unintelligible } from './errors.ts';

type ViewIn<S extends Status> = Omit<RequestView, 'status'> & { readonly status: S };

/** A request as it stands. `status` tells the kinds apart. */
export type AnyView = { readonly [S in Status]: ViewIn<S> }[Status];
export type ApprovedView = ViewIn<'approved'>;
/** How a request ended: approved, denied, expired, cancelled or failed. */
export type ResolvedView = { readonly [S in Resolved]: ViewIn<S> }[Resolved];

/** Whether the action may be taken. Everything but a plain `approved` is no. */
export function isApproved(view: { readonly status: string }): view is ApprovedView {
  return view.status === 'approved';
}

export function isResolvedView(view: AnyView): view is ResolvedView {
  return isResolved(view.status);
}

/** Reads a view out of what somebody answered: a status that we do not know is no status. */
export function readView(value: unknown, expected: { readonly id?: string; readonly digest?: string }): AnyView {
  if (typeof value !== 'object' || value === null) throw new Unintelligible('it is not a request');
  const { id, status, digest } = value as { readonly [member: string]: unknown };
  if (typeof id !== 'string' || typeof digest !== 'string') throw new Unintelligible('it is not a request');
  if (!statuses.some(known => known === status)) throw new Unintelligible('its status is unknown to this client');
  if (expected.id !== undefined && id !== expected.id) throw new Unintelligible('it is about another request');
  if (expected.digest !== undefined && digest !== expected.digest) {
    throw new Unintelligible('its digest is not the digest of what was submitted');
  }
  return value as AnyView;
}
