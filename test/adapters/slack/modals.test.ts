// Forms and reviews: they open in time, show what is to be approved, and hold what people write.
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/domain/failure.ts';
import { refuse } from '../../../src/domain/refusal.ts';
import { aRecord, deploy, twoOwners } from './records.ts';
import { said } from './said.ts';
import { modal } from './seen.ts';
import { openStage } from './stage.ts';

describe('modals', () => {
  it('K2: the modal opens while the store is slow', async () => {
    const stage = await openStage();
    const message = await stage.show();
    const slow = Promise.withResolvers<void>();
    stage.find = async id => {
      await slow.promise;
      return stage.records.get(id);
    };
    await stage.workspace.as('bob').click(message, 'details');
    const skeleton = await modal(stage, 'bob');
    expect(said(skeleton.blocks)).toContain('Reading the request…');
    slow.resolve();
    await stage.workspace.until('the content comes', () =>
      said(stage.workspace.modals('bob').at(-1)?.blocks).includes('payments-api'),
    );
  });

  it('a store that fails meanwhile is said in the modal', async () => {
    const stage = await openStage();
    const message = await stage.show();
    stage.find = async () => {
      await delay(300);
      throw new Failure('store_unreachable', 'Redis is away. Try again.', { isTransient: true });
    };
    await stage.workspace.as('bob').click(message, 'deny');
    await stage.workspace.until('it is said', () =>
      said(stage.workspace.modals('bob').at(-1)?.blocks).includes('could not be read just now'),
    );
  });

  it('a double click opens one modal and says nothing about the second', async () => {
    const stage = await openStage();
    await stage.workspace.as('bob').click(await stage.show(), 'deny', { times: 2 });
    await modal(stage, 'bob', 'deny');
    expect(stage.workspace.modals('bob')).toHaveLength(1);
    expect(stage.workspace.ephemerals('bob')).toEqual([]);
  });

  it('Approve asks for words where policy requires them', async () => {
    const stage = await openStage();
    const approval = { ...twoOwners, reason_required: 'always' as const };
    await stage.workspace.as('bob').click(await stage.show(aRecord({ approval })), 'approve');
    const view = await modal(stage, 'bob', 'approve');
    expect(stage.ballots).toEqual([]);
    await stage.workspace.as('bob').submit(view, { reason: 'checked the plan' });
    expect(stage.ballots[0]).toMatchObject({ vote: 'approve', reason: 'checked the plan' });
  });

  it('a form submitted again after a refusal is another gesture', async () => {
    const stage = await openStage();
    stage.answer = async () => refuse('policy_unavailable', aRecord());
    await stage.workspace.as('bob').click(await stage.show(), 'deny');
    const view = await modal(stage, 'bob', 'deny');
    await stage.workspace.as('bob').submit(view, { reason: 'no' });
    await stage.workspace.as('bob').submit(view, { reason: 'no' });
    expect(new Set(stage.ballots.map(({ key }) => key)).size).toBe(2);
  });

  it('E4: what the card could not show is read to its end before it can be approved', async () => {
    const stage = await openStage();
    const script = Array.from({ length: 1_500 }, (_, i) => `statement ${i};`).join('\n');
    const message = await stage.show(aRecord({}, { ...deploy, params: { script } }));
    expect(said(message.blocks)).toContain('[Review…]');
    await stage.workspace.as('bob').click(message, 'review');
    let view = await modal(stage, 'bob');
    let turns = 0;
    while (view.submit === null) {
      const before = view.hash;
      await stage.workspace.as('bob').click(view, 'page_next');
      view = await stage.workspace.until('the page turns', () => {
        const top = stage.workspace.modals('bob').at(-1);
        return top !== undefined && top.hash !== before ? top : undefined;
      });
      turns += 1;
    }
    expect(turns).toBeGreaterThan(2);
    expect(said(view.blocks)).toContain('statement 1499;');
    await stage.workspace.as('bob').submit(view, {});
    expect(stage.ballots).toEqual([expect.objectContaining({ vote: 'approve', account: 'slack:T0ACME:U0BOB' })]);
  });

  it('E12 D22: an Approve on a card that could not show everything opens the review instead', async () => {
    const stage = await openStage();
    const message = await stage.show();
    stage.records.set(aRecord().id, aRecord({}, { ...deploy, params: { script: 'x'.repeat(9_000) } }));
    await stage.workspace.as('bob').click(message, 'approve');
    expect((await modal(stage, 'bob')).title?.text).toBe('Review request');
    expect(stage.ballots).toEqual([]);
  });
});
