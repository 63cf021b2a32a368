// What is typed below a card counts for nothing, and whoever types it is told so once.
import { describe, expect, it } from 'vitest';
import { isTypedAnswer } from '../../../src/adapters/slack/typed-answers.ts';
import { aRecord } from './records.ts';
import { told } from './seen.ts';
import { openStage } from './stage.ts';

it.each(['lgtm', 'LGTM!', 'ok', 'Okay.', '*approved*', 'approve', ':+1:', '👍', 'yes', 'ship it 🚀', 'denied'])(
  '"%s" reads like an answer',
  text => expect(isTypedAnswer(text)).toBe(true),
);

it.each(['ok, but which version?', 'approved by whom?', 'no idea', 'looking', 'yesterday', ''])('"%s" does not', text =>
  expect(isTypedAnswer(text)).toBe(false),
);

describe('C7: a reply below a card', () => {
  it('that reads like an answer is answered in the thread, alone, once a person; and nothing is counted', async () => {
    const stage = await openStage();
    const { workspace } = stage;
    const card = await stage.show();
    await workspace.as('bob').say('C0APPROVALS', 'lgtm', card.ts);
    const hint = await told(stage, 'bob');
    expect(hint).toMatchObject({ channel: 'C0APPROVALS', thread_ts: card.ts });
    expect(hint.text).toContain('use the buttons on the card');
    await workspace.as('bob').say('C0APPROVALS', 'ok', card.ts);
    await workspace.as('carol').say('C0APPROVALS', 'approved', card.ts);
    await told(stage, 'carol');
    expect(workspace.ephemerals('bob')).toHaveLength(1);
    expect(stage.ballots).toEqual([]);
  });

  it('is left alone below what is no card, below what has ended, and outside a thread', async () => {
    const stage = await openStage();
    const { workspace } = stage;
    const ended = await stage.show(
      aRecord({ status: 'denied', resolution: { by: 'people', at: '2026-11-24T07:20:00.000Z' } }),
    );
    const said = await workspace.as('erin').say('C0APPROVALS', 'who deploys?');
    await workspace.as('bob').say('C0APPROVALS', 'ok', said.ts);
    await workspace.as('bob').say('C0APPROVALS', 'ok', ended.ts);
    await workspace.as('bob').say('C0APPROVALS', 'ok');
    const looked = () => workspace.calls.filter(({ method }) => method === 'conversations.history').length;
    await workspace.until('both threads are looked at', () => looked() === 2);
    expect(workspace.ephemerals('bob')).toEqual([]);
  });

  it('is not even heard of without the scope to read history', async () => {
    const stage = await openStage();
    const card = await stage.show();
    stage.workspace.removeScope('channels:history');
    await stage.workspace.as('bob').say('C0APPROVALS', 'lgtm', card.ts);
    await stage.workspace.as('bob').click(card, 'approve');
    expect(stage.workspace.ephemerals('bob')).toEqual([]);
  });
});
