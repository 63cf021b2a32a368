// Why: which rules spoke, what each answer counted for, what is still needed and who could give it, under which policy.
import { isAmong } from '../../../domain/audience.ts';
import type { RequestRecord } from '../../../domain/record.ts';
import { titleOf } from '../../../domain/requirement.ts';
import { shown } from '../../../domain/visible.ts';
import type { CountedVote } from '../../../domain/vote.ts';
import { header, type KnownBlock, moment, type RichTextElement, richText, section, words } from './blocks.ts';
import { bullets } from './help.ts';
import { endElements } from './outcome.ts';
import { type Mentions, voter } from './people.ts';
import { DETAILS_STAGES, ruleLines, stageLines } from './stages.ts';
import { type ModalView, modal } from './views.ts';
import { headline } from './words.ts';

export const WHY = 'Why?';

const MOST_RULES = 20;
const MOST_VOTES = 20;
const RULE_BYTES = 200;
const TITLE_BYTES = 44;

export function whyView(record: RequestRecord, mentions: Mentions): ModalView {
  return modal(WHY, whyBlocks(record, mentions));
}

export function whyBlocks(record: RequestRecord, mentions: Mentions): KnownBlock[] {
  const isPending = record.status === 'pending';
  const stages = stageLines(record, mentions, DETAILS_STAGES);
  const kept = ruleLines(record, DETAILS_STAGES);
  return [
    header(headline(record)),
    ...(isPending ? [] : [richText(section(...endElements(record, mentions)))]),
    ...titled('What policy says', ruleElements(record)),
    ...(stages.length === 0
      ? []
      : [
          richText(
            section(words(isPending ? 'What is needed' : 'What was needed', { bold: true }), words('\n'), ...stages),
          ),
        ]),
    ...(kept.length === 0 ? [] : [richText(section(words('What bears on it', { bold: true }), words('\n'), ...kept))]),
    ...titled('Answers so far', voteElements(record, mentions)),
    richText(section(...evidence(record))),
  ];
}

function titled(title: string, lines: readonly (readonly RichTextElement[])[]): KnownBlock[] {
  if (lines.length === 0) return [];
  return [richText(section(words(title, { bold: true }))), bullets(lines.map(line => section(...line)))];
}

/** Each rule that spoke, by what it says and where it stands. */
function ruleElements({ decision, trouble }: RequestRecord): RichTextElement[][] {
  if (decision === undefined) {
    const why = trouble === undefined ? '' : `: ${shown(trouble, RULE_BYTES).text}`;
    return [[words(`It has not answered yet${why}`)]];
  }
  const reasons = decision.reasons
    .slice(0, MOST_RULES)
    .map(({ code, message, rule }): RichTextElement[] => [
      words(named(message === undefined || message === '' ? code : message)),
      words(' · '),
      words(named(rule ?? code), { code: true }),
    ]);
  const left = decision.reasons.length - reasons.length;
  return [...reasons, ...(left > 0 ? [[words(`and ${left} more rules`)]] : [])];
}

function voteElements(record: RequestRecord, mentions: Mentions): RichTextElement[][] {
  const newest = record.votes.slice(-MOST_VOTES);
  return newest.map(vote => [
    words(vote.vote === 'approve' ? '✅ ' : '⛔ '),
    ...voter(vote, mentions),
    words(vote.vote === 'approve' ? ' approved · ' : ' denied · '),
    moment(vote.at),
    words(` · ${worth(record, vote)}`),
  ]);
}

/** What an answer counted for. */
function worth({ approval }: RequestRecord, { counted, code, vote, by }: CountedVote): string {
  if (!counted) return `not counted${code === undefined ? '' : ` (${shown(code, 40).text})`}`;
  if (vote === 'deny') return 'counts as a denial';
  const stages = (approval?.stages ?? []).filter(({ approvers }) => isAmong(approvers, by));
  const names = stages.map(stage => shown(titleOf(stage), TITLE_BYTES).text);
  return names.length === 0 ? 'counts' : `counts for ${names.join(' or ')}`;
}

function evidence({ policy, decision, digest, id }: RequestRecord): RichTextElement[] {
  const revision = named(policy?.revision ?? '');
  const asked =
    (policy?.decision_id ?? '') === ''
      ? []
      : [words('\nDecision  '), words(named(policy?.decision_id ?? ''), { code: true })];
  return [
    ...[words('Policy revision  '), words(revision, { code: true })],
    ...(decision === undefined ? [] : asked),
    ...[words('\nRequest  '), words(id, { code: true }), words('\nDigest  '), words(digest, { code: true })],
  ];
}

/** Slack takes no text that is empty. */
function named(text: string): string {
  return text === '' ? '–' : shown(text, RULE_BYTES).text;
}
