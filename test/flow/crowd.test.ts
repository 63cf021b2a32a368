// One message tells of a flood: over a real Redis and the local Slack, by a clock of its own, whatever Slack or a process does.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCrowds } from '../../src/adapters/redis/crowds.ts';
import { createCrowdTeller } from '../../src/adapters/slack/crowds.ts';
import { createPace } from '../../src/adapters/slack/pace.ts';
import { MANY } from '../../src/domain/crowd.ts';
import type { RequestRecord } from '../../src/domain/record.ts';
import { cancelled } from '../../src/domain/steps/ended.ts';
import { shown } from '../../src/domain/steps/shown.ts';
import { type CrowdWorld, tellOfCrowds } from '../../src/flow/crowd.ts';
import type { Observation } from '../../src/flow/ports.ts';
import { type Opened, openOn } from '../adapters/redis/opened.ts';
import { stored, waiting } from '../adapters/redis/waiting.ts';
import { said } from '../adapters/slack/said.ts';
import { openStage, type Stage } from '../adapters/slack/stage.ts';
import { redisUrl } from '../support/services.ts';

const CHANNEL = 'C0APPROVALS';
const PAST_HOLD = 12_000;
const SOON = { timeout: 10_000, interval: 20 };

let opened: Opened;
let stage: Stage;
let now: number;
let observed: Observation[];
let one: CrowdWorld;
let two: CrowdWorld;

beforeEach(async () => {
  opened = await openOn(redisUrl());
  stage = await openStage({ workspace: { rateLimits: false } });
  now = opened.store.now();
  observed = [];
  [one, two] = [process(), process()];
});
afterEach(() => opened.close());

/** One of several that look: only Redis and Slack are shared. */
function process(): CrowdWorld {
  const pace = createPace(
    () => now,
    () => 0,
    async () => {},
  );
  return {
    store: { now: () => now, read: opened.store.read },
    crowds: openCrowds({ redis: opened.redis, namespace: opened.namespace }),
    teller: createCrowdTeller({ slack: stage.slack, pace }),
    observe: seen => void observed.push(seen),
    approvalsChannel: CHANNEL,
    randomKey: () => crypto.randomUUID(),
  };
}

async function flood(count: number, service = 'deployer', channel?: string): Promise<RequestRecord[]> {
  return Promise.all(Array.from({ length: count }, () => waiting(opened.store, service, channel)));
}

const show = (record: RequestRecord) =>
  stored(opened.store, shown(record, { channel: CHANNEL, ts: `${Date.now()}.${record.id}`, hash: 'sha256:0' }, now));

async function look(afterMs = 0, ...worlds: CrowdWorld[]): Promise<void> {
  now += afterMs;
  await Promise.all((worlds.length === 0 ? [one] : worlds).map(world => tellOfCrowds(world)));
}

const messages = (channel = CHANNEL) =>
  stage.workspace.history(channel).filter(({ metadata }) => metadata?.event_type === 'approval_crowd');
const lines = (channel = CHANNEL) => messages(channel).map(({ blocks }) => said(blocks).split('\n')[0]);
const callsOf = (method: string) => stage.workspace.calls.filter(call => call.method === method);
const kept = () => one.crowds.messages();

describe('a flood', () => {
  it('is told of above 20, with what they have in common and the first deadline, and how to see them without waiting', async () => {
    const first = await flood(MANY);
    await look();
    expect(messages()).toEqual([]);
    await flood(1);
    await look();
    const [message] = messages();
    const ends = first.map(({ expiresAt }) => expiresAt).toSorted()[0] ?? '';
    expect(said(message?.blocks)).toBe(
      `⏳ deployer asks for 21 more · each to delete-resource, for alice. The first of them ends ${ends.slice(0, 10)} ${ends.slice(11, 16)} UTC.\n` +
        'Each gets its card here in its turn. With a key of yours you need not wait for it: countersign list --mine shows them, ' +
        'countersign approve and countersign deny answer one. How approvals work: /approvals help\n',
    );
    expect(message?.text).toBe('deployer asks for 21 more');
  });

  it('is kept up to date in the same message, not more often than every 4 s, and says in the end that all are shown', async () => {
    const all = await flood(30);
    await look();
    const [{ ts } = { ts: '' }] = messages();
    for (const record of all.slice(0, 20)) {
      await show(record);
      await look(500);
    }
    expect(lines()).toEqual([expect.stringMatching(/asks for 1[0-4] more/)]);
    expect(callsOf('chat.update').length).toBeLessThanOrEqual(3); // 10 s
    for (const record of all.slice(20, 29)) await show(record);
    await look(4_000);
    expect(lines()).toEqual([expect.stringContaining('asks for 1 more')]);
    await stored(opened.store, cancelled(all[29] as RequestRecord, now));
    await look(4_000);
    expect(lines()).toEqual(['✅ deployer: all have been shown, or have ended. At most 30 waited at once.']);
    expect(messages().map(message => message.ts)).toEqual([ts]);
    await look(4_000);
    expect(await kept()).toEqual([]);
    const updates = callsOf('chat.update').length;
    await look(60_000);
    expect(callsOf('chat.update')).toHaveLength(updates);
  });

  it('has one message for each service and channel; who names no channel and who names that one are one crowd', async () => {
    await flood(11);
    await flood(11, 'deployer', CHANNEL);
    await flood(21, 'deployer', 'C0FINANCE');
    await flood(21, 'other');
    await look();
    expect(lines().toSorted()).toEqual([
      expect.stringContaining('deployer asks for 22 more'),
      expect.stringContaining('other asks for 21 more'),
    ]);
    expect(lines('C0FINANCE')).toEqual([expect.stringContaining('deployer asks for 21 more')]);
  });

  it('whose names would ping, link or look like ours says them as they are, in no mrkdwn', async () => {
    const name = '<!channel> *x* <https://evil|approved> :tada:\u202e';
    const asked = Array.from({ length: 21 }, () =>
      waiting(opened.store, name, undefined, { action: '<@U0BOB>', user: { id: '<!here>' } }),
    );
    await Promise.all(asked);
    await look();
    const [message] = messages();
    expect(said(message?.blocks)).toContain('<!channel> *x* <https://evil|approved> :tada:\\u202e asks for 21 more');
    expect(message?.text).not.toMatch(/[<*]|:tada:|https:\/\//);
    const styles = JSON.stringify(message?.blocks);
    expect(styles).not.toMatch(/"type":"(mrkdwn|user|link|broadcast|emoji)"/);
  });
});

describe('two processes', () => {
  it('post one message and bring it up to date in turn, however often both look at once', async () => {
    const all = await flood(40);
    await look(0, one, two, one, two);
    expect(messages()).toHaveLength(1);
    for (const record of all.slice(0, 12)) {
      await show(record);
      await look(1_000, one, two, two, one);
    }
    expect(callsOf('chat.postMessage')).toHaveLength(1);
    expect(callsOf('chat.update').length).toBeLessThanOrEqual(3); // 12 s
    await look(4_000, one, two);
    expect(lines()).toEqual([expect.stringContaining('asks for 28 more')]);
  });

  it('one that died before it posted is followed by the other, one that died afterwards as well', async () => {
    await flood(21);
    const dies = (whether: 'before' | 'after'): CrowdWorld => ({
      ...two,
      teller: {
        ...two.teller,
        async post(message, crowd) {
          if (whether === 'after') await two.teller.post(message, crowd);
          throw new Error('killed');
        },
      },
    });
    await expect(tellOfCrowds(dies('before'))).rejects.toThrow('killed');
    await look(PAST_HOLD - 1);
    expect(messages()).toEqual([]);
    await look(1);
    expect(messages()).toHaveLength(1);
    await flood(21, 'other');
    await expect(tellOfCrowds(dies('after'))).rejects.toThrow('killed');
    await look(PAST_HOLD);
    await look(4_000);
    expect(lines().toSorted()).toEqual([
      expect.stringContaining('deployer asks for 21 more'),
      expect.stringContaining('other asks for 21 more'),
    ]);
    expect(callsOf('chat.postMessage')).toHaveLength(2);
  });
});

describe('Slack in trouble', () => {
  it('C8: an answer that is lost leaves one message, which is found and brought up to date', async () => {
    const all = await flood(25);
    stage.workspace.inject('chat.postMessage', { kind: 'drop_after_commit' });
    await look();
    await show(all[0] as RequestRecord);
    await look(PAST_HOLD);
    await look();
    expect(lines()).toEqual([expect.stringContaining('asks for 24 more')]);
    expect(callsOf('chat.postMessage')).toHaveLength(1);
  });

  it('C8: one that comes late, after it was posted again, is taken away', async () => {
    const all = await flood(25);
    stage.workspace.inject('chat.postMessage', { kind: 'late_commit', ms: 400 });
    await look();
    await look(PAST_HOLD); // it is not there: posted again
    await expect.poll(() => messages().length, SOON).toBe(2);
    await show(all[0] as RequestRecord);
    await look(5_000); // says 24
    await look(4_000); // looks
    expect(lines()).toEqual([expect.stringContaining('asks for 24 more')]);
    const [kept] = await one.crowds.messages();
    expect(kept?.message).toMatchObject({ ts: messages()[0]?.ts, posts: 2 });
  });

  it('without the right to read history it is never posted twice, and forgotten when nobody waits any more', async () => {
    for (const scope of ['channels:history', 'groups:history']) stage.workspace.removeScope(scope);
    const all = await flood(21);
    stage.workspace.inject('chat.postMessage', { kind: 'drop_before' });
    await look();
    for (let i = 0; i < 5; i++) await look(60_000, one, two);
    expect(callsOf('chat.postMessage').length).toBeLessThanOrEqual(1);
    for (const record of all) await show(record);
    await look(60_000);
    expect(await kept()).toEqual([]);
  });

  it('down for a while, it is posted once Slack is back, and tells what waits then', async () => {
    const all = await flood(30);
    stage.workspace.inject('*', { kind: 'http', status: 503 }, { times: 1_000 });
    for (let i = 0; i < 4; i++) await look(PAST_HOLD, one, two);
    expect(messages()).toEqual([]);
    await show(all[0] as RequestRecord);
    stage.workspace.clearFaults();
    await look(PAST_HOLD, one, two);
    expect(lines()).toEqual([expect.stringContaining('asks for 29 more')]);
  });

  it('told to slow down, it comes back when Slack said, and nothing is looked for', async () => {
    await flood(21);
    stage.workspace.inject('chat.postMessage', { kind: 'rate_limited', retryAfterS: 30 });
    await look();
    await look(29_000);
    expect(messages()).toEqual([]);
    await look(3_000);
    expect(messages()).toHaveLength(1);
    expect(callsOf('conversations.history')).toEqual([]);
  });

  it('deleted by somebody, it comes again after a minute where many wait still, and never where few do', async () => {
    const all = await flood(30);
    await look();
    const remove = () => stage.slack.outbound.chat.delete({ channel: CHANNEL, ts: messages()[0]?.ts ?? '' });
    await remove();
    await show(all[0] as RequestRecord);
    await look(4_000);
    await look(59_000);
    expect(messages()).toEqual([]);
    await look(1_000);
    expect(lines()).toEqual([expect.stringContaining('asks for 29 more')]);
    await remove();
    for (const record of all.slice(1, 15)) await show(record);
    await look(4_000);
    await look(60_000);
    expect(messages()).toEqual([]);
    expect(await kept()).toEqual([]);
  });

  it('D13: an archived channel is tried once a minute, said with its remedy, and holds up no other', async () => {
    await flood(21, 'deployer', 'C0ARCHIVED');
    await flood(21, 'other');
    for (let i = 0; i < 20; i++) await look(2_000);
    expect(lines()).toEqual([expect.stringContaining('other asks for 21 more')]);
    const message = expect.stringMatching(/Unarchive it or name another one in policy\.$/);
    expect(observed).toEqual([{ kind: 'trouble', where: 'slack', code: 'slack_is_archived', message }]);
  });

  it('archived while it stands there, it is left as it is, and forgotten when nobody waits any more', async () => {
    const all = await flood(21);
    await look();
    stage.workspace.setChannel(CHANNEL, { is_archived: true });
    for (const record of all) await show(record);
    await look(4_000);
    expect(observed).toMatchObject([{ kind: 'trouble', code: 'slack_is_inactive' }]);
    await look(60_000);
    expect(await kept()).toEqual([]);
  });
});

it('a message of a newer version is left to it', async () => {
  await flood(21);
  await opened.redis.hset(`{${opened.namespace}}:crowds`, JSON.stringify(['deployer', CHANNEL]), '{"schema":2}');
  await look();
  expect(messages()).toEqual([]);
});
