// The way in: what the app says of itself, and how it bears connections that end.
import { describe, expect, it } from 'vitest';
import { refuse } from '../../../src/domain/refusal.ts';
import { aRecord } from './records.ts';
import { modal } from './seen.ts';
import { openStage } from './stage.ts';

it('who opens their Home is known, and the command and the shortcut say how it works', async () => {
  const stage = await openStage();
  await stage.workspace.as('erin').openHome();
  await stage.workspace.until('it is known', () => stage.opened.includes('slack:T0ACME:U0ERIN'));
  const { shown } = await stage.workspace.as('erin').command('/approvals help', 'C0APPROVALS');
  expect(shown?.text).toContain("need a person's approval");
  await stage.workspace.as('erin').shortcut('open_queue');
  expect((await modal(stage, 'erin')).title?.text).toBe('Approvals');
});

describe('connections', () => {
  it('D19 D25: a click while Slack renews the connections is answered', async () => {
    const stage = await openStage();
    const message = await stage.show();
    const opened = stage.workspace.calls.length;
    stage.workspace.disconnectSockets();
    await stage.workspace.until('new connections are asked for', () =>
      stage.workspace.calls.slice(opened).some(({ method, ok }) => method === 'apps.connections.open' && ok),
    );
    await expect
      .poll(async () => (await stage.workspace.as('bob').click(message, 'approve')).acked, { timeout: 15_000 })
      .toBe(true);
    await stage.workspace.until('the vote is cast', () => stage.ballots.length > 0);
    expect(stage.ballots[0]?.account).toBe('slack:T0ACME:U0BOB');
  });

  it('D26: the bot recovers from an outage of apps.connections.open', async () => {
    const stage = await openStage();
    stage.workspace.inject('apps.connections.open', { kind: 'http', status: 503 }, { times: 4 });
    stage.workspace.disconnectSockets();
    await stage.workspace.until('the outage is met', () =>
      stage.observed.some(o => o.kind === 'trouble' && o.code === 'socket_down'),
    );
    await stage.workspace.until(
      'it is connected again',
      () =>
        stage.workspace.connections() > 0 &&
        stage.workspace.calls.filter(({ method, ok }) => method === 'apps.connections.open' && ok).length >= 3,
    );
    expect((await stage.inbound.check()).ok).toBe(true);
  });

  it('work under way is ended before stop is over', async () => {
    const stage = await openStage();
    const slow = Promise.withResolvers<void>();
    stage.answer = async () => {
      await slow.promise;
      return refuse('not_eligible', aRecord());
    };
    await stage.workspace.as('erin').click(await stage.show(), 'approve');
    await stage.workspace.until('the vote is under way', () => stage.ballots.length === 1);
    const stopped = stage.inbound.stop();
    await stage.workspace.until('no connection is left', () => stage.workspace.connections() === 0);
    setTimeout(slow.resolve, 400);
    await stopped;
    expect(stage.workspace.ephemerals('erin')).toHaveLength(1);
  });
});
