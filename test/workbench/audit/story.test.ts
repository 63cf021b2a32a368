// A request's story: told in order, each event in words, and never more than the chain proves.
import { expect, it } from 'vitest';
import { momentWords } from '../../../src/cli/audit/moment.ts';
import { storyLines } from '../../../src/cli/audit/story-text.ts';
import { link, type StoredEntry } from '../../../src/domain/audit/chain.ts';
import type { ChainedEvent } from '../../../src/domain/audit/events.ts';
import { EMPTY_CHAIN } from '../../../src/domain/audit/head.ts';
import type { AuditLine } from '../../../src/flow/ports.ts';
import { storyOf } from '../../../src/workbench/audit/story.ts';
import { aSubmission } from '../../support/samples.ts';

const ID = 'req_1';
const at = '2026-11-24T12:00:02.000Z';
const digest = `sha256:${'0'.repeat(64)}` as const;
const bob = {
  who: { account: 'slack:T0:UBOB', person: 'bob', groups: ['db-owners'], kind: 'member', matched_by: 'directory' },
  card: 'sha256:shown',
  via: { transport: 'socket', team: 'T0', user: 'UBOB', channel: 'C0', action_ts: '1' },
} as const;
const EVENTS: readonly ChainedEvent[] = [
  { event: 'submitted', at, service: { id: 'deployer', auth: 'api_key' }, submission: aSubmission(), digest },
  {
    ...{ event: 'decided', at, phase: 'submit', outcome: 'require_approval', verdicts: [], evidence: {} },
    reasons: [{ code: 'needs_owner', message: 'an owner must approve', rule: 'storage.owners' }],
    approval: {
      stages: [{ id: 'o', title: 'Owners', quorum: 1, have: 0, approvers: [{ type: 'group', id: 'db-owners' }] }],
    },
  },
  { event: 'card_posted', at, channel: 'C0', ts: '17.1', evidence: { card: 'sha256:shown' } },
  {
    event: 'refused',
    at,
    code: 'not_eligible',
    key: 'k1',
    vote: 'approve',
    evidence: { who: { account: 'slack:T0:UEVE' } },
  },
  { event: 'voted', at, key: 'k2', vote: 'approve', surface: 'slack', counted: true, evidence: bob },
  { event: 'resolved', at, status: 'approved', by: 'people' },
];

function lines(change: (entries: StoredEntry[]) => StoredEntry[] = entries => entries): AuditLine[] {
  const { entries } = link(ID, EMPTY_CHAIN, EVENTS);
  return change(entries as unknown as StoredEntry[]).map((entry, i) => ({ position: `1-${i}`, entry }));
}

const print = (audit: readonly AuditLine[], options = {}) =>
  storyLines(storyOf(ID, audit, options), momentWords('Europe/Berlin'), text => text).join('\n');

it('tells who did what, in the reader’s zone and in UTC, with the titles of rules and what people were shown', () => {
  const text = print(lines(), { titleOf: () => 'Owners look at deletions' });
  expect(text).toContain('6 entries, the chain holds');
  expect(text).toContain('2026-11-24 13:00:02 CET (12:00:02 UTC)');
  expect(text).toContain('service deployer asked for delete-resource on bucket b-42, for alice');
  expect(text).toContain('an owner must approve (rule storage.owners: Owners look at deletions)');
  expect(text).toContain('Owners: 0 of 1, from group db-owners');
  expect(text).toMatch(/slack:T0:UEVE wanted to approve and was refused\n.*\(not_eligible\)/);
  expect(text).toMatch(
    /bob approved by slack; it counts\n +was shown card sha256:shown\n.*the directory lists the account/,
  );
  expect(text).toContain('people ended it: approved');
});

it('says where the chain does not hold, and calls nothing behind it proven', () => {
  const swapped = lines(entries => entries.map(e => (e.event === 'voted' ? { ...e, vote: 'deny' } : e)));
  expect(storyOf(ID, swapped).scenes.map(({ chain }) => chain)).toEqual([
    ...Array(4).fill('holds'),
    'broken',
    'unproven',
  ]);
  expect(print(swapped)).toContain('the chain does not hold');
  expect(print(swapped)).toMatch(/bob denied by slack; it counts\n +✗ the chain breaks here/);
  expect(
    storyOf(
      ID,
      lines(entries => entries.toSpliced(2, 1)),
    ).scenes[2]?.chain,
  ).toBe('broken');
});

it('what it does not understand it says so, and steers no terminal with it', () => {
  const { entries } = link(ID, EMPTY_CHAIN, [
    { ...EVENTS[0], event: 'danced\u001b[2J' } as unknown as ChainedEvent,
    { event: 'delayed', at, trouble: '\u001b[31mred' },
  ]);
  const text = print(entries.map((entry, i) => ({ position: `1-${i}`, entry: entry as unknown as StoredEntry })));
  expect(text).toContain('not understood (danced');
  expect(text).toContain('no version that is known here has such an event');
  expect(text).not.toContain('\u001b');
});

it('says what OPA’s own log says otherwise, and nothing of a log that is off', () => {
  const entries = link(ID, EMPTY_CHAIN, [
    {
      ...(EVENTS[1] as ChainedEvent & { event: 'decided' }),
      evidence: { policy: { revision: 'r1', decision_id: 'd1' } },
    },
  ]).entries.map((entry, i) => ({ position: `1-${i}`, entry: entry as unknown as StoredEntry }));
  const logged = { decision_id: 'd1', at, path: 'p', outcome: 'allow', revision: 'r1' };
  expect(print(entries)).not.toContain('OPA');
  expect(print(entries, { logged: [logged] })).toContain('says otherwise: allow by r1');
});
