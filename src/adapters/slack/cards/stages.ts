// Who is asked and how far it is: "Bucket owners: 1 of 2 · waiting for one of @bob, @carol".
import { areMentioned, callsMembers, openStages, peopleOf } from '../../../domain/called.ts';
import type { Approver, Stage } from '../../../domain/decision.ts';
import type { RequestRecord } from '../../../domain/record.ts';
import { titleOf } from '../../../domain/requirement.ts';
import { shown } from '../../../domain/visible.ts';
import type { CountedVote } from '../../../domain/vote.ts';
import { type RichTextElement, words } from './blocks.ts';
import { called, gathering, type Mentions, named, quiet, several, voter } from './people.ts';

export type StageLimits = { readonly stages: number; readonly approvers: number; readonly voters: number };

export const CARD_STAGES: StageLimits = { stages: 3, approvers: 8, voters: 3 };
export const HOME_STAGES: StageLimits = { stages: 3, approvers: 4, voters: 3 };
export const DETAILS_STAGES: StageLimits = { stages: 10, approvers: 20, voters: 20 };

const TITLE_BYTES = 44;
const NAME_BYTES = 28;
const MOST_LATER = 4;
const WAIVERS = 3;
const WAIVER_BYTES = 100;

/** Lines for every stage, and one for the people who said yes so far. */
export function stageLines(record: RequestRecord, mentions: Mentions, limits: StageLimits): RichTextElement[] {
  const stages = record.approval?.stages ?? [];
  const lines = stages.slice(0, limits.stages).map(stage => stageLine(record, stage, mentions, limits));
  const left = stages.length - limits.stages;
  if (left > 0) lines.push([words(`and ${left} more ${left === 1 ? 'stage' : 'stages'}`)]);
  const approvals = countedVotes(record, 'approve');
  if (record.status === 'pending' && approvals.length > 0) {
    const people = approvals.map(vote => voter(vote, mentions));
    lines.push([words('Approved so far by '), ...several(people, limits.voters)]);
  }
  return lined(lines);
}

/** What bears on the decision itself: whom a rule keeps out and why, and what policy lets pass for once. */
export function ruleLines(record: RequestRecord, limits: StageLimits): RichTextElement[] {
  return lined([...exclusionLines(record, limits), ...waiverLines(record)]);
}

function lined(lines: readonly RichTextElement[][]): RichTextElement[] {
  return lines.flatMap((line, i) => (i === 0 ? line : [words('\n'), ...line]));
}

/** Whose answer is missing for a stage: "one of @bob, @carol". Undefined when nobody is left to name. */
export function awaited(
  record: RequestRecord,
  stage: Stage,
  mentions: Mentions,
  most: number,
): RichTextElement[] | undefined {
  const { parts, isCounted } = partsOf(record, stage, mentions);
  if (parts.length === 0) return undefined;
  return [...howMany(stage.quorum - stage.have, parts.length, isCounted), ...several(parts, most)];
}

/** Whose answer is missing for any open stage, for a line that calls them. */
export function awaitedByAll(record: RequestRecord, mentions: Mentions, most: number): RichTextElement[] {
  const open = openStages(record);
  const each = open.flatMap(stage => {
    const who = awaited(record, stage, mentions, most);
    if (who === undefined) return [];
    return open.length === 1 ? [who] : [[...who, words(` (${shown(titleOf(stage), TITLE_BYTES).text})`)]];
  });
  return several(each, open.length, ' and ');
}

type Parts = { readonly parts: readonly RichTextElement[][]; readonly isCounted: boolean };

/** People where they are few enough to be mentioned, else the groups that policy names. */
function partsOf(record: RequestRecord, stage: Stage, mentions: Mentions): Parts {
  const { approvers } = stage;
  const ofSlack = approvers.filter(({ type }) => type === 'slack_usergroup' || type === 'slack_channel');
  const isLoud = callsMembers(record) && mentions.isQuiet !== true;
  const gatherings = ofSlack.map(one => gathering(one, isLoud));
  const membersOf = mentions.membersOf ?? nobody;
  const people = peopleOf(record, [stage], membersOf);
  if (areMentioned(record, membersOf)) {
    const unknown = approvers.filter(({ type, id }) => type === 'group' && membersOf(id).length === 0);
    const parts = [
      ...people.map(person => called(person, record, mentions)),
      ...gatherings,
      ...unknown.map(({ id }) => [named(id, NAME_BYTES)]),
    ];
    return { parts, isCounted: ofSlack.length === 0 && unknown.length === 0 };
  }
  const groups = approvers.filter(({ type }) => type === 'group').map(group => groupPart(group, membersOf));
  const single = people.filter(person => approvers.some(({ type, id }) => type === 'user' && id === person));
  const parts = [...groups, ...single.map(person => [named(person, NAME_BYTES)]), ...gatherings];
  return { parts, isCounted: groups.length === 0 && ofSlack.length === 0 };
}

function groupPart({ id }: Approver, membersOf: NonNullable<Mentions['membersOf']>): RichTextElement[] {
  const count = membersOf(id).length;
  return [named(id, NAME_BYTES), ...(count > 1 ? [words(` (${count} people)`)] : [])];
}

const nobody = () => [];

/** "one of", "2 of", "all of": commas alone do not say whether each of them is needed. */
function howMany(needed: number, there: number, isCounted: boolean): RichTextElement[] {
  if (there === 1 && isCounted) return [];
  if (isCounted && needed >= there) return [words(there === 2 ? 'both of ' : 'all of ')];
  return [words(needed === 1 ? 'one of ' : `${needed} of `)];
}

/** Whom a rule keeps out, and why: they see at once that it is not for them to answer. */
function exclusionLines(record: RequestRecord, limits: StageLimits): RichTextElement[][] {
  const excluded = record.status === 'pending' ? (record.approval?.excluded ?? []) : [];
  if (excluded.length === 0) return [];
  const people = excluded.map(({ user, code, message }) => [
    named(user),
    words(` (${shown(message ?? code, TITLE_BYTES).text})`),
  ]);
  return [[words('May not approve: '), ...several(people, limits.voters)]];
}

/** What policy lets pass for once stands on the card: nobody waives anything in silence. */
function waiverLines({ approval }: RequestRecord): RichTextElement[][] {
  return (approval?.waivers ?? [])
    .slice(0, WAIVERS)
    .map(({ code, message }) => [words('Waived by policy: '), words(shown(message ?? code, WAIVER_BYTES).text)]);
}

export function countedVotes(record: RequestRecord, ballot: CountedVote['vote']): CountedVote[] {
  return record.votes.filter(({ counted, vote }) => counted && vote === ballot);
}

function stageLine(record: RequestRecord, stage: Stage, mentions: Mentions, limits: StageLimits): RichTextElement[] {
  const title = shown(stage.title === undefined || stage.title === '' ? 'Approvals' : stage.title, TITLE_BYTES).text;
  const isComplete = stage.have >= stage.quorum;
  const progress = [
    words(`${isComplete ? '☑' : '☐'} ${title}: `),
    words(`${stage.have} of ${stage.quorum}`, { bold: true }),
  ];
  if (isComplete || record.status !== 'pending') return progress;
  if (stage.open === false) return [...progress, ...laterWords(record, stage, mentions)];
  const people = awaited(record, stage, mentions, limits.approvers);
  return people === undefined ? progress : [...progress, words(' · waiting for '), ...people];
}

/** A later stage says when it starts and who it will be. They are named and not called: it is not their turn. */
function laterWords(record: RequestRecord, stage: Stage, mentions: Mentions): RichTextElement[] {
  const before = openStages(record).map(open => shown(titleOf(open), TITLE_BYTES).text);
  const starts = before.length === 0 ? 'the stages before it are complete' : `${before.join(' and ')} have approved`;
  const { parts, isCounted } = partsOf(record, stage, quiet(mentions));
  if (parts.length === 0) return [words(` · starts when ${starts}`)];
  const who = [...howMany(stage.quorum, parts.length, isCounted), ...several(parts, MOST_LATER)];
  return [words(` · starts when ${starts}; then `), ...who];
}
