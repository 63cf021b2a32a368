// What a card says: all that one needs to decide in seconds, small enough for every limit of Slack.
import { reasonWords } from '../../../domain/decision.ts';
import { isResolved } from '../../../domain/lifecycle.ts';
import type { RequestRecord } from '../../../domain/record.ts';
import { shortened, shown } from '../../../domain/visible.ts';
import {
  context,
  header,
  type KnownBlock,
  moment,
  quote,
  type RichTextElement,
  richText,
  section,
  words,
} from './blocks.ts';
import { cardNotes } from './card-notes.ts';
import { isAskedHere } from './decidable.ts';
import { factLines } from './fact-lines.ts';
import { groupsBeside } from './facts.ts';
import { endElements } from './outcome.ts';
import { type Mentions, quiet } from './people.ts';
import { requester } from './requester.ts';
import { CARD_STAGES, ruleLines, stageLines } from './stages.ts';
import { EMERGENCY_DECLINED, headline, severityWords } from './words.ts';

/** Bytes of UTF-8. Together they stay below 3 KB: a click carries the whole message back to us within three seconds. */
const BUDGET = { facts: 800, mostFacts: 12, lines: 12, reason: 260, policy: 180 } as const;
const LAYOUT = '\n';

/** What is decided, who asks and why come first, each once, and the buttons follow them; what explains it comes after. */
type Content = { readonly above: KnownBlock[]; readonly below: KnownBlock[]; readonly isWhole: boolean };

export function content(record: RequestRecord, mentions: Mentions): Content {
  const { submission, status } = record;
  const who = requester(record, quiet(mentions));
  const facts = factLines(groupsBeside(submission, headline(record), BUDGET.mostFacts), {
    bytes: BUDGET.facts,
    facts: BUDGET.mostFacts,
    lines: BUDGET.lines,
  });
  const reason = shown((submission.reason ?? '').trim(), BUDGET.reason, LAYOUT, BUDGET.lines);
  const isWhole = who.isWhole && facts.isWhole && reason.isWhole;
  const unseen = who.unseen + facts.unseen + reason.unseen;
  const above: KnownBlock[] = [header(headline(record))];
  above.push(richText(section(...(isResolved(status) ? endElements(record, mentions) : urgency(record)))));
  above.push(
    richText(section(...who.elements), ...(reason.text === '' ? [] : [quote(words(reason.text))])),
    ...facts.blocks,
  );
  const rules = ruleLines(record, CARD_STAGES);
  if (rules.length > 0) above.push(richText(section(...rules)));
  const notes = cardNotes(record, { isWhole, unseen, left: facts.left });
  if (notes.length > 0) above.push(richText(section(words(notes.join('\n'), { italic: true }))));
  if (record.approval !== undefined && !isAskedHere(record) && status === 'pending') {
    above.push(richText(section(...decidingElsewhere(record))));
  }
  return { above, below: below(record, mentions, above), isWhole };
}

function below(record: RequestRecord, mentions: Mentions, above: readonly KnownBlock[]): KnownBlock[] {
  const stages = stageLines(record, mentions, CARD_STAGES);
  const because = policyWords(record);
  const lines = [
    ...stages,
    ...(because === '' ? [] : [words(`${stages.length > 0 ? '\n' : ''}Policy: ${because}`)]),
    ...channelCall(record),
  ];
  const small = [...(hasQuotedText(above) ? ['Values in "quotes" are text.'] : []), footer(record)];
  return [...(lines.length === 0 ? [] : [richText(section(...lines))]), context(small.join(' · '))];
}

/** Where policy calls everybody in the channel. */
function channelCall({ status, approval }: RequestRecord): RichTextElement[] {
  return status === 'pending' && approval?.notify === 'channel'
    ? [words('\n'), { type: 'broadcast', range: 'channel' }]
    : [];
}

/** A text that could be taken for a number stands in quotes; people read them as part of the value. */
function hasQuotedText(blocks: readonly KnownBlock[]): boolean {
  return JSON.stringify(blocks).includes('"text":"\\"');
}

/** How grave it is, and by when it must be decided. */
export function urgency({ approval, expiresAt, submission }: RequestRecord) {
  const severity = approval?.severity;
  return [
    ...(submission.emergency === true ? [words(`🚨 ${EMERGENCY_DECLINED}`, { bold: true }), words('\n')] : []),
    ...(severity === undefined || severity === '' ? [] : [words(severityWords(severity)), words(' · ')]),
    moment(expiresAt, 'Decide by '),
  ];
}

function policyWords({ decision, status }: RequestRecord): string {
  if (status !== 'pending') return '';
  const reasons = (decision?.reasons ?? []).filter(({ code }) => !code.startsWith('emergency_')); // said above
  return shown(reasonWords(reasons), BUDGET.policy).text;
}

function decidingElsewhere({ id, approval }: RequestRecord) {
  return approval?.surfaces?.includes('cli') === true
    ? [words('Approve in a terminal: '), words(`countersign approve ${id}`, { code: true })]
    : [words('Approve over the API: '), words(`POST /v1/requests/${id}/votes`, { code: true })];
}

function footer({ id, digest, policy }: RequestRecord): string {
  const revision = policy?.revision === undefined ? '' : ` · policy ${shortened(policy.revision, 24)}`;
  return `${id} · ${digest.slice(0, 19)}…${revision}`;
}
