// The review that policy leaves open afterwards: asked for with a button, closed in a modal, then told by the same messages.
import type { RequestRecord } from '../../../domain/record.ts';
import { type Refusal, refusalSentence } from '../../../domain/refusal.ts';
import { shown } from '../../../domain/visible.ts';
import { fallbackText } from '../escape.ts';
import {
  button,
  buttons,
  context,
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
import { detailsBlocks } from './details.ts';
import { approver, doer, type Mentions, quiet, several } from './people.ts';
import { requester } from './requester.ts';
import { type ModalView, modal, reasonInput } from './views.ts';
import { closing, isEmergency, subject } from './words.ts';

export const CLOSE_REVIEW = 'close_review';
export const CLOSE_REVIEW_TITLE = 'Close review';

const NOTE_BYTES = 1_200;
const NOTE_IN_A_SENTENCE = 120;
const MOST_REVIEWERS = 12;

/** Who must review it by when, and the button for it; or who did, when, and what they found. */
export function reviewBlocks(record: RequestRecord, mentions: Mentions, isLate = false): KnownBlock[] {
  const { id, review } = record;
  if (review === undefined) return [];
  if (review.closed !== undefined) return closedBlocks(review.closed, mentions);
  const who = reviewers(record, mentions);
  const what = `${who.length === 0 ? 'Someone' : ': someone'} not involved must review it`;
  const by = isLate ? [words('.')] : [words(' '), moment(review.dueAt, 'by '), words('.')];
  return [
    richText(section(...who, words(what), ...by)),
    buttons(closeButton(record)),
    context(`In a terminal: ${closing(id)}`),
  ];
}

/** The reminder, once the time for the review is over: it says of what, since it may stand far below the notice. */
export function reviewReminder(record: RequestRecord, mentions: Mentions): { text: string; blocks: KnownBlock[] } {
  const { id, review, submission } = record;
  const isOpen = review?.closed === undefined;
  const title = `This ${isEmergency(record) ? 'emergency ' : ''}has ${isOpen ? 'not been' : 'been'} reviewed`;
  const alarm = isEmergency(record) ? '🚨' : '🔔';
  const about = shown(subject(submission), 400).text;
  const due = review === undefined || !isOpen ? [] : [words(' · '), moment(review.dueAt, 'due since ')];
  return {
    text: fallbackText(`${title}: ${about}`),
    blocks: [
      richText(section(words(`${isOpen ? alarm : '🔎'} `), words(title, { bold: true }), words(` · ${about}`), ...due)),
      richText(section(...requester(record, quiet(mentions)).elements)),
      ...reviewBlocks(record, mentions, true),
      ...(isOpen ? [] : [context(id)]),
    ],
  };
}

/** What happened, in full, and the note that closes the review. */
export function closeReviewView(record: RequestRecord, mentions: Mentions): ModalView {
  if (record.review?.closed !== undefined) return modal(CLOSE_REVIEW_TITLE, reviewBlocks(record, mentions));
  const [headline, ...rest] = detailsBlocks(record, mentions);
  const asks = reasonInput('What did your review find?', true);
  return {
    ...modal(CLOSE_REVIEW_TITLE, [...(headline === undefined ? [] : [headline]), asks, ...rest]),
    close: plain('Cancel'),
    submit: plain(CLOSE_REVIEW_TITLE),
    callback_id: CLOSE_REVIEW,
    private_metadata: record.id,
  };
}

/** Why somebody cannot close it, in words for a place without blocks. */
export function reviewRefusalText(refusal: Refusal): string {
  const { code, record } = refusal;
  const closed = record?.review?.closed;
  if (code !== 'already_reviewed' || closed === undefined) return refusalSentence(refusal);
  const note = shown(closed.note.trim(), NOTE_IN_A_SENTENCE).text;
  return `Already reviewed by ${shown(closed.by, 40).text} at ${utc(closed.at)}: ${note}`;
}

export function reviewRefusalNote(refusal: Refusal, mentions: Mentions): { text: string; blocks: KnownBlock[] } {
  const closed = refusal.code === 'already_reviewed' ? refusal.record?.review?.closed : undefined;
  const sentence = reviewRefusalText(refusal);
  const blocks = closed === undefined ? [richText(section(words(sentence)))] : closedBlocks(closed, mentions);
  return { text: fallbackText(sentence), blocks };
}

type Closed = NonNullable<NonNullable<RequestRecord['review']>['closed']>;

/** "🔎 Reviewed by @carol · 24 Nov 14:02", and the note below it. */
function closedBlocks({ by, at, note, surface }: Closed, mentions: Mentions): KnownBlock[] {
  const way = surface === 'slack' ? [] : [words(` (by ${surface.toUpperCase()})`)];
  const who = [words('🔎 '), words('Reviewed', { bold: true }), words(' by '), doer(by, mentions), ...way];
  const said = shown(note.trim(), NOTE_BYTES, '\n').text;
  return [richText(section(...who, words(' · '), moment(at)), quote(words(said === '' ? '–' : said)))];
}

function closeButton({ id, submission }: RequestRecord) {
  const spoken = shown(`Close the review of ${subject(submission)}`, 75).text;
  return button({ label: 'Close review…', click: CLOSE_REVIEW, value: id, style: 'primary', spoken });
}

function reviewers({ review }: RequestRecord, mentions: Mentions): RichTextElement[] {
  const listed = review?.reviewers ?? [];
  return several(
    listed.map(one => approver(one, mentions)),
    MOST_REVIEWERS,
  );
}
