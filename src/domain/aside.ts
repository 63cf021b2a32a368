// Asides: what people say about a request that is no answer to it. They stand below the card and in the audit, and count for nothing.

export type Aside = {
  /** The person, or the account where it is nobody's. */
  readonly by: string;
  /** RFC 3339. */
  readonly at: string;
} & (
  | { readonly kind: 'question'; readonly text: string }
  /** `to` is whom they would rather have decide. */
  | { readonly kind: 'handover'; readonly to: string; readonly text?: string }
  /** Whoever asked reminds the approvers. */
  | { readonly kind: 'nudge' }
);

/** So many may be said of one request. */
export const MOST_ASIDES = 20;
/** In characters. */
export const LONGEST_ASIDE = 1_000;
/** Whoever asked may remind so often, and not sooner again. */
export const MOST_NUDGES = 3;
export const NUDGE_EVERY_MS = 15 * 60_000;
