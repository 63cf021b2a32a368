// What happens to a workspace while people decide: each is a sentence that whoever clicked sees, and the request goes on.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Submission } from '../../src/domain/submission.ts';
import type { Message, OpenView } from '../../src/local/slack/workspace.ts';
import { cardOf, cardSaying } from '../support/cards.ts';
import { type House, openHouse } from '../support/house.ts';

const PATIENCE_MS = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'countersign-test-'));
const path = join(folder, 'people.json');
const listed = (alexandras: readonly string[], further: readonly string[] = []) =>
  writeFileSync(
    path,
    JSON.stringify({
      people: [
        { id: 'alice', slack: ['T0ACME:U0ALICE'], groups: [] },
        { id: 'bob', slack: ['T0ACME:U0BOB'], groups: ['release-managers'] },
        { id: 'alexandra', slack: ['T0ACME:U0ALEX2'], groups: alexandras },
        ...further.map(id => ({ id })),
        { id: 'dave', slack: ['T0ACME:U0DAVE'], groups: ['release-managers'] },
        { id: 'erin', slack: ['T0ACME:U0ERIN'], groups: ['release-managers'] },
      ],
    }),
  );

let house: House;
let count = 0;
beforeAll(async () => {
  listed(['release-managers']);
  house = await openHouse({ env: { COUNTERSIGN_PEOPLE: path } });
}, PATIENCE_MS);
afterAll(async () => {
  await house.stop();
  rmSync(folder, { recursive: true });
});

async function asked(): Promise<{ readonly id: string; readonly card: Message }> {
  count += 1;
  const deploy: Submission = {
    action: 'deploy',
    user: { id: 'alice' },
    resource: { type: 'service', id: 'payments-api', environment: 'prod' },
    params: { version: String(count) },
  };
  const { id } = await house.http.submit(deploy);
  return { id, card: await cardOf(house.workspace, id) };
}

async function denying(user: string, card: Message): Promise<OpenView> {
  await house.workspace.as(user).click(card, 'deny');
  return house.workspace.until('the form', () =>
    house.workspace.modals(user).find(({ callback_id }) => callback_id === 'deny'),
  );
}

async function told(user: string, before: number): Promise<string> {
  return house.workspace.until(`${user} is told`, () => house.workspace.ephemerals(user)[before]?.text, PATIENCE_MS);
}

it(
  'a form that was left open until the request ended says so, and counts for nothing',
  async () => {
    const { id, card } = await asked();
    const form = await denying('U0BOB', card);
    await house.http.cancel(id);
    const { errors } = await house.workspace.as('U0BOB').submit(form, { reason: 'no' });
    expect(errors.reason).toContain('Too late');
    await house.workspace.as('U0BOB').closeModal(form);
  },
  PATIENCE_MS,
);

it(
  'a form that was left open until its person may not decide any more says so',
  async () => {
    const { id, card } = await asked();
    const form = await denying('U0ALEX2', card);
    // Whoever is new in the file is known once it has been read anew.
    listed([], ['zoe']);
    const zoe = await house.person('zoe');
    await expect
      .poll(
        () =>
          zoe.http.list().then(
            () => true,
            () => false,
          ),
        { timeout: PATIENCE_MS / 2 },
      )
      .toBe(true);
    const { errors } = await house.workspace.as('U0ALEX2').submit(form, { reason: 'no' });
    expect(errors.reason).toContain("can't approve this");
    expect(await house.http.read(id)).toMatchObject({ status: 'pending' });
  },
  PATIENCE_MS,
);

it(
  'somebody who is deactivated with a form open is refused by it',
  async () => {
    const { card } = await asked();
    const form = await denying('U0ERIN', card);
    house.workspace.setUser('U0ERIN', { deleted: true });
    const refusal = async () => (await house.workspace.as('U0ERIN').submit(form, { reason: 'no' })).errors.reason;
    await expect.poll(refusal, { timeout: PATIENCE_MS }).toContain('removed accounts');
  },
  PATIENCE_MS,
);

it(
  'while the token is revoked a click is answered and counts for nothing; and counts once it is good again',
  async () => {
    const { id, card } = await asked();
    const before = house.workspace.ephemerals('U0DAVE').length;
    house.workspace.setToken('bot', 'revoked');
    await house.workspace.as('U0DAVE').click(card, 'approve');
    expect(await told('U0DAVE', before)).toContain('could not be checked just now, so nothing was recorded');
    house.workspace.setToken('bot', 'valid');
    await house.workspace.as('U0DAVE').click(card, 'approve');
    expect(await house.http.wait(id)).toMatchObject({ status: 'approved', votes: [{ by: 'dave' }] });
  },
  PATIENCE_MS,
);

it(
  'without a scope that tells who clicked, a click is answered and counts for nothing',
  async () => {
    const { id, card } = await asked();
    const before = house.workspace.ephemerals('U0CAROL').length;
    house.workspace.removeScope('users:read');
    await house.workspace.as('U0CAROL').click(card, 'approve');
    expect(await told('U0CAROL', before)).toContain('nothing was recorded');
    house.workspace.addScope('users:read');
    expect(await house.http.read(id)).toMatchObject({ status: 'pending' });
  },
  PATIENCE_MS,
);

it.each<[string, () => void, () => void]>([
  ['renamed', () => house.workspace.setChannel('C0APPROVALS', { name: 'yes-or-no' }), () => undefined],
  ['made private', () => house.workspace.setChannel('C0APPROVALS', { is_private: true }), () => undefined],
])(
  'a channel that is %s in between keeps its card, which says how it ended',
  async (_what, change, undo) => {
    const { id, card } = await asked();
    change();
    await house.workspace.as('U0DAVE').click(card, 'approve');
    expect(await house.http.wait(id)).toMatchObject({ status: 'approved' });
    expect((await cardSaying(house.workspace, id, 'Approved')).ts).toBe(card.ts);
    undo();
  },
  PATIENCE_MS,
);

it.each<[string, () => void, () => void]>([
  [
    'archived',
    () => house.workspace.setChannel('C0APPROVALS', { is_archived: true }),
    () => house.workspace.setChannel('C0APPROVALS', { is_archived: false }),
  ],
  [
    'left by the app',
    () => house.workspace.removeMember('C0APPROVALS', 'U0BOT'),
    () => house.workspace.addMember('C0APPROVALS', 'U0BOT'),
  ],
])(
  'a channel that is %s in between keeps nobody from deciding, and whoever asked hears of it',
  async (_what, change, undo) => {
    const { id, card } = await asked();
    change();
    await house.workspace.as('U0DAVE').click(card, 'approve');
    expect(await house.http.wait(id)).toMatchObject({ status: 'approved' });
    const heard = () => JSON.stringify(house.workspace.directMessages('U0ALICE')).includes(id);
    await house.workspace.until('alice hears of it', heard, PATIENCE_MS);
    undo();
  },
  PATIENCE_MS,
);
