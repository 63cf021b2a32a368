// Lines below the card for what happened without anybody's click: the clock reminds, more are asked, policy changed.
import type { Remark } from '../../../domain/effect.ts';
import type { RequestRecord } from '../../../domain/record.ts';
import { wishOf } from '../../../domain/vote.ts';
import { fallbackText } from '../escape.ts';
import { shown } from '../visible.ts';
import { reviewReminder } from './after-review.ts';
import { button, buttons, moment, type RichTextElement, richText, section, words } from './blocks.ts';
import type { Said } from './lines.ts';
import { approver, type Mentions, person, several } from './people.ts';
import { subject } from './words.ts';

const ASKED = 12;
const WORDS_BYTES = 600;

/** Undefined where the record has moved on and the line would say what is no longer so. */
export function remarkLine(record: RequestRecord, says: Remark, mentions: Mentions): Said | undefined {
  if (says === 'review_due') {
    return record.review?.closed === undefined ? reviewReminder(record, mentions) : undefined;
  }
  const remark = remarks[says](record, mentions);
  if (remark === undefined) return undefined;
  const text = fallbackText(`${remark.title}: ${subject(record.submission)}`);
  const elements = [words(`${remark.icon} `), words(remark.title, { bold: true }), ...remark.elements];
  const undo =
    says === 'standing_granted' && record.gaveStanding !== undefined ? [revoking(record.gaveStanding.id)] : [];
  return { text, blocks: [richText(section(...elements)), ...undo] };
}

function revoking(value: string) {
  return buttons(button({ label: 'Revoke', click: 'revoke_standing', value, style: 'danger' }));
}

type Line = { readonly icon: string; readonly title: string; readonly elements: readonly RichTextElement[] };

const remarks: {
  readonly [says in Exclude<Remark, 'review_due'>]: (record: RequestRecord, mentions: Mentions) => Line | undefined;
} = {
  reminder: (record, mentions) => {
    if (record.status !== 'pending') return undefined;
    const until = [words(' · still time until '), moment(record.expiresAt)];
    return { icon: '🔔', title: 'Still waiting', elements: [...awaited(record, mentions), ...until] };
  },
  escalated: (record, mentions) => {
    if (record.status !== 'pending') return undefined;
    return { icon: '⏫', title: 'Escalated', elements: awaited(record, mentions) };
  },
  policy_changed: ({ policyChange }) =>
    policyChange === undefined
      ? undefined
      : { icon: '📜', title: 'Policy changed', elements: [words(`: ${shown(policyChange.words, WORDS_BYTES).text}`)] },
  review_closed: ({ review }, mentions) => {
    if (review?.closed === undefined) return undefined;
    const { by, note } = review.closed;
    const said = [words(' by '), ...person(by, mentions), words(' · '), words(shown(note, WORDS_BYTES, '\n').text)];
    return { icon: '🔎', title: 'Reviewed', elements: said };
  },
  redeemed: ({ service }) => ({
    icon: '▶️',
    title: 'Redeemed',
    elements: [words(` by ${shown(service.id, 60).text} · policy was asked again and still allows it`)],
  }),
  revoked: ({ revoked, uses }, mentions) => {
    if (revoked === undefined) return undefined;
    const { by, reason } = revoked;
    const whose = by.startsWith('service:') ? [words(shown(by.slice(8), 60).text)] : person(by, mentions);
    const why =
      reason === undefined ? [] : [words(' · '), words(shown(reason, WORDS_BYTES, '\n').text, { italic: true })];
    // Whoever took it back in alarm must know that something was done before.
    const late = uses === 0 ? [] : [words(' · '), words('it had been used already', { bold: true })];
    return { icon: '🚫', title: 'Taken back', elements: [words(' by '), ...whose, ...late, ...why] };
  },
  standing_granted: ({ gaveStanding, submission, votes }, mentions) => {
    if (gaveStanding === undefined || gaveStanding.revoked !== undefined) return undefined;
    const { by, expiresAt, maxUses } = gaveStanding;
    const times = maxUses === 1 ? 'once more' : `${maxUses} times more`;
    const givers = votes.filter(vote => vote.counted && wishOf(vote) !== undefined).map(vote => vote.by.user);
    const people = several(
      (givers.length > 0 ? givers : [by]).map(giver => person(giver, mentions)),
      ASKED,
    );
    const elements = [
      ...[words(' by '), ...people, words(': this passes '), words(times, { bold: true })],
      ...[words(' for '), ...person(submission.user.id, mentions), words(' until '), moment(expiresAt)],
    ];
    return { icon: '🔁', title: 'Standing approval', elements };
  },
  standing_not_granted: ({ gaveStanding }) =>
    gaveStanding === undefined
      ? {
          icon: '🔁',
          title: 'No standing approval',
          elements: [words(': everybody whose approval counted must wish one. This request alone was approved.')],
        }
      : undefined,
  standing_revoked: ({ gaveStanding }, mentions) =>
    gaveStanding?.revoked === undefined
      ? undefined
      : {
          icon: '⏹',
          title: 'Standing approval revoked',
          elements: [words(' by '), ...person(gaveStanding.revoked.by, mentions)],
        },
};

/** Whose answer is missing: everybody whom an open stage names. */
function awaited(record: RequestRecord, mentions: Mentions): RichTextElement[] {
  const open = (record.approval?.stages ?? []).filter(({ have, quorum, open = true }) => open && have < quorum);
  const named = new Map(open.flatMap(({ approvers }) => approvers).map(asked => [`${asked.type} ${asked.id}`, asked]));
  if (named.size === 0) return [];
  const people = [...named.values()].map(asked => approver(asked, mentions));
  return [words(' · waiting for '), ...several(people, ASKED)];
}
