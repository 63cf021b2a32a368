// Details: more than the card, for whoever wants to know before or after it is decided. It decides nothing.
import type { RequestRecord } from '../../../domain/record.ts';
import { shown } from '../../../domain/visible.ts';
import { header, type KnownBlock, moment, quote, type RichTextElement, richText, section, words } from './blocks.ts';
import { isAskedHere } from './decidable.ts';
import { factLines } from './fact-lines.ts';
import { factGroups } from './facts.ts';
import { endElements } from './outcome.ts';
import { type Mentions, voter } from './people.ts';
import { requester } from './requester.ts';
import { DETAILS_STAGES, ruleLines, stageLines } from './stages.ts';
import { type ModalView, modal } from './views.ts';
import { headline, severityWords } from './words.ts';

/** Bytes. The sum stays below the 10,000 characters that Slack is known to take. */
const BUDGET = { facts: 3_600, mostFacts: 60, lines: 60, reason: 800, policy: 900 } as const;
const MOST_VOTES = 12;
const LAYOUT = '\n';

export function detailsView(record: RequestRecord, mentions: Mentions, now?: number): ModalView {
  return modal('Request details', detailsBlocks(record, mentions, now));
}

export function detailsBlocks(record: RequestRecord, mentions: Mentions, now?: number): KnownBlock[] {
  const facts = factLines(factGroups(record.submission, BUDGET.mostFacts), {
    bytes: BUDGET.facts,
    facts: BUDGET.mostFacts,
    lines: BUDGET.lines,
  });
  const reason = shown((record.submission.reason ?? '').trim(), BUDGET.reason, LAYOUT);
  const isWhole = facts.isWhole && reason.isWhole;
  const blocks: KnownBlock[] = [
    header(headline(record)),
    richText(section(...standing(record, mentions, now))),
    richText(section(...requester(record, mentions).elements)),
    ...facts.blocks,
  ];
  if (reason.text !== '') blocks.push(richText(section(words('Reason', { bold: true })), quote(words(reason.text))));
  const stages = stageLines(record, mentions, DETAILS_STAGES);
  if (stages.length > 0) blocks.push(titled('Approvers', stages));
  const rules = ruleLines(record, DETAILS_STAGES);
  if (rules.length > 0) blocks.push(titled('Rules', rules));
  const votes = voteElements(record, mentions);
  if (votes.length > 0) blocks.push(titled('Answers', votes));
  const policy = policyElements(record);
  if (policy.length > 0) blocks.push(titled('Policy', policy));
  blocks.push(titled('Evidence', evidence(record)));
  if (!isWhole) {
    const isOpen = record.status === 'pending' && isAskedHere(record);
    const hint = `Not everything fits here. ${isOpen ? 'Open Review on the card to read all of it, or run ' : 'To read all of it, run '}`;
    blocks.push(
      richText(section(words(hint, { italic: true }), words(`countersign show ${record.id}`, { code: true }))),
    );
  }
  return blocks;
}

function titled(title: string, elements: readonly RichTextElement[]): KnownBlock {
  return richText(section(words(`${title}\n`, { bold: true }), ...elements));
}

function standing(record: RequestRecord, mentions: Mentions, now?: number): RichTextElement[] {
  if (record.status !== 'pending') return endElements(record, mentions, { reasonBytes: BUDGET.reason, now });
  const severity = record.approval?.severity;
  const trouble = record.trouble === undefined ? [] : [words(`\n⚠ ${shown(record.trouble, 200).text}`)];
  return [
    ...(severity === undefined || severity === '' ? [] : [words(severityWords(severity)), words(' · ')]),
    moment(record.expiresAt, 'Decide by '),
    ...trouble,
  ];
}

function voteElements({ votes }: RequestRecord, mentions: Mentions): RichTextElement[] {
  const newest = votes.slice(-MOST_VOTES);
  const left = votes.length - newest.length;
  const lines = newest.map(vote => {
    const verdict = vote.counted
      ? ''
      : ` · not counted${vote.code === undefined ? '' : ` (${shown(vote.code, 40).text})`}`;
    const reason = (vote.reason ?? '').trim();
    return [
      words(vote.vote === 'approve' ? '✅ ' : '⛔ '),
      ...voter(vote, mentions),
      words(vote.vote === 'approve' ? ' approved · ' : ' denied · '),
      moment(vote.at),
      words(verdict === '' && reason === '' ? '' : `${verdict}${reason === '' ? '' : ` · ${shown(reason, 120).text}`}`),
    ].filter(element => element.type !== 'text' || element.text !== '');
  });
  if (left > 0) lines.unshift([words(`${left} earlier answers are not shown here.`, { italic: true })]);
  return lines.flatMap((line, i) => (i === 0 ? line : [words('\n'), ...line]));
}

function policyElements({ decision }: RequestRecord): RichTextElement[] {
  const lines = (decision?.reasons ?? []).map(({ code, message, rule }) => {
    const where = rule === undefined ? code : `${code} · ${rule}`;
    return message === undefined || message === '' ? where : `${message} (${where})`;
  });
  const text = shown(lines.join('\n'), BUDGET.policy, LAYOUT).text;
  return text === '' ? [] : [words(text)];
}

function evidence({ id, digest, service, submittedAt, policy }: RequestRecord): RichTextElement[] {
  const rows: (readonly [string, string])[] = [
    ['Request', id],
    ['Digest', digest],
    ['Service', `${shown(service.id, 80).text} (${service.auth})`],
    ...workloadRows(service),
    ['Policy revision', shown(policy?.revision ?? '', 80).text],
    ['Decision', shown(policy?.decision_id ?? '', 80).text],
  ];
  const lines = rows
    .filter(([, value]) => value !== '')
    .flatMap(([label, value]) => [words(`${label}  `), words(value, { code: true }), words('\n')]);
  return [...lines, words('Submitted  '), moment(submittedAt)];
}

/** What the platform of a job vouches for: the service did not say it, its token did. */
function workloadRows(service: RequestRecord['service']): (readonly [string, string])[] {
  if (service.auth !== 'workload') return [];
  const { issuer, claims } = service.workload;
  const told = Object.entries(claims).map(([name, value]) => `${name}=${value}`);
  return [['Vouched for', `${shown(told.join(' · '), BUDGET.policy).text} (${shown(issuer, 80).text})`]];
}
