// What is said around the card: a line in its thread for each vote and for the end, a direct message, a notice elsewhere.
import { noticeWords } from '../../../domain/obligations.ts';
import type { RequestRecord } from '../../../domain/record.ts';
import { fallbackText } from '../escape.ts';
import { shortened, shown } from '../visible.ts';
import { isEmergency, reviewBlocks } from './after-review.ts';
import { context, header, type KnownBlock, quote, richText, section, words } from './blocks.ts';
import { outcomeElements, outcomeSentence } from './outcome.ts';
import { type Mentions, voter } from './people.ts';
import { requester } from './requester.ts';
import { HEADER_BYTES, headline, STATUS_WORDS, subject } from './words.ts';

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
  const next =
    record.status === 'approved'
      ? [words('\nApproved is not done yet: the requester acts next.', { italic: true })]
      : [];
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

const NEXT_STEP: { readonly [status in RequestRecord['status']]: string } = {
  pending: 'Nothing to do for you yet.',
  approved: 'It may run now.',
  denied: 'It will not run. Talk to whoever denied it before you ask again.',
  expired: 'It will not run. Nobody said no: submit it again if it is still needed.',
  cancelled: 'It will not run.',
  failed: 'It will not run. Nobody said no: mend the cause and submit it again.',
};

/** The requester hears how it ended and what to do next. */
export function directMessage(record: RequestRecord, mentions: Mentions): Said {
  const title = `Your request: ${subject(record.submission)}`;
  return {
    text: fallbackText(
      `${STATUS_WORDS[record.status].word}: ${subject(record.submission)} · ${NEXT_STEP[record.status]}`,
    ),
    blocks: [
      richText(section(words(shown(title, 400).text, { bold: true }))),
      richText(section(...outcomeElements(record, mentions, REASON_BYTES))),
      richText(section(words(NEXT_STEP[record.status]))),
      context(record.id),
    ],
  };
}

/** Another channel is told, because policy obliges us to. Nothing is decided there: the one button closes a review. */
export function noticeMessage(record: RequestRecord, channel: string, mentions: Mentions): Said {
  const { review, submission } = record;
  const isLoud = isEmergency(record);
  const title = headline(record, 400);
  const loud = shortened(`🚨 Emergency · ${title}`, HEADER_BYTES);
  const isCut = isLoud && !loud.endsWith(title);
  const said = noticeWords(record.decision, channel);
  const reason = review !== undefined ? shown((submission.reason ?? '').trim(), REASON_BYTES, '\n').text : '';
  return {
    text: fallbackText(`${isLoud ? 'Emergency' : 'Notice'}: ${headline(record, 300)} · ${outcomeSentence(record)}`),
    blocks: [
      ...(isLoud ? [header(loud)] : []),
      ...(isLoud && !isCut ? [] : [richText(section(words(title, { bold: true })))]),
      ...(said === undefined ? [] : [richText(section(words(shown(said, REASON_BYTES).text)))]),
      richText(section(...outcomeElements(record, mentions))),
      richText(section(...requester(record, mentions).elements)),
      ...(reason === '' ? [] : [richText(section(words('Reason', { bold: true })), quote(words(reason)))]),
      ...reviewBlocks(record, mentions),
      context(record.id),
    ],
  };
}
