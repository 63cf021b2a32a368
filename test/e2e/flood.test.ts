// A flood: one service asks for more than its channel can show soon. One message says how many are to come, and all is shown.
import { expect, it } from 'vitest';
import type { Message, Workspace } from '../../src/local/slack/workspace.ts';
import { said } from '../adapters/slack/said.ts';
import { cardsAbout } from '../support/cards.ts';
import { perTest } from '../support/house.ts';
import { deploy } from './asked.ts';

const { open } = perTest();
const CHANNEL = 'C0APPROVALS';
const isCrowd = (message: Message) => message.metadata?.event_type === 'approval_crowd';
const crowds = (workspace: Workspace) => workspace.history(CHANNEL).filter(isCrowd);
const wordsOf = (workspace: Workspace) => crowds(workspace).map(({ blocks }) => said(blocks).split('\n')[0]);
const countIn = (words: string | undefined) => Number(/asks for (\d+) more/.exec(words ?? '')?.[1]);
/** As many as one service asks for at once; each is another deployment. */
const deploys = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ ...deploy, resource: { ...deploy.resource, id: `service-${i}` } }));

it('60 requests of one service: one message counts down, another service has its card in its turn, in the end all are shown', async () => {
  const house = await open();
  const second = await open({ beside: house, roles: ['slack'] });
  const { workspace } = house;
  const other = await house.service('other');
  const asked = await Promise.all(deploys(60).map(one => house.http.submit(one)));
  await expect.poll(() => countIn(wordsOf(workspace)[0]), { timeout: 20_000 }).toBeGreaterThan(20);
  const [message] = crowds(workspace);
  expect(wordsOf(workspace)[0]).toContain('deployer asks for');
  expect(wordsOf(workspace)[0]).toContain('each to deploy, for alice');

  // Another service waits for its own turn only.
  const theirs = await other.submit({ ...deploy, resource: { ...deploy.resource, id: 'theirs' } });
  const before = cardCount(workspace);
  await expect.poll(() => cardsAbout(workspace, theirs.id).length, { timeout: 20_000 }).toBe(1);
  expect(cardCount(workspace) - before).toBeLessThan(20);

  // One without its card is decided with a person's key.
  const hidden = asked.findLast(({ id }) => cardsAbout(workspace, id).length === 0);
  const bob = await house.person('bob');
  const { id = '', digest = '' } = hidden ?? {};
  await bob.http.vote(id, { vote: 'approve', digest, surface: 'cli' });
  expect(await house.http.wait(id)).toMatchObject({ status: 'approved', votes: [{ by: 'bob' }] });

  // It dies and comes back: what is counted is stored.
  const told = countIn(wordsOf(workspace)[0]);
  await house.restart();
  await expect.poll(() => countIn(wordsOf(workspace)[0]), { timeout: 20_000 }).toBeLessThan(told);
  await expect.poll(() => wordsOf(workspace)[0], { timeout: 90_000 }).toContain('all have been shown, or have ended');
  expect(crowds(workspace).map(({ ts }) => ts)).toEqual([message?.ts]);

  const shown = asked.filter(({ id }) => cardsAbout(workspace, id).length === 1);
  expect(shown.length).toBeGreaterThanOrEqual(59); // the one that was decided meanwhile may have none
  expect(await house.http.list({ status: 'pending', limit: 100 })).toMatchObject({ items: { length: 59 } });
  expect(updatesOf(workspace, message?.ts)).toBeLessThan(25); // 60 s, one in 4 s
  expect([...house.lines, ...second.lines].filter(line => line.includes('"where":"crowds"'))).toEqual([]);
}, 180_000);

function cardCount(workspace: Workspace): number {
  return workspace.history(CHANNEL).filter(message => !isCrowd(message)).length;
}

function updatesOf(workspace: Workspace, ts: string | undefined): number {
  return workspace.calls.filter(({ method, args }) => method === 'chat.update' && args.ts === ts).length;
}
