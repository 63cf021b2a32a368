// A click on Close review…: what is known in time is told at once, what is not is told in the modal, and nothing is lost.
import { expect, it } from 'vitest';
import { Failure } from '../../../src/domain/failure.ts';
import type { RequestRecord } from '../../../src/domain/record.ts';
import { refuse } from '../../../src/domain/refusal.ts';
import type { ReviewCheck, Reviews } from '../../../src/flow/ports.ts';
import type { Message } from '../../../src/local/slack/workspace.ts';
import { aRecord } from './records.ts';
import { said } from './said.ts';
import { openStage, type Stage } from './stage.ts';

const at = '2026-11-24T07:20:00.000Z';
const open: RequestRecord = aRecord({
  status: 'approved',
  resolution: { by: 'policy', at },
  review: { dueAt: '2026-11-25T07:20:00.000Z', reminders: 0, messages: [] },
});
const closed: RequestRecord = {
  ...open,
  review: {
    dueAt: at,
    reminders: 0,
    messages: [],
    closed: { by: 'carol', at, note: 'Disk was full', surface: 'slack' },
  },
};

type Closing = Parameters<Reviews['close']>[0];

/** A workspace with the notice of an emergency in it, and a flow that answers as a test tells it to. */
async function withNotice(check: () => Promise<ReviewCheck>, close?: Reviews['close']) {
  const closings: Closing[] = [];
  const stage = await openStage({
    reviews: {
      check,
      close: async call => {
        closings.push(call);
        return close === undefined ? { kind: 'changed', record: closed } : close(call);
      },
    },
  });
  const ts = await stage.messenger.notice(open, 'C0SEC', 'notice');
  const notice = stage.workspace.history('C0SEC').find(message => message.ts === ts);
  if (notice === undefined) throw new Error('the notice is not in the channel');
  return { stage, notice, closings };
}

const modal = (stage: Stage, words: string) =>
  stage.workspace.until(`a modal that says ${words}`, () => {
    const top = stage.workspace.modals('carol').at(-1);
    return said(top?.blocks).includes(words) ? top : undefined;
  });
const click = (stage: Stage, notice: Message) => stage.workspace.as('carol').click(notice, 'close_review');

it('the form reaches the flow as this account with its note and its evidence', async () => {
  const { stage, notice, closings } = await withNotice(async () => ({ kind: 'open', record: open }));
  await click(stage, notice);
  const form = await modal(stage, 'Requested by');
  const { responseAction } = await stage.workspace.as('carol').submit(form, { reason: ' Disk was full ' });
  expect(responseAction).toBe('clear');
  expect(closings).toMatchObject([
    {
      id: open.id,
      account: 'slack:T0ACME:U0CAROL',
      note: 'Disk was full',
      evidence: { team: 'T0ACME', user: 'U0CAROL' },
    },
  ]);
});

it('K2: a check that is slow opens a frame in time, and then says in it why there is no form', async () => {
  const slow = Promise.withResolvers<ReviewCheck>();
  const { stage, notice } = await withNotice(() => slow.promise);
  expect((await click(stage, notice)).acked).toBe(true);
  await modal(stage, 'Reading the request');
  slow.resolve(refuse('own_review', open));
  const told = await modal(stage, 'someone else must review it');
  expect(told.submit).toBeNull();
});

it('D3: store trouble at the click, or at the form, is told, and nothing counts as closed', async () => {
  const away = async () => {
    throw new Failure('store_unreachable', 'Redis is away. Try again.', { isTransient: true });
  };
  const { stage, notice } = await withNotice(away);
  await click(stage, notice);
  const word = await stage.workspace.until('a word', () => stage.workspace.ephemerals('carol').at(-1));
  expect(word.text).toContain('could not be saved');
  expect(stage.observed).toContainEqual(expect.objectContaining({ code: 'store_unreachable' }));
  const second = await withNotice(async () => ({ kind: 'open', record: open }), away);
  await click(second.stage, second.notice);
  const form = await modal(second.stage, 'Requested by');
  const { errors } = await second.stage.workspace.as('carol').submit(form, { reason: 'fine' });
  expect(JSON.stringify(errors)).toContain('could not be saved');
});

it('a copy that nobody knows of is explained at a click, and says from then on who closed it', async () => {
  const { stage, notice } = await withNotice(async () => refuse('already_reviewed', closed));
  await click(stage, notice);
  const word = await stage.workspace.until('a word', () => stage.workspace.ephemerals('carol').at(-1));
  expect(word.text).toContain('Already reviewed by carol at 2026-11-24 07:20 UTC: Disk was full');
  const drawn = await stage.workspace.until('the copy is drawn', () =>
    stage.workspace.history('C0SEC').find(({ ts, blocks }) => ts === notice.ts && said(blocks).includes('Reviewed')),
  );
  expect(said(drawn.blocks)).not.toContain('[Close review…]');
});

it('C6: a click from tomorrow closes nothing and is written down', async () => {
  const { stage, notice, closings } = await withNotice(async () => ({ kind: 'open', record: open }));
  await stage.workspace.as('carol').click(notice, 'close_review', { at: Date.now() + 301_000 });
  const word = await stage.workspace.until('a word', () => stage.workspace.ephemerals('carol').at(-1));
  expect(word.text).toContain('arrived too late to count');
  expect(stage.noted).toMatchObject([{ event: 'refused', code: 'stale_gesture', id: open.id }]);
  expect(closings).toEqual([]);
});
