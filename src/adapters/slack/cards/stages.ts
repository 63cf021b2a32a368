// Who is asked and how far it is: "Bucket owners: 1 of 2 · waiting for @db-owners".
import type { Stage } from '../../../domain/decision.ts';
import type { RequestRecord } from '../../../domain/record.ts';
import type { CountedVote } from '../../../domain/vote.ts';
import { shown } from '../visible.ts';
import { type RichTextElement, words } from './blocks.ts';
import { approver, type Mentions, person, several, voter } from './people.ts';

export type StageLimits = { readonly stages: number; readonly approvers: number; readonly voters: number };

export const CARD_STAGES: StageLimits = { stages: 3, approvers: 4, voters: 3 };
export const DETAILS_STAGES: StageLimits = { stages: 10, approvers: 20, voters: 20 };

const TITLE_BYTES = 44;
const WAIVERS = 3;
const WAIVER_BYTES = 100;

/** Lines for every stage, and one for the people who said yes so far. */
export function stageLines(record: RequestRecord, mentions: Mentions, limits: StageLimits): RichTextElement[] {
  const stages = record.approval?.stages ?? [];
  const lines = stages.slice(0, limits.stages).map(stage => stageLine(record, stage, mentions, limits));
  const left = stages.length - limits.stages;
  if (left > 0) lines.push([words(`and ${left} more stages`)]);
  const approvals = countedVotes(record, 'approve');
  if (record.status === 'pending' && approvals.length > 0) {
    const people = approvals.map(vote => voter(vote, mentions));
    lines.push([words('Approved so far by '), ...several(people, limits.voters)]);
  }
  lines.push(...exclusionLines(record, mentions, limits), ...waiverLines(record));
  return lines.flatMap((line, i) => (i === 0 ? line : [words('\n'), ...line]));
}

/** Whom a rule keeps out, and why: they see at once that it is not for them to answer. */
function exclusionLines(record: RequestRecord, mentions: Mentions, limits: StageLimits): RichTextElement[][] {
  const excluded = record.status === 'pending' ? (record.approval?.excluded ?? []) : [];
  if (excluded.length === 0) return [];
  const people = excluded.map(({ user, code, message }) => [
    ...person(user, mentions),
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
  if (stage.open === false) return [...progress, words(' · after the stages before it')];
  const heard = new Set(record.votes.filter(vote => vote.counted).flatMap(({ by }) => [by.user, by.id]));
  const waiting = stage.approvers.filter(({ type, id }) => type !== 'user' || !heard.has(id));
  if (waiting.length === 0) return progress;
  const people = waiting.map(asked => approver(asked, mentions));
  return [...progress, words(' · waiting for '), ...several(people, limits.approvers)];
}
