// What the table says of one refusal: whose move it is, what happened, and what to do about it.

/**
 * Whose move it is. *gone*: there is nothing by that name, for this caller. *forbidden*: not by whoever asks, or not here;
 * somebody else may. *unauthenticated*: whoever asks has not shown who they are. *conflict*: not as the request stands. *invalid*: what was sent must be corrected. *too_much*: later, and
 * less. *unavailable*: the very same again, in a moment.
 */
export type Category = 'gone' | 'forbidden' | 'unauthenticated' | 'conflict' | 'invalid' | 'too_much' | 'unavailable';

export type Row = {
  readonly category: Category;
  /** What happened, in one sentence that ends with a full stop. */
  readonly says: string;
  /** What whoever is told can do. Every text ends with it. */
  readonly remedy: string;
  /** What else is told after a colon: the refusal's detail, or the id or status of the request; or, in a sentence of its own, the most that there is. */
  readonly tells?: 'detail' | 'most' | 'id' | 'status';
};

/** Rows keep their codes as a type. */
export function rows<Code extends string>(
  table: { readonly [code in Code]: Row },
): {
  readonly [code in Code]: Row;
} {
  return table;
}
