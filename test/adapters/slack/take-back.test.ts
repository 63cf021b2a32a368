// Take back…, on the card of what was approved: who clicked is asked once more, and it reaches the flow in their name.
import { expect, it } from 'vitest';
import { requestCard } from '../../../src/adapters/slack/cards/request-card.ts';
import type { RequestRecord } from '../../../src/domain/record.ts';
import { refuse } from '../../../src/domain/refusal.ts';
import { aRecord, aVote, mentions } from './records.ts';
import { said } from './said.ts';
import { modal, told } from './seen.ts';
import { openStage } from './stage.ts';

const at = '2026-11-24T07:20:00.000Z';
const decision = { contract: 1, outcome: 'allow', reasons: [], votes: [], obligations: [] } as const;
const approved = (patch: Partial<RequestRecord> = {}) =>
  aRecord({
    status: 'approved',
    resolution: { by: 'people', at },
    votes: [aVote('bob')],
    decision: { ...decision, reasons: [], votes: [], obligations: [] },
    ...patch,
  });
const words = (record: RequestRecord) => said(requestCard(record, mentions).blocks);

it('stands on the card while something of the approval is left, which says what became of it', () => {
  expect(words(approved())).toContain('[Take back…][Details]');
  expect(words(approved())).toContain('Not used yet. It can be used until 2026-11-24 07:25 UTC');
  expect(words(approved({ uses: 1 }))).not.toContain('Take back');
  expect(words(approved({ uses: 1 }))).toContain('▶️ Used by deployer');
  const revoked = approved({ revoked: { by: 'carol', at } });
  expect(words(revoked)).not.toContain('Take back…');
  expect(words(revoked)).toContain('# Taken back: deploy service payments-api in prod\n');
  expect(words(revoked)).toContain('🚫 Taken back by carol · 2026-11-24 07:20 UTC');
  const late = approved({ uses: 1, revoked: { by: 'carol', at, reason: 'wrong version' } });
  expect(words(late)).toContain('· it had already been used · wrong version');
  const twice = { ...decision, reasons: [], votes: [], obligations: [], grant: { max_uses: 2 } };
  expect(words(approved({ uses: 1, decision: twice }))).toContain('Used 1 of 2 times by deployer');
  expect(words(approved({ uses: 1, decision: twice }))).toContain('[Take back…]');
  expect(words(aRecord({ status: 'denied', resolution: { by: 'policy', at } }))).not.toContain('Take back');
});

it('asks once more, and reaches the flow as this account, with its reason and its evidence', async () => {
  const stage = await openStage();
  await stage.workspace.as('bob').click(await stage.show(approved()), 'take_back');
  const form = await modal(stage, 'bob', 'take_back');
  expect(said(form.blocks)).toContain('Why are you taking it back? The requester will see your answer.');
  expect(stage.takenBack).toEqual([]);
  const { responseAction } = await stage.workspace.as('bob').submit(form, { reason: ' wrong version ' });
  expect(responseAction).toBe('clear');
  expect(stage.takenBack).toMatchObject([
    { id: approved().id, account: 'slack:T0ACME:U0BOB', reason: 'wrong version', evidence: { user: 'U0BOB' } },
  ]);
});

it('whoever may not is told in the form, and why', async () => {
  const stage = await openStage({ takeBack: () => refuse('not_a_revoker') });
  await stage.workspace.as('erin').click(await stage.show(approved()), 'take_back');
  const submitted = await stage.workspace.as('erin').submit(await modal(stage, 'erin', 'take_back'), {});
  expect(JSON.stringify(submitted.response)).toContain('can take this back');
});

it('of what was used or taken back meanwhile no form opens, but a word why', async () => {
  const stage = await openStage();
  const message = await stage.show(approved());
  stage.records.set(approved().id, approved({ uses: 1 }));
  await stage.workspace.as('bob').click(message, 'take_back');
  const shown = await modal(stage, 'bob');
  expect(said(shown.blocks)).toContain('Too late: this approval has already been used.');
  expect(shown.submit).toBeNull();
});

it('a click that is a replay is told so, and opens nothing', async () => {
  const stage = await openStage({ now: () => Date.now() + 3_600_000 });
  await stage.workspace.as('bob').click(await stage.show(approved()), 'take_back');
  expect((await told(stage, 'bob')).text).toContain('arrived too late to count');
});
