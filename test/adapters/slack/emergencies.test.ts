// What is said of an emergency: each thing once, that nobody approved it first, and never where somebody did.
import { expect, it } from 'vitest';
import { closeReviewView } from '../../../src/adapters/slack/cards/after-review.ts';
import { noticeMessage } from '../../../src/adapters/slack/cards/lines.ts';
import { requestCard } from '../../../src/adapters/slack/cards/request-card.ts';
import type { RequestRecord } from '../../../src/domain/record.ts';
import { aRecord, aVote, deploy, mentions } from './records.ts';
import { said } from './said.ts';

const { actor: _, ...own } = deploy;
const emergency = (patch: Partial<RequestRecord> = {}) =>
  aRecord(
    {
      status: 'approved',
      resolution: { by: 'policy', at: '2026-11-24T07:20:00.000Z', reason: 'On-call engineers may deploy' },
      decision: { contract: 1, outcome: 'allow', reasons: [], votes: [], obligations: [] },
      review: {
        dueAt: '2026-11-25T07:20:00.000Z',
        reviewers: [{ type: 'user', id: 'bob' }],
        reminders: 0,
        messages: [],
      },
      ...patch,
    },
    { ...own, emergency: true },
  );
const notice = (record: RequestRecord) => said(noticeMessage(record, 'C0SEC', mentions).blocks);

it('the notice says what, that nobody approved it, whether it was used, who asked and why, and who reviews it', () => {
  const { id } = emergency();
  expect(notice(emergency()).trim().split('\n')).toEqual([
    '# 🚨 Emergency: deploy service payments-api in prod',
    '🚨 No one approved it. Policy let it through 2026-11-24 07:20 UTC',
    'Not used yet. It can be used until 2026-11-24 07:21 UTC',
    'Requested by alice · via deployer',
    '> Fixes the double charge on retries.',
    '<@U0BOB>: someone not involved must review it by 2026-11-25 07:20 UTC.',
    '[Close review…]',
    `In a terminal: countersign review close ${id} --note "…"`,
  ]);
});

it('and afterwards that it was used', () => {
  expect(notice(emergency({ uses: 1 }))).toContain('\n▶️ Used by deployer\n');
});

it('its card and the form that closes its review say the same, and do not call it approved by anybody', () => {
  for (const blocks of [requestCard(emergency(), mentions).blocks, closeReviewView(emergency(), mentions).blocks]) {
    expect(said(blocks)).toContain('🚨 No one approved it. Policy let it through 2026-11-24 07:20 UTC');
    expect(said(blocks)).toContain('# Emergency: deploy service payments-api in prod\n');
    expect(said(blocks)).not.toContain('Approved');
  }
});

it.each([
  ['people approved', { resolution: { by: 'people', at: '2026-11-24T07:20:00.000Z' } as const, votes: [aVote('bob')] }],
  ['a standing approval let pass', { votes: [aVote('bob')] }],
])('of what %s it is never said that nobody approved it, whatever it was asked as', (_name, patch) => {
  expect(notice(emergency(patch))).not.toContain('No one approved it');
});
