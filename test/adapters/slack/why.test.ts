// Why?: from the menu of a card and as a shortcut on it, which rules spoke, what each answer counts for, what is still needed.
import { describe, expect, it } from 'vitest';
import { whyBlocks } from '../../../src/adapters/slack/cards/why.ts';
import { validateView } from '../../../src/local/slack/blocks/view.ts';
import { aRecord, aVote, mentions, twoOwners } from './records.ts';
import { said } from './said.ts';
import { modal, told } from './seen.ts';
import { openStage } from './stage.ts';

const [owners] = twoOwners.stages;
const halfway = aRecord({
  approval: { ...twoOwners, stages: owners === undefined ? [] : [{ ...owners, have: 1 }] },
  votes: [aVote('bob'), aVote('erin', { counted: false, code: 'not_eligible' })],
});

it('names rules by what they say and where they stand, what each answer counted for, who is missing, and the policy', () => {
  const words = said(whyBlocks(halfway, mentions));
  expect(words).toContain('Two service owners must approve. · deploy.prod');
  expect(words).toContain('Service owners: 1 of 2 · waiting for');
  expect(words).toMatch(/<@U0BOB> approved · .*counts for Service owners/);
  expect(words).toMatch(/<@U0ERIN> approved · .*not counted \(not_eligible\)/);
  expect(words).toContain('Policy revision  8f2c1d');
});

it('says so where policy has not answered yet', () => {
  const { decision: _, approval: _asked, ...record } = aRecord({ trouble: 'OPA is down' });
  expect(said(whyBlocks({ ...record, status: 'pending' }, mentions))).toContain('It has not answered yet: OPA is down');
});

describe('on a card', () => {
  it('opens from the menu at the end of the row, and counts for nothing', async () => {
    const stage = await openStage();
    const message = await stage.show(halfway);
    const menu = JSON.stringify(message.blocks).match(/"value":"(why\.[^"]+)"/)?.[1] ?? '';
    await stage.workspace.as('erin').click(message, 'more', { value: menu });
    const view = await modal(stage, 'erin');
    await expect.poll(() => said(stage.workspace.modals('erin').at(-1)?.blocks)).toContain('Policy revision');
    expect(view.title?.text).toBe('Why?');
    expect(stage.ballots).toEqual([]);
  });

  it('is a shortcut on the message as well; on one that is no card it says so', async () => {
    const stage = await openStage({ mode: 'http' });
    const message = await stage.show(halfway);
    await stage.workspace.as('erin').shortcut('why', message);
    await expect.poll(() => said(stage.workspace.modals('erin').at(-1)?.blocks)).toContain('Policy revision');
    const other = await stage.workspace.as('erin').say('C0APPROVALS', 'why?');
    await stage.workspace.as('bob').shortcut('why', other);
    expect((await told(stage, 'bob')).text).toContain('not the card of a request');
  });

  it('a choice that is none of ours leads to nothing but a word', async () => {
    const stage = await openStage();
    const message = await stage.show(halfway);
    const menu = JSON.stringify(message.blocks).match(/"value":"(why\.[^"]+)"/)?.[1] ?? '';
    const blocks = JSON.parse(JSON.stringify(message.blocks).replaceAll(menu, menu.replace('why.', 'approve.')));
    await stage.workspace.as('bob').click({ ...message, blocks }, 'more', {
      value: menu.replace('why.', 'approve.'),
      stale: true,
    });
    expect((await told(stage, 'bob')).text).toContain('request');
    expect(stage.ballots).toEqual([]);
  });
});

it('is a modal that Slack takes', () => {
  expect(
    validateView(
      { type: 'modal', title: { type: 'plain_text', text: 'Why?' }, blocks: whyBlocks(halfway, mentions) },
      'modal',
    ),
  ).toEqual([]);
});
