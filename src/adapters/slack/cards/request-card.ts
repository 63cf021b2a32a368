// The Slack message of a request: all that one needs to decide in seconds, small enough for every limit of Slack.
import { type Digest, digestOf } from '../../../domain/canonical.ts';
import { mustBeShown } from '../../../domain/hidden.ts';
import { isResolved } from '../../../domain/lifecycle.ts';
import type { RequestRecord } from '../../../domain/record.ts';
import { fallbackText } from '../escape.ts';
import { shortened, shown } from '../visible.ts';
import {
  button,
  buttons,
  context,
  header,
  type KnownBlock,
  moment,
  quote,
  richText,
  section,
  utc,
  words,
} from './blocks.ts';
import { cardValue } from './card-value.ts';
import { factLines } from './fact-lines.ts';
import { factGroups } from './facts.ts';
import { outcomeElements, outcomeSentence } from './outcome.ts';
import type { Mentions } from './people.ts';
import { requester } from './requester.ts';
import { CARD_STAGES, stageLines } from './stages.ts';
import { isStandingOffered, standingButton } from './standing.ts';
import { headline, severityWords, subject } from './words.ts';

export type Card = {
  readonly text: string;
  readonly blocks: KnownBlock[];
  /** Of the blocks with no value in their buttons: what an approver was shown. */
  readonly hash: Digest;
  /** Everything that the requester sent stands on the card; otherwise there is no Approve on it. */
  readonly isWhole: boolean;
};

/** Bytes of UTF-8. Together they stay below 3 KB: a click carries the whole message back to us within three seconds. */
const BUDGET = { facts: 800, mostFacts: 12, lines: 12, reason: 260, policy: 180 } as const;
const LAYOUT = '\n';

/** Renders a record. The same record gives the same card, whoever renders it. */
export function requestCard(record: RequestRecord, mentions: Mentions): Card {
  const { blocks, isWhole } = content(record, mentions);
  const hash = digestOf([...blocks, ...decisionRow(record, isWhole, '')]);
  const value = cardValue(record.id, hash);
  return { text: cardText(record), blocks: [...blocks, ...decisionRow(record, isWhole, value)], hash, isWhole };
}

/** For when Slack refuses the card itself: nothing but the subject, and no Approve. */
export function minimalCard(record: RequestRecord): Card {
  const blocks: KnownBlock[] = [
    header(headline(record)),
    richText(section(words('Slack refused the full card. Open Details, or use the command line: '), command(record))),
    context(record.id),
  ];
  const hash = digestOf([...blocks, ...decisionRow(record, false, '')]);
  const row = decisionRow(record, false, cardValue(record.id, hash));
  return { text: cardText(record), blocks: [...blocks, ...row], hash, isWhole: false };
}

function content(record: RequestRecord, mentions: Mentions): { blocks: KnownBlock[]; isWhole: boolean } {
  const { submission, approval, status } = record;
  const who = requester(record, mentions);
  const facts = factLines(factGroups(submission, BUDGET.mostFacts), {
    bytes: BUDGET.facts,
    facts: BUDGET.mostFacts,
    lines: BUDGET.lines,
  });
  const reason = shown((submission.reason ?? '').trim(), BUDGET.reason, LAYOUT, BUDGET.lines);
  const isWhole = who.isWhole && facts.isWhole && reason.isWhole;
  const unseen = who.unseen + facts.unseen + reason.unseen;
  const stages = stageLines(record, mentions, CARD_STAGES);
  const blocks: KnownBlock[] = [header(headline(record))];
  blocks.push(richText(section(...(isResolved(status) ? outcomeElements(record, mentions) : urgency(record)))));
  blocks.push(richText(section(...who.elements)));
  if (reason.text !== '') blocks.push(richText(section(words('Reason', { bold: true })), quote(words(reason.text))));
  blocks.push(...facts.blocks);
  if (stages.length > 0) blocks.push(richText(section(...stages)));
  const because = policyWords(record);
  if (because !== '') blocks.push(richText(section(words('Policy  ', { bold: true }), words(because))));
  const notes = remarks(record, { isWhole, unseen, left: facts.left });
  if (notes.length > 0) blocks.push(richText(section(words(notes.join('\n'), { italic: true }))));
  if (approval !== undefined && !isAskedHere(record) && status === 'pending') {
    blocks.push(richText(section(...decidingElsewhere(record))));
  }
  return { blocks: [...blocks, context(footer(record))], isWhole };
}

function urgency({ approval, expiresAt, submission }: RequestRecord) {
  const severity = approval?.severity;
  return [
    ...(submission.emergency === true ? [words('🚨 Asked as an emergency', { bold: true }), words(' · ')] : []),
    ...(severity === undefined || severity === '' ? [] : [words(severityWords(severity)), words(' · ')]),
    words('⏳ decide before '),
    moment(expiresAt),
  ];
}

function policyWords({ decision, status }: RequestRecord): string {
  if (status !== 'pending') return '';
  const reasons = (decision?.reasons ?? []).map(({ code, message }) =>
    message === undefined || message === '' ? code : message,
  );
  return shown(reasons.join('; '), BUDGET.policy).text;
}

function remarks(
  record: RequestRecord,
  { isWhole, unseen, left }: { isWhole: boolean; unseen: number; left: number },
): string[] {
  const mayDecide = isApprovable(record);
  return [
    ...(unseen > 0 ? [unseenNote(unseen)] : []),
    ...(isWhole
      ? []
      : [
          `⚠ This card cannot show everything${left > 0 ? ` (${left} more values)` : ''}. ${mayDecide ? 'Approve is inside Review.' : 'Details shows more.'}`,
        ]),
    ...(isBlind(record)
      ? ['⚠ The requester hides what policy wants shown, so nobody can approve it. It must be asked again openly.']
      : []),
    ...(record.status === 'pending' && record.trouble !== undefined ? [`⚠ ${record.trouble}`] : []),
    ...(record.status === 'pending' && !isAskedHere(record) ? ['Policy does not let this be decided in Slack.'] : []),
  ];
}

function unseenNote(count: number): string {
  return count === 1
    ? '⚠ 1 invisible or control character is shown as a \\u escape.'
    : `⚠ ${count} invisible or control characters are shown as \\u escapes.`;
}

/** Whether anybody can approve it in Slack as it stands. */
export function isApprovable(record: RequestRecord): boolean {
  return record.status === 'pending' && isAskedHere(record) && !isBlind(record);
}

/** Whether values are hidden that policy wants approvers to see. */
function isBlind(record: RequestRecord): boolean {
  return record.status === 'pending' && mustBeShown(record).length > 0;
}

/** Whether policy lets people decide in Slack. */
export function isAskedHere({ approval }: RequestRecord): boolean {
  return approval !== undefined && (approval.surfaces === undefined || approval.surfaces.includes('slack'));
}

function decisionRow(record: RequestRecord, isWhole: boolean, value: string): KnownBlock[] {
  const spoken = (verb: string) => shortened(`${verb} ${subject(record.submission)}`, 75);
  const details = button({ label: 'Details', click: 'details', value, spoken: spoken('Details of') });
  if (record.status !== 'pending' || !isAskedHere(record)) return [buttons(details)];
  const yes = isWhole
    ? button({ label: 'Approve', click: 'approve', value, style: 'primary', spoken: spoken('Approve') })
    : button({ label: 'Review…', click: 'review', value, spoken: spoken('Review') });
  const no = button({ label: 'Deny…', click: 'deny', value, style: 'danger', spoken: spoken('Deny') });
  if (isBlind(record)) return [buttons(...(isWhole ? [] : [yes]), no, details)];
  const more = isWhole && isStandingOffered(record) ? [standingButton(value)] : [];
  return [buttons(yes, ...more, no, details)];
}

function decidingElsewhere({ id, approval }: RequestRecord) {
  return approval?.surfaces?.includes('cli') === true
    ? [words('Approve on the command line: '), words(`countersign approve ${id}`, { code: true })]
    : [words('Approve over the API: '), words(`POST /v1/requests/${id}/votes`, { code: true })];
}

function command(record: RequestRecord) {
  return words(`countersign show ${record.id}`, { code: true });
}

function footer({ id, digest, policy }: RequestRecord): string {
  const revision = policy?.revision === undefined ? '' : ` · policy ${shortened(policy.revision, 24)}`;
  return `${id} · ${digest.slice(0, 19)}…${revision}`;
}

function cardText(record: RequestRecord): string {
  const { submission, expiresAt, id } = record;
  const asker =
    submission.actor === undefined ? submission.user.id : `${submission.actor.id} for ${submission.user.id}`;
  const end =
    record.status === 'pending'
      ? `decide before ${utc(expiresAt)}`
      : outcomeSentence(record).replace('Already', 'It was');
  // First, where nothing that was sent can stand.
  const hides = (submission.sensitive?.length ?? 0) > 0 ? '[The requester hides values] ' : '';
  return fallbackText(`${hides}${headline(record, 300)} · asked by ${shortened(asker, 80)} · ${end} · ${id}`);
}
