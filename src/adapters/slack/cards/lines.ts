// What is said around the card: a line in its thread for each vote and for the end, a direct message, a notice elsewhere.
import { grantTerms } from '../../../domain/grant.ts';
import { noticeWords } from '../../../domain/obligations.ts';
import { type RequestRecord, timestamp } from '../../../domain/record.ts';
import { shortened, shown } from '../../../domain/visible.ts';
import { fallbackText } from '../escape.ts';
import { reviewBlocks } from './after-review.ts';
import {
  context,
  header,
  type KnownBlock,
  moment,
  quote,
  type RichTextElement,
  richText,
  section,
  utc,
  words,
} from './blocks.ts';
import { endElements, outcomeElements, outcomeSentence } from './outcome.ts';
import { type Mentions, quiet, voter } from './people.ts';
import { requester } from './requester.ts';
import { EMERGENCY_DECLINED, HEADER_BYTES, headline, isEmergency, STATUS_WORDS, subject } from './words.ts';

export type Said = { readonly text: string; readonly blocks: KnownBlock[] };

const REASON_BYTES = 1_200;
const PROGRESS_BYTES = 300;

/** "@bob approved · 1 of 2 · looks right". Undefined when there is no such vote. */
export function voteLine(
  record: RequestRecord,
  position: number,
  progress: string | undefined,
  mentions: Mentions,
): Said | undefined {
  const vote = record.votes[position];
  if (vote === undefined) return undefined;
  const isYes = vote.vote === 'approve';
  const reason = shown((vote.reason ?? '').trim(), REASON_BYTES, '\n').text;
  const elements = [
    words(isYes ? '✅ ' : '⛔ '),
    ...voter(vote, mentions),
    words(isYes ? ' approved' : ' denied'),
    ...(progress === undefined ? [] : [words(` · ${shown(progress, PROGRESS_BYTES).text}`)]),
    ...(reason === '' ? [] : [words(' · '), words(reason, { italic: true })]),
  ];
  const said = `${shortened(vote.by.user, 60)} ${isYes ? 'approved' : 'denied'}: ${subject(record.submission)}`;
  return { text: fallbackText(said), blocks: [richText(section(...elements))] };
}

/** How it ended, below the card. */
export function outcomeLine(record: RequestRecord, mentions: Mentions): Said {
  const next = record.status === 'approved' ? [words('\nThe requester acts next.', { italic: true })] : [];
  return {
    text: fallbackText(`${headline(record, 300)} · ${outcomeSentence(record)}`),
    blocks: [richText(section(...outcomeElements(record, mentions, REASON_BYTES), ...next))],
  };
}

/** What a second card says that cannot be taken away: nobody answers here any more. */
export function copySaid({ submission }: RequestRecord): Said {
  const said = `This was posted twice. Answer the other card: ${subject(submission)}`;
  return { text: fallbackText(said), blocks: [richText(section(words(shown(said, 400).text, { italic: true })))] };
}

/** What the requester can do next; for an approval, until when. */
function nextStep(record: RequestRecord): RichTextElement[] {
  switch (record.status) {
    case 'approved': {
      const terms = grantTerms(record);
      const until = terms === undefined ? [] : [words(', '), moment(timestamp(terms.untilMs), 'until ')];
      return [words('You can run it now'), ...until, words('.')];
    }
    case 'denied':
      return [words('It was not run. Talk to whoever denied it before you ask again.')];
    case 'expired':
      return [words('It was not run. No one denied it; submit it again if you still need it.')];
    case 'failed':
      return [words('It was not run. No one denied it; fix the cause and submit it again.')];
    case 'cancelled':
      return [words('It was not run.')];
    case 'pending':
      return [words('Nothing to do for you yet.')];
    default:
      return record.status satisfies never;
  }
}

function plainly(elements: readonly RichTextElement[]): string {
  const of = (element: RichTextElement) =>
    element.type === 'text' ? element.text : element.type === 'date' ? (element.fallback ?? '') : '';
  return elements.map(of).join('');
}

/** The requester hears how it ended and what to do next; also whether policy granted the emergency. */
export function directMessage(record: RequestRecord, mentions: Mentions): Said {
  const title = `Your request: ${subject(record.submission)}`;
  const next = nextStep(record);
  return {
    text: fallbackText(`${STATUS_WORDS[record.status].word}: ${subject(record.submission)} · ${plainly(next)}`),
    blocks: [
      richText(section(words(shown(title, 400).text, { bold: true }))),
      richText(section(...outcomeElements(record, mentions, REASON_BYTES))),
      ...(wasDeclined(record) ? [richText(section(words(`🚨 ${EMERGENCY_DECLINED}.`)))] : []),
      richText(section(...next)),
      context(record.id),
    ],
  };
}

function wasDeclined({ submission, approval }: RequestRecord): boolean {
  return submission.emergency === true && approval !== undefined;
}

/** Somebody whose approval is awaited hears of it alone, and where the card is. Nothing is decided here. */
export function callMessage(record: RequestRecord, link: string | undefined): Said {
  const title = `Your approval is needed: ${subject(record.submission)}`;
  const card: RichTextElement[] =
    link === undefined
      ? [words('Open the card in the approvals channel.')]
      : [{ type: 'link', url: link, text: 'Open the card' }];
  return {
    text: fallbackText(`${title} · decide by ${utc(record.expiresAt)}`),
    blocks: [
      richText(section(words(shown(title, 400).text, { bold: true }))),
      richText(section(moment(record.expiresAt, 'Decide by '), words('. '), ...card)),
      context(record.id),
    ],
  };
}

/** Another channel is told, because policy obliges us to. Nothing is decided there: the one button closes a review. */
export function noticeMessage(record: RequestRecord, channel: string, mentions: Mentions): Said {
  const isLoud = isEmergency(record);
  const title = isLoud ? `🚨 Emergency: ${subject(record.submission)}` : headline(record, 400);
  const first = shortened(title, HEADER_BYTES);
  const said = noticeWords(record.decision, channel);
  const { review, submission } = record;
  const reason = review !== undefined ? shown((submission.reason ?? '').trim(), REASON_BYTES, '\n').text : '';
  const whole = isLoud && first === title ? [] : [richText(section(words(shortened(title, 400), { bold: true })))];
  return {
    text: fallbackText(isLoud ? `${title} · no one approved it` : `Notice: ${title} · ${outcomeSentence(record)}`),
    blocks: [
      ...(isLoud ? [header(first)] : []),
      ...whole,
      ...(said === undefined ? [] : [richText(section(words(shown(said, REASON_BYTES).text)))]),
      richText(section(...endElements(record, mentions))),
      richText(
        section(...requester(record, quiet(mentions)).elements),
        ...(reason === '' ? [] : [quote(words(reason))]),
      ),
      ...reviewBlocks(record, mentions),
      ...(review !== undefined && review.closed === undefined ? [] : [context(record.id)]),
    ],
  };
}
