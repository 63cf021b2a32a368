// Whose phone buzzes, in the whole: at the card, when a later stage opens, and one by one where they are too many.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Submission } from '../../src/domain/submission.ts';
import { cardOf, hasButton, textOf } from '../support/cards.ts';
import { type House, perTest } from '../support/house.ts';
import { scratchDir } from '../support/scratch.ts';

const { open } = perTest();

const exporting: Submission = {
  action: 'export-data',
  user: { id: 'alice' },
  resource: { type: 'dataset', id: 'customers', environment: 'prod', contains_pii: true },
};

const mentioned = (value: unknown): string[] => JSON.stringify(value).match(/(?<="user_id":")[^"]+/g) ?? [];

describe('the people who are awaited', () => {
  it('are mentioned on the card; those of the next stage in a line below it, once it is their turn', async () => {
    const house: House = await open();
    const { workspace } = house;
    const { id } = await house.http.submit(exporting);
    const card = await cardOf(workspace, id);
    expect(mentioned(card.blocks)).not.toContain('U0ALICE');
    const asked = mentioned(card.blocks);
    expect(asked.length).toBeGreaterThan(0);
    await workspace.as(asked[0] ?? '').click(card, 'approve');
    const line = await workspace.until('the next stage is called', () =>
      workspace.thread(card.channel, card.ts).find(message => textOf(message).includes('Now waiting for')),
    );
    expect(mentioned(line.blocks).length).toBeGreaterThan(0);
    expect(mentioned(line.blocks)).not.toContain(asked[0]);
    expect(mentioned(line.blocks)).not.toContain('U0ALICE');
  });

  it('are told one by one where they are too many, with a link to the card, and nobody else is', async () => {
    const crowd = Array.from({ length: 9 }, (_, i) => ({ id: `p${i}`, groups: ['data-owners'] }));
    const people = [
      { id: 'alice', slack: ['T0ACME:U0ALICE'], groups: ['data-owners'] },
      { id: 'bob', slack: ['T0ACME:U0BOB'], groups: ['data-owners'] },
      { id: 'carol', slack: ['T0ACME:U0CAROL'], groups: ['privacy'] },
      ...crowd,
    ];
    const path = join(scratchDir(), 'people.json');
    writeFileSync(path, JSON.stringify({ people }));
    const house = await open({ env: { COUNTERSIGN_PEOPLE: path } });
    const { workspace } = house;
    const { id } = await house.http.submit(exporting);
    const card = await cardOf(workspace, id);
    expect(mentioned(card.blocks)).toEqual([]);
    const told = await workspace.until('bob is told', () => workspace.directMessages('U0BOB').at(-1));
    expect(textOf(told)).toContain('Your approval is needed: export-data dataset customers in prod');
    expect(textOf(told)).toContain(`/archives/${card.channel}/p${card.ts.replace('.', '')}`);
    await workspace.as('U0BOB').click(card, 'approve');
    await workspace.until('carol is called', () =>
      workspace.thread(card.channel, card.ts).some(message => mentioned(message.blocks).includes('U0CAROL')),
    );
    expect(workspace.directMessages('U0ALICE')).toEqual([]);
    expect(workspace.directMessages('U0CAROL')).toEqual([]); // one of one is mentioned
    expect(workspace.directMessages('U0BOB')).toHaveLength(1);
  });
});

it('whoever approved takes it back on the card, and whoever had no part in it does not', async () => {
  const house = await open();
  const { workspace } = house;
  const { id } = await house.http.submit({ action: 'deploy', user: { id: 'alice' }, resource: exporting.resource });
  await workspace.as('U0BOB').click(await cardOf(workspace, id), 'approve');
  await house.http.wait(id);
  const card = await workspace.until('a card that can be taken back', () => {
    const message = workspace.history('C0APPROVALS').find(posted => textOf(posted).includes(id));
    return message !== undefined && hasButton(message, 'take_back') ? message : undefined;
  });
  const formOf = async (user: string) => {
    await workspace.as(user).click(card, 'take_back');
    return workspace.until('a form', () => workspace.modals(user).at(-1));
  };
  const refused = await workspace.as('U0ERIN').submit(await formOf('U0ERIN'), {});
  expect(JSON.stringify(refused.errors)).toContain('can take this back');
  expect((await house.record(id)).revoked).toBeUndefined();
  await workspace.as('U0BOB').submit(await formOf('U0BOB'), { reason: 'the wrong version' });
  expect((await house.record(id)).revoked).toMatchObject({ by: 'bob', reason: 'the wrong version' });
  await workspace.until('the card says so', () => {
    const message = workspace.history('C0APPROVALS').find(posted => posted.ts === card.ts);
    return message !== undefined && textOf(message).includes('Taken back') && !hasButton(message, 'take_back');
  });
});
