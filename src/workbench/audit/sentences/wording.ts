// How sentences of the audit are put together, whatever they tell of.
import type { EventName, EventOf } from '../../../domain/audit/events.ts';
import type { Reason } from '../../../domain/decision.ts';
import { codeFrom, whatHappened } from '../../../domain/refusal.ts';
import { identityLines, nameOf } from '../names.ts';

export type Sentence = {
  /** Whose doing it was, as they were known then. */
  readonly who: string;
  readonly what: string;
  readonly details: readonly string[];
};

/** What policies say of a rule, by its name. */
export type TitleOf = (rule: string) => string | undefined;

export type Teller<N extends EventName> = (event: EventOf<N>, titleOfRule: TitleOf) => Sentence;
export type Tellers<N extends EventName> = { readonly [M in N]: Teller<M> };

export const US = 'Countersign';
export const POLICY = 'policy';

export function byPerson(
  event: { evidence: EventOf<'voted'>['evidence'] },
  what: string,
  more: readonly string[] = [],
): Sentence {
  const { who, via } = event.evidence;
  return { who: nameOf(who) ?? 'somebody', what, details: [...more, ...identityLines(who, via)] };
}

export function by(who: string, what: string, ...details: (string | undefined)[]): Sentence {
  return { who, what, details: details.filter(line => line !== undefined) };
}

export function refusedWords(code: string, detail?: string): string {
  return `${whatHappened({ kind: 'refusal', code: codeFrom(code), ...(detail === undefined ? {} : { detail }) })} (${code})`;
}

export function said(text: string | undefined): string | undefined {
  return text === undefined ? undefined : `“${text}”`;
}

function reasonLine({ code, message, rule }: Reason, titleOfRule: TitleOf): string {
  const title = rule === undefined ? undefined : titleOfRule(rule);
  const named = rule === undefined ? '' : ` (rule ${rule}${title === undefined ? '' : `: ${title}`})`;
  return `${message ?? code}${named}`;
}

export const OUTCOME = {
  allow: 'allowed it',
  deny: 'denied it',
  require_approval: 'asked for people',
  error: 'gave no usable answer',
} as const;

export function answeredLines(
  { reasons, verdicts, evidence: { policy } }: Pick<EventOf<'decided'>, 'reasons' | 'verdicts' | 'evidence'>,
  titleOfRule: TitleOf,
): (string | undefined)[] {
  return [
    ...reasons.map(reason => reasonLine(reason, titleOfRule)),
    ...verdicts.map(({ by: account, counted, code }) =>
      counted
        ? `answer of ${account}: counts`
        : `answer of ${account}: does not count (${code ?? 'policy does not say why'})`,
    ),
    policy === undefined
      ? undefined
      : `policy ${policy.revision ?? 'without a revision'}, decision ${policy.decision_id ?? 'without an id'}`,
  ];
}
