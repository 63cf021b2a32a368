// Refusals: answers, not failures. Each has a code, and one sentence, whoever shows it (refusals/table.ts).
import type { RequestRecord } from './record.ts';
import type { Row } from './refusals/row.ts';
import { isRefusalCode, REFUSALS, type RefusalCode } from './refusals/table.ts';

export type { RefusalCode } from './refusals/table.ts';

/** A code of policy's own, from its verdict on a vote: its words are policy's. */
export type PolicyCode = { readonly policy: string };

export type Refusal = {
  readonly kind: 'refusal';
  readonly code: RefusalCode | PolicyCode;
  /** The record it was judged by: the loser of a race hears from it who won. */
  readonly record?: RequestRecord;
  /** What policy or the platform said beyond the code. */
  readonly detail?: string;
};

export function refuse(code: Refusal['code'], record?: RequestRecord, detail?: string): Refusal {
  return {
    kind: 'refusal',
    code,
    ...(record === undefined ? {} : { record }),
    ...(detail === undefined ? {} : { detail }),
  };
}

/** A code as one word, as it is written down and sent. */
export function wordOf({ code }: Pick<Refusal, 'code'>): string {
  return typeof code === 'string' ? code : code.policy;
}

/** The code that a word stands for; one that the table does not know is policy's own. */
export function codeFrom(word: string): Refusal['code'] {
  return isRefusalCode(word) ? word : { policy: word };
}

export function rowOf({ code }: Pick<Refusal, 'code'>): Row {
  return typeof code === 'string' ? REFUSALS[code] : byPolicy(code);
}

/** Whoever is refused is told all of it, wherever they are. It ends with the remedy. */
export function refusalSentence(refusal: Refusal): string {
  return `${whatHappened(refusal)} ${remedyOf(refusal)}`;
}

/** What happened, with what is known of this case. */
export function whatHappened(refusal: Refusal): string {
  const { says, tells } = rowOf(refusal);
  const more = tells === undefined ? undefined : factOf(refusal, tells);
  if (tells === 'most' && more !== undefined) return `${says} The most is ${more}.`;
  return more === undefined ? says : `${says.replace(/\.$/, '')}: ${more.replace(/[.\s]+$/, '')}.`;
}

function factOf({ detail, record }: Refusal, tells: NonNullable<Row['tells']>): string | undefined {
  if (tells === 'detail' || tells === 'most') return detail;
  return record === undefined ? undefined : `it is ${record[tells]}`;
}

export function remedyOf({ code, detail }: Refusal): string {
  const { remedy } = rowOf({ code });
  return code === 'not_eligible' && detail === NOBODYS ? `${remedy} ${LINK_IT}` : remedy;
}

/** Beyond `not_eligible`: the account is nobody's, so whoever has it may well be an approver under their own name. */
export const NOBODYS = 'the account is nobody’s';
const LINK_IT = "This account isn't linked to anyone: if you are an approver, link it (countersign link).";

const MOST_CODE_CHARS = 100;

/** Unknown to us: shown as it is. */
function byPolicy({ policy }: PolicyCode): Row {
  const says = `Policy did not count this answer (${policy.slice(0, MOST_CODE_CHARS)}).`;
  return { category: 'forbidden', says, remedy: 'Ask whoever owns the policy what it asks for.' };
}
