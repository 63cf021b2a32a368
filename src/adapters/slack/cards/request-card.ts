// The Slack message of a request: all that one needs to decide in seconds, small enough for every limit of Slack.
import { type Digest, digestOf } from '../../../domain/canonical.ts';
import { needsReason } from '../../../domain/floor.ts';
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
  plain,
  quote,
  type RichTextElement,
  richText,
  section,
  utc,
  words,
} from './blocks.ts';
import { cardValue } from './card-value.ts';
import { factLines } from './fact-lines.ts';
import { CLAIMED, type FactGroup, factGroups } from './facts.ts';
import { fateElements, outcomeElements, outcomeSentence } from './outcome.ts';
import { type Mentions, quiet } from './people.ts';
import { requester } from './requester.ts';
import { CARD_STAGES, ruleLines, stageLines } from './stages.ts';
import { isStandingOffered, standingButton } from './standing.ts';
import { canBeTakenBack, takeBackButton } from './take-back.ts';
import { EMERGENCY_DECLINED, headline, isSaidInFull, severityWords, subject } from './words.ts';

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
  const { above, below, isWhole } = content(record, mentions);
  const withButtons = (value: string) => [...above, ...decisionRow(record, isWhole, value), ...below];
  const hash = digestOf(withButtons(''));
  return { text: cardText(record), blocks: withButtons(cardValue(record.id, hash)), hash, isWhole };
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

/** What is decided, who asks and why come first, each once, and the buttons follow them; what explains it comes after. */
type Content = { readonly above: KnownBlock[]; readonly below: KnownBlock[]; readonly isWhole: boolean };

function content(record: RequestRecord, mentions: Mentions): Content {
  const { submission, status } = record;
  const who = requester(record, quiet(mentions));
  const facts = factLines(cardGroups(record), { bytes: BUDGET.facts, facts: BUDGET.mostFacts, lines: BUDGET.lines });
  const reason = shown((submission.reason ?? '').trim(), BUDGET.reason, LAYOUT, BUDGET.lines);
  const isWhole = who.isWhole && facts.isWhole && reason.isWhole;
  const unseen = who.unseen + facts.unseen + reason.unseen;
  const above: KnownBlock[] = [header(headline(record))];
  above.push(richText(section(...(isResolved(status) ? ended(record, mentions) : urgency(record)))));
  above.push(
    richText(section(...who.elements), ...(reason.text === '' ? [] : [quote(words(reason.text))])),
    ...facts.blocks,
  );
  const rules = ruleLines(record, CARD_STAGES);
  if (rules.length > 0) above.push(richText(section(...rules)));
  const notes = remarks(record, { isWhole, unseen, left: facts.left });
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

/** What the title says in full needs no line of its own. */
function cardGroups(record: RequestRecord): FactGroup[] {
  const { submission } = record;
  const isTitled = isSaidInFull(headline(record), submission);
  return factGroups(submission, BUDGET.mostFacts).flatMap((group): FactGroup[] => {
    const isFlowing = group.title === CLAIMED;
    if (group.title !== '' || !isTitled) return [{ ...group, isFlowing }];
    const facts = group.facts.filter(({ label }) => !TITLED.has(label));
    return facts.length === 0 ? [] : [{ ...group, facts }];
  });
}

const TITLED: ReadonlySet<string> = new Set(['Action', 'Resource', 'Environment']);

/** A text that could be taken for a number stands in quotes; people read them as part of the value. */
function hasQuotedText(blocks: readonly KnownBlock[]): boolean {
  return JSON.stringify(blocks).includes('"text":"\\"');
}

function urgency({ approval, expiresAt, submission }: RequestRecord) {
  const severity = approval?.severity;
  return [
    ...(submission.emergency === true ? [words(`🚨 ${EMERGENCY_DECLINED}`, { bold: true }), words('\n')] : []),
    ...(severity === undefined || severity === '' ? [] : [words(severityWords(severity)), words(' · ')]),
    moment(expiresAt, 'Decide by '),
  ];
}

/** How it ended and, where it was approved, what became of the approval. */
function ended(record: RequestRecord, mentions: Mentions) {
  const fate = fateElements(record);
  return [...outcomeElements(record, mentions), ...(fate.length === 0 ? [] : [words('\n'), ...fate])];
}

function policyWords({ decision, status }: RequestRecord): string {
  if (status !== 'pending') return '';
  const reasons = (decision?.reasons ?? []).filter(({ code }) => !code.startsWith('emergency_')); // said above
  const said = reasons.map(({ code, message }) => (message === undefined || message === '' ? code : message));
  return shown(said.join('; '), BUDGET.policy).text;
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
          `⚠ Too long for this card${left > 0 ? `: ${left} more ${left === 1 ? 'value is' : 'values are'} hidden` : ''}. ${mayDecide ? 'Open Review to read all of it and approve.' : 'Open Details to see more.'}`,
        ]),
    ...(isBlind(record)
      ? [
          '⚠ The requester hid values that policy wants shown, so nobody can approve this. They must submit it again with them.',
        ]
      : []),
    ...(record.status === 'pending' && record.trouble !== undefined ? [`⚠ ${record.trouble}`] : []),
    ...(record.status === 'pending' && !isAskedHere(record) ? ['This cannot be decided in Slack.'] : []),
  ];
}

function unseenNote(count: number): string {
  return `⚠ Contains ${count} hidden ${count === 1 ? 'character' : 'characters'}, shown as \\u…`;
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
  if (canBeTakenBack(record)) return [buttons(takeBackButton(value), details)];
  if (record.status !== 'pending' || !isAskedHere(record)) return [buttons(details)];
  const yes = isWhole
    ? button({
        label: 'Approve',
        click: 'approve',
        value,
        style: 'primary',
        spoken: spoken('Approve'),
        ...again(record),
      })
    : button({ label: 'Review…', click: 'review', value, spoken: spoken('Review') });
  const no = button({ label: 'Deny…', click: 'deny', value, style: 'danger', spoken: spoken('Deny') });
  if (isBlind(record)) return [buttons(...(isWhole ? [] : [yes]), no, details)];
  const more = isWhole && isStandingOffered(record) ? [standingButton(value)] : [];
  return [buttons(yes, ...more, no, details)];
}

/** One tap at night must not be all that production needs; where a form follows, that is the second look. */
function again(record: RequestRecord) {
  const { approval, submission } = record;
  const isGrave = GRAVE.has((approval?.severity ?? '').toLowerCase());
  if (!(approval?.confirm ?? isGrave) || needsReason(record, 'approve')) return {};
  const text = `${shortened(subject(submission), 150)}\nRequested by ${shortened(askerOf(submission), 80)}.`;
  return {
    confirm: { title: plain('Approve this?'), text: plain(text), confirm: plain('Approve'), deny: plain('Cancel') },
  };
}

const GRAVE: ReadonlySet<string> = new Set(['high', 'critical']);

function decidingElsewhere({ id, approval }: RequestRecord) {
  return approval?.surfaces?.includes('cli') === true
    ? [words('Approve in a terminal: '), words(`countersign approve ${id}`, { code: true })]
    : [words('Approve over the API: '), words(`POST /v1/requests/${id}/votes`, { code: true })];
}

function command(record: RequestRecord) {
  return words(`countersign show ${record.id}`, { code: true });
}

function footer({ id, digest, policy }: RequestRecord): string {
  const revision = policy?.revision === undefined ? '' : ` · policy ${shortened(policy.revision, 24)}`;
  return `${id} · ${digest.slice(0, 19)}…${revision}`;
}

function askerOf({ user, actor }: RequestRecord['submission']): string {
  return actor === undefined ? user.id : `${actor.id} for ${user.id}`;
}

function cardText(record: RequestRecord): string {
  const { submission, expiresAt, id } = record;
  const end = record.status === 'pending' ? `decide by ${utc(expiresAt)}` : outcomeSentence(record);
  // First, where nothing that was sent can stand.
  const hides = (submission.sensitive?.length ?? 0) > 0 ? '[The requester hides values] ' : '';
  return fallbackText(
    `${hides}${headline(record, 300)} · requested by ${shortened(askerOf(submission), 80)} · ${end} · ${id}`,
  );
}
