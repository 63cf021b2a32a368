// Who asked, over the whole of it: a newcomer whom Slack alone knows, and one whom nobody knows.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { examineStrangers } from '../../src/cli/doctor/strangers.ts';
import { loadConfig } from '../../src/config.ts';
import type { Message } from '../../src/local/slack/workspace.ts';
import { strangersIn } from '../../src/main.ts';
import { cardOf, cardSaying, cardsAbout, hasButton, textOf } from '../support/cards.ts';
import { PEOPLE, perTest } from '../support/house.ts';
import { scratchDir } from '../support/scratch.ts';
import { deploy } from './asked.ts';

const { open } = perTest();
const NOBODY_KNOWS = 'neither the directory nor Slack knows who asked';

describe('without a people file', () => {
  it.each(['slack:T0ACME:U0ALICE', 'Alice@acme.example'])(
    'a requester given as %s is known through Slack: another approves, and they themselves do not',
    async id => {
      const house = await open({ env: { COUNTERSIGN_PEOPLE: '' } });
      const { workspace } = house;
      const asked = await house.http.submit({ ...deploy, user: { id } });
      const card = await cardOf(workspace, asked.id);
      expect(textOf(card)).not.toContain(NOBODY_KNOWS);
      await workspace.as('U0ALICE').click(card, 'approve');
      await workspace.until('a word to alice', () =>
        JSON.stringify(workspace.ephemerals('U0ALICE')).includes("can't approve your own"),
      );
      await workspace.as('U0BOB').click(card, 'approve');
      expect(await house.http.wait(asked.id)).toMatchObject({
        status: 'approved',
        votes: [{ by: 'slack:T0ACME:U0BOB' }],
      });
    },
  );

  it('one whom nobody knows is told of on the card at once, by doctor, and to whoever tries', async () => {
    const house = await open({ env: { COUNTERSIGN_PEOPLE: '' } });
    const { workspace } = house;
    for (const id of ['zoe', 'pat@acme.example', 'slack:T0ACME:U0NOSUCH', 'slack:T0OTHER:U0ALICE']) {
      const asked = await house.http.submit({ ...deploy, user: { id } });
      const card = await cardSaying(workspace, asked.id, NOBODY_KNOWS);
      expect(await house.http.read(asked.id)).toMatchObject({ trouble: expect.stringContaining(NOBODY_KNOWS) });
      expect(['approve', 'deny'].filter(name => hasButton(card, name))).toEqual(['deny']);
      await workspace.as('U0BOB').click(withApprove(card), 'approve', { stale: true });
      const refused = async () => (await house.audit(asked.id)).find(({ event }) => event === 'refused');
      await expect.poll(refused, { timeout: 10_000 }).toMatchObject({ code: 'unknown_requester' });
      await workspace.until('words to bob', () =>
        JSON.stringify(workspace.ephemerals('U0BOB').at(-1) ?? '').includes('Nobody can approve this yet'),
      );
      expect((await house.http.read(asked.id)).votes).toEqual([]);
    }
    const config = loadConfig(house.env, ['slack']);
    const strangers = await strangersIn(config);
    expect(strangers.toSorted()).toEqual(['pat@acme.example', 'slack:T0ACME:U0NOSUCH', 'slack:T0OTHER:U0ALICE', 'zoe']);
    expect(await examineStrangers(config)).toMatchObject([
      {
        name: 'requesters',
        ok: false,
        detail: expect.stringMatching(/nobody knows .*"zoe".*Add them to the people file/),
      },
    ]);
  });
});

describe('somebody whom nobody knows', () => {
  it('gets Approve back on their card by themselves once the people file has them', async () => {
    const people = join(scratchDir(), 'people.yaml');
    const all = await readFile(PEOPLE, 'utf8');
    await writeFile(people, all);
    const house = await open({ env: { COUNTERSIGN_PEOPLE: people } });
    const { workspace } = house;
    const { id } = await house.http.submit({ ...deploy, user: { id: 'zoe' } });
    expect(hasButton(await cardSaying(workspace, id, NOBODY_KNOWS), 'approve')).toBe(false);
    await writeFile(people, all.replace('people:\n', 'people:\n  - id: zoe\n'));
    const card = await workspace.until(
      'a card with Approve',
      () => cardsAbout(workspace, id).find(message => hasButton(message, 'approve')),
      60_000,
    );
    expect(textOf(card)).not.toContain(NOBODY_KNOWS);
    await workspace.as('U0BOB').click(card, 'approve');
    expect(await house.http.wait(id)).toMatchObject({ status: 'approved' });
  }, 120_000);
});

/** The card as it was before somebody was known no more. */
function withApprove(card: Message): Message {
  return JSON.parse(textOf(card).replace('"action_id":"deny"', '"action_id":"approve"')) as Message;
}
