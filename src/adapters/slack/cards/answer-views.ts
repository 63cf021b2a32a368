// The modals in which people give their reason: Deny always, Approve where policy wants words with it.
import { needsReason } from '../../../domain/floor.ts';
import type { RequestRecord } from '../../../domain/record.ts';
import { shortened } from '../visible.ts';
import { context, type KnownBlock, richText, section, words } from './blocks.ts';
import type { CardValue } from './card-value.ts';
import { outcomeElements } from './outcome.ts';
import type { Mentions } from './people.ts';
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
  if (record.status !== 'pending') return modal(TITLES[vote], what);
  const isRequired = needsReason(record, vote);
  const label = vote === 'deny' ? 'Why do you deny it?' : 'Why do you approve it?';
  const submit = vote === 'deny' ? 'Deny' : 'Approve';
  return modal(TITLES[vote], [...what, reasonInput(label, isRequired)], { name: vote, submit, about });
}

/** What is being answered, in three lines. */
export function summary(record: RequestRecord, mentions: Mentions): KnownBlock[] {
  const ended = record.status === 'pending' ? [] : [richText(section(...outcomeElements(record, mentions)))];
  return [
    richText(
      section(
        words(shortened(record.status === 'pending' ? subject(record.submission) : headline(record, 400), 400), {
          bold: true,
        }),
      ),
    ),
    ...ended,
    richText(section(...requester(record, mentions).elements)),
    context(`${record.id} · ${record.digest.slice(0, 19)}…`),
  ];
}
