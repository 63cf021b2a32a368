// How a request ended, in one line: the word, whose doing it was, when, and why. A deadline never reads as a "no".
import { grantTerms } from '../../../domain/grant.ts';
import { isResolved } from '../../../domain/lifecycle.ts';
import { type RequestRecord, timestamp } from '../../../domain/record.ts';
import { shown } from '../../../domain/visible.ts';
import { moment, type RichTextElement, utc, words } from './blocks.ts';
import { type Mentions, named, several, voter } from './people.ts';
import { countedVotes } from './stages.ts';
import { isEmergency, STATUS_WORDS } from './words.ts';

const REASON_BYTES = 220;
const MOST_NAMED = 5;

export function outcomeElements(
  record: RequestRecord,
  mentions: Mentions,
  reasonBytes = REASON_BYTES,
): RichTextElement[] {
  const { status, resolution } = record;
  if (!isResolved(status) || resolution === undefined) return [words('Waiting for a decision.')];
  const { glyph, word } = STATUS_WORDS[status];
  const by = doer(record, mentions);
  const reason = reasonOf(record).trim();
  return [
    words(`${glyph} `),
    words(word, { bold: true }),
    ...by,
    words(' · '),
    moment(resolution.at),
    ...(reason === '' ? [] : [words(' · '), words(shown(reason, reasonBytes).text, { italic: true })]),
  ];
}

/** Where people approved, their own words; policy's would only repeat what they were asked. */
function reasonOf(record: RequestRecord): string {
  const { status, resolution } = record;
  if (status !== 'approved' || resolution?.by !== 'people') return resolution?.reason ?? '';
  return countedVotes(record, 'approve').at(-1)?.reason ?? '';
}

/** How it ended and, where it was approved, what became of the approval. `now` only where nothing is kept of what is said. */
export function endElements(
  record: RequestRecord,
  mentions: Mentions,
  { reasonBytes = REASON_BYTES, now = 0 }: { reasonBytes?: number; now?: number | undefined } = {},
): RichTextElement[] {
  const fate = fateElements(record, now);
  const end = isEmergency(record) ? emergencyElements(record) : outcomeElements(record, mentions, reasonBytes);
  return [...end, ...(fate.length === 0 ? [] : [words('\n'), ...fate])];
}

/** What nobody needs to ask about an emergency: that nobody approved it. */
function emergencyElements({ resolution }: RequestRecord): RichTextElement[] {
  const at = resolution === undefined ? [] : [words(' '), moment(resolution.at, 'Policy let it through ')];
  return [words('🚨 '), words('No one approved it.', { bold: true }), ...at];
}

/** What became of an approval: taken back, used, or until when it can be used. */
function fateElements(record: RequestRecord, now: number): RichTextElement[] {
  const { revoked, uses, usedAt, lapsedAt, service } = record;
  const terms = grantTerms(record);
  if (revoked !== undefined) {
    const reason = shown((revoked.reason ?? '').trim(), REASON_BYTES).text;
    return [
      ...[words('🚫 '), words('Taken back', { bold: true }), words(' by '), taker(revoked.by)],
      ...[words(' · '), moment(revoked.at)],
      ...(uses === 0 ? [] : [words(' · '), words('it had already been used', { bold: true })]),
      ...(reason === '' ? [] : [words(' · '), words(reason, { italic: true })]),
    ];
  }
  if (terms === undefined) return [];
  const until = timestamp(terms.untilMs);
  if (uses === 0 && (lapsedAt !== undefined || now >= terms.untilMs))
    return [words('Never used', { bold: true }), words('. '), moment(until, 'Its time ended ')];
  if (uses === 0) return [words('Not used yet. '), moment(until, 'It can be used until '), ...refusedElements(record)];
  const times = terms.maxUses === 1 ? '' : ` ${uses} of ${terms.maxUses} times`;
  const at = usedAt === undefined ? [] : [words(' · '), moment(usedAt)];
  return [words('▶️ '), words(`Used${times}`, { bold: true }), words(` by ${shown(service.id, 60).text}`), ...at];
}

/** That somebody tried in vain, as long as it is not used. */
function refusedElements({ refusedUses }: RequestRecord): RichTextElement[] {
  const last = refusedUses?.at(-1);
  return last === undefined ? [] : [words(' · '), moment(last.at, 'a use was refused ')];
}

function taker(by: string): RichTextElement {
  return by.startsWith('service:') ? words(shown(by.slice(8), 60).text) : named(by);
}

/** The same where Slack shows no mentions, such as an error inside a modal. */
export function outcomeSentence(record: RequestRecord): string {
  const { status, resolution } = record;
  if (!isResolved(status) || resolution === undefined) return 'This is still waiting for a decision.';
  const people = deciders(record).map(({ by }) => shown(by.user, 40).text);
  const some = people.length > MOST_NAMED ? [...people.slice(0, MOST_NAMED), 'others'] : people;
  const by = resolution.by === 'people' && some.length > 0 ? some.join(', ') : WHOSE[resolution.by];
  return `${STATUS_WORDS[status].word}${by === '' ? '' : ` by ${by}`} at ${utc(resolution.at)}.`;
}

/** The clock and the system are nobody: they are not named as a doer. */
const WHOSE = {
  policy: 'policy',
  people: 'people',
  clock: '',
  requester: 'its requester',
  system: '',
} as const;

function doer(record: RequestRecord, mentions: Mentions): RichTextElement[] {
  const by = record.resolution?.by;
  if (by === undefined || WHOSE[by] === '') return [];
  const people = by === 'people' ? deciders(record).map(vote => voter(vote, mentions)) : [];
  return [words(' by '), ...(people.length === 0 ? [words(WHOSE[by])] : several(people, MOST_NAMED))];
}

/** A denial is its denier's; an approval belongs to all whose votes count. */
function deciders(record: RequestRecord) {
  return record.status === 'denied' ? countedVotes(record, 'deny').slice(-1) : countedVotes(record, 'approve');
}
