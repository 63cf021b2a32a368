// What the server leaves for a service that waits through the queue: whether its request was taken in, and how it ended.
import type { Fault } from '../domain/fault.ts';
import type { RequestView } from './request-view.ts';

/** One for each request; `v` moves when a client of today could not read it any more. */
export type Answer =
  /** Taken in, and not resolved yet. */
  | { readonly v: 1; readonly kind: 'pending'; readonly id: string; readonly digest: string }
  /** The masked view, as HTTP tells it, without a grant. */
  | { readonly v: 1; readonly kind: 'resolved'; readonly id: string; readonly view: RequestView }
  /** Never taken in: nothing was asked of anybody. `message` ends with the remedy. */
  | {
      readonly v: 1;
      readonly kind: 'refused';
      readonly id: string;
      readonly code: string;
      readonly message: string;
      readonly faults?: readonly Fault[];
    };

export type ReadAnswer =
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** Nobody has left one, or what stands there is about another request or no answer at all. */
  | { readonly kind: 'none' }
  /** A server newer than this client wrote it. */
  | { readonly kind: 'newer' };

/** Reads what stands in Redis, written by whomever: a text that is not this request's answer is none. */
export function readAnswer(text: string | null, id: string): ReadAnswer {
  const value = parsed(text);
  if (value === undefined || value.id !== id || typeof value.v !== 'number') return { kind: 'none' };
  if (value.v > 1) return { kind: 'newer' };
  const { kind, code, message, digest, view: shown } = value;
  const isWhole =
    (kind === 'pending' && typeof digest === 'string') ||
    (kind === 'resolved' && typeof shown === 'object' && shown !== null) ||
    (kind === 'refused' && typeof code === 'string' && typeof message === 'string');
  return isWhole ? { kind: 'answer', answer: value as unknown as Answer } : { kind: 'none' };
}

function parsed(text: string | null): { readonly [member: string]: unknown } | undefined {
  if (text === null || text === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as { readonly [member: string]: unknown }) : undefined;
  } catch {
    return undefined;
  }
}
