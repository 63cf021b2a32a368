// The Slack message of a request: its content, and the buttons that can be pressed as it stands.
import { type Digest, digestOf } from '../../../domain/canonical.ts';
import type { RequestRecord } from '../../../domain/record.ts';
import { shortened } from '../../../domain/visible.ts';
import { rowOf } from '../buttons.ts';
import { fallbackText } from '../escape.ts';
import { buttons, context, header, type KnownBlock, richText, section, utc, words } from './blocks.ts';
import { content } from './card-content.ts';
import { cardValue } from './card-value.ts';
import { outcomeSentence } from './outcome.ts';
import type { Mentions } from './people.ts';
import { askerOf, headline } from './words.ts';

export type Card = {
  readonly text: string;
  readonly blocks: KnownBlock[];
  /** Of the blocks with no value in their buttons: what an approver was shown. */
  readonly hash: Digest;
  /** Everything that the requester sent stands on the card; otherwise there is no Approve on it. */
  readonly isWhole: boolean;
};

/** Renders a record. The same record gives the same card, whoever renders it. */
export function requestCard(record: RequestRecord, mentions: Mentions): Card {
  const { above, below, isWhole } = content(record, mentions);
  const withButtons = (value: string) => [...above, buttons(...rowOf(record, isWhole, value)), ...below];
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
  const hash = digestOf([...blocks, buttons(...rowOf(record, false, ''))]);
  const row = buttons(...rowOf(record, false, cardValue(record.id, hash)));
  return { text: cardText(record), blocks: [...blocks, row], hash, isWhole: false };
}

function command(record: RequestRecord) {
  return words(`countersign show ${record.id}`, { code: true });
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
