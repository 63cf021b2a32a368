// Lines below the card for what happened without anybody's click: the clock reminds, more are asked, policy changed.
import type { Remark } from '../../../domain/effect.ts';
import { grantTerms } from '../../../domain/grant.ts';
import { type RequestRecord, timestamp } from '../../../domain/record.ts';
import { codeFrom, refuse, whatHappened } from '../../../domain/refusal.ts';
import { shown } from '../../../domain/visible.ts';
import { wishOf } from '../../../domain/vote.ts';
import { fallbackText } from '../escape.ts';
import { reviewReminder } from './after-review.ts';
import { button, buttons, moment, type RichTextElement, richText, section, words } from './blocks.ts';
import type { Said } from './lines.ts';
import { doer, type Mentions, named, several } from './people.ts';
import { awaitedByAll } from './stages.ts';
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
    const until = [words('. '), moment(record.expiresAt, 'Expires '), words('.')];
    return { icon: '🔔', title: 'Still waiting', elements: [...waiting(record, mentions, ' for '), ...until] };
  },
  escalated: (record, mentions) => {
    if (record.status !== 'pending') return undefined;
    const since = [words(': '), moment(record.submittedAt, 'no one has decided since ')];
    return { icon: '⏫', title: 'Escalated', elements: [...since, ...waiting(record, mentions, '. Waiting for ')] };
  },
  called: (record, mentions) => {
    const people = waiting(record, mentions, ' ');
    return people.length === 0 ? undefined : { icon: '🔔', title: 'Now waiting for', elements: people };
  },
  policy_changed: ({ policyChange }) =>
    policyChange === undefined
      ? undefined
      : { icon: '📜', title: 'Policy changed', elements: [words(`: ${shown(policyChange.words, WORDS_BYTES).text}`)] },
  review_closed: ({ review }, mentions) => {
    if (review?.closed === undefined) return undefined;
    const { by, note } = review.closed;
    const said = [words(' by '), doer(by, mentions), words(' · '), words(shown(note, WORDS_BYTES, '\n').text)];
    return { icon: '🔎', title: 'Reviewed', elements: said };
  },
  redeemed: ({ service, usedAt }) => ({
    icon: '▶️',
    title: 'Used',
    elements: [
      ...(usedAt === undefined ? [] : [words(' '), moment(usedAt)]),
      words(` by ${shown(service.id, 60).text}. Policy was checked again.`),
    ],
  }),
  redeem_refused: ({ refusedUses, service }) => {
    const last = refusedUses?.at(-1);
    if (last === undefined) return undefined;
    const why = whatHappened(refuse(codeFrom(last.code), undefined, last.detail));
    const elements = [
      words(' '),
      moment(last.at),
      words(` to ${shown(service.id, 60).text}. ${shown(why, WORDS_BYTES).text}`),
    ];
    return { icon: '⚠️', title: 'A use was refused', elements };
  },
  lapsed: record => {
    const terms = grantTerms(record);
    if (terms === undefined || record.lapsedAt === undefined) return undefined;
    const until = moment(timestamp(terms.untilMs), 'its time ended ');
    return {
      icon: '⌛',
      title: 'Never used',
      elements: [words(': '), until, words('. Nothing was done with this approval.')],
    };
  },
  revoked: ({ revoked, uses }, mentions) => {
    if (revoked === undefined) return undefined;
    const { by, reason } = revoked;
    const whose = by.startsWith('service:') ? words(shown(by.slice(8), 60).text) : doer(by, mentions);
    const why =
      reason === undefined ? [] : [words(' · '), words(shown(reason, WORDS_BYTES, '\n').text, { italic: true })];
    // Whoever took it back in alarm must know that something was done before.
    const late = uses === 0 ? [] : [words(' · '), words('it had already been used', { bold: true })];
    return { icon: '🚫', title: 'Taken back', elements: [words(' by '), whose, ...late, ...why] };
  },
  standing_granted: ({ gaveStanding, submission, votes }, mentions) => {
    if (gaveStanding === undefined || gaveStanding.revoked !== undefined) return undefined;
    const { by, expiresAt, maxUses } = gaveStanding;
    const times = maxUses === 1 ? 'once more' : `${maxUses} more times`;
    const givers = votes.filter(vote => vote.counted && wishOf(vote) !== undefined).map(vote => vote.by.user);
    const people = several(
      (givers.length > 0 ? givers : [by]).map(giver => [doer(giver, mentions)]),
      ASKED,
    );
    const elements = [
      ...[words(' by '), ...people, words(': the same may be done '), words(times, { bold: true })],
      ...[words(' for '), named(submission.user.id), words(' '), moment(expiresAt, 'until ')],
    ];
    return { icon: '🔁', title: 'Standing approval', elements };
  },
  standing_not_granted: ({ gaveStanding }) =>
    gaveStanding === undefined
      ? {
          icon: '🔁',
          title: 'No standing approval',
          elements: [words(': every approver has to choose it. Only this request was approved.')],
        }
      : undefined,
  standing_revoked: ({ gaveStanding }, mentions) =>
    gaveStanding?.revoked === undefined
      ? undefined
      : {
          icon: '⏹',
          title: 'Standing approval revoked',
          elements: [words(' by '), doer(gaveStanding.revoked.by, mentions)],
        },
};

/** Whose answer is missing, called once more: a mention in a message that is changed makes no phone buzz. */
function waiting(record: RequestRecord, mentions: Mentions, before: string): RichTextElement[] {
  const people = awaitedByAll(record, mentions, ASKED);
  if (people.length === 0) return [];
  const all: RichTextElement[] =
    record.approval?.notify === 'channel' ? [words(' · '), { type: 'broadcast', range: 'channel' }] : [];
  return [words(before), ...people, ...all];
}
