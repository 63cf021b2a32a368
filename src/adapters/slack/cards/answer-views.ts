// The modals in which people give their reason: Deny always, Approve where policy wants words with it.
import { needsReason } from '../../../domain/floor.ts';
import type { RequestRecord } from '../../../domain/record.ts';
import { shortened, shown } from '../../../domain/visible.ts';
import { context, type KnownBlock, quote, richText, section, words } from './blocks.ts';
import type { CardValue } from './card-value.ts';
import { factLines } from './fact-lines.ts';
import { factGroups } from './facts.ts';
import { endElements } from './outcome.ts';
import { type Mentions, quiet } from './people.ts';
import { requester } from './requester.ts';
import { type ModalView, modal, reasonInput } from './views.ts';
import { headline, subject } from './words.ts';

const TITLES = { approve: 'Approve request', deny: 'Deny request' } as const;

export function denyView(record: RequestRecord, about: CardValue, mentions: Mentions): ModalView {
  return answerView(record, about, mentions, 'deny');
}

export function approveView(record: RequestRecord, about: CardValue, mentions: Mentions): ModalView {
  return answerView(record, about, mentions, 'approve');
}

function answerView(record: RequestRecord, about: CardValue, mentions: Mentions, vote: 'approve' | 'deny'): ModalView {
  const what = summary(record, mentions);
  if (record.status !== 'pending') return modal(TITLES[vote], [...what, footer(record)]);
  const isRequired = needsReason(record, vote);
  const label = whyLabel(record, vote);
  const submit = vote === 'deny' ? 'Deny' : 'Approve';
  return modal(TITLES[vote], [...what, reasonInput(label, isRequired), footer(record)], { name: vote, submit, about });
}

/** Who will read the answer, before it is written. */
export function whyLabel({ submission }: RequestRecord, vote: 'approve' | 'deny'): string {
  const verb = vote === 'deny' ? 'denying' : 'approving';
  return `Why are you ${verb} this? ${shortened(submission.user.id, 60)} will see your answer.`;
}

/** Which request it is, for whoever looks it up; below what is decided. */
export function footer({ id, digest }: RequestRecord): KnownBlock {
  return context(`${id} · ${digest.slice(0, 19)}…`);
}

/** What is being answered: the subject, who asks and why, and its values. */
export function summary(record: RequestRecord, mentions: Mentions): KnownBlock[] {
  const ended = record.status === 'pending' ? [] : [richText(section(...endElements(record, mentions)))];
  return [
    richText(
      section(
        words(shortened(record.status === 'pending' ? subject(record.submission) : headline(record, 400), 400), {
          bold: true,
        }),
      ),
    ),
    ...ended,
    richText(section(...requester(record, quiet(mentions)).elements), ...why(record)),
    ...valueBlocks(record),
  ];
}

function why({ submission }: RequestRecord) {
  const reason = shown((submission.reason ?? '').trim(), REASON_BYTES, '\n', REASON_LINES).text;
  return reason === '' ? [] : [quote(words(reason))];
}

/** The parameters in short, so that nobody answers to a title alone; the card has them in full. */
function valueBlocks({ submission }: RequestRecord): readonly KnownBlock[] {
  const groups = factGroups(submission, VALUES.facts).filter(({ title }) => title !== '');
  return factLines(groups, VALUES).blocks;
}

const REASON_BYTES = 300;
const REASON_LINES = 6;
const VALUES = { bytes: 900, facts: 12, lines: 6 } as const;
