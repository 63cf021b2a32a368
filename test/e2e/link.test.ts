// People link their own Slack account: a key proves who they are, the verified payload which account it is.
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Submission } from '../../src/domain/submission.ts';
import { said } from '../adapters/slack/said.ts';
import { cardOf, cardSaying, textOf } from '../support/cards.ts';
import { type House, openHouse, perTest } from '../support/house.ts';
import { scratchDir } from '../support/scratch.ts';
import { deploy, largeRefund as refundOfErin } from './asked.ts';

const PEOPLE = join(import.meta.dirname, 'unlisted/people.yaml');
const { open } = perTest();
let house: House;
beforeAll(async () => {
  house = await openHouse({ env: { COUNTERSIGN_PEOPLE: PEOPLE } });
});
afterAll(() => house?.stop());

const largeRefund: Submission = { ...refundOfErin, user: { id: 'alice', role: 'support' } };

/** What the app answers this person alone, to what they type. */
async function typed(user: string, line: string, where = house): Promise<string> {
  const before = where.workspace.ephemerals(user).length;
  expect((await where.workspace.as(user).command(line)).acked).toBe(true);
  const [answer] = await where.workspace.until(`an answer to ${user}`, () => {
    const answers = where.workspace.ephemerals(user).slice(before);
    return answers.length > 0 ? answers : undefined;
  });
  return answer?.text ?? '';
}

async function link(person: string, user: string, where = house): Promise<string> {
  const { http } = await where.person(person);
  const { command } = await http.link();
  return typed(user, command, where);
}

async function unlink(person: string, where = house): Promise<void> {
  const { http } = await where.person(person);
  await http.unlink();
}

/** Clicks and hears why it does not count. */
async function refusedClick(user: string, id: string, where = house): Promise<string> {
  const card = await cardOf(where.workspace, id);
  const before = where.workspace.ephemerals(user).length;
  await where.workspace.as(user).click(card, 'approve');
  await where.workspace.until(`a word to ${user}`, () => where.workspace.ephemerals(user).length > before);
  return JSON.stringify(where.workspace.ephemerals(user).at(-1));
}

describe('somebody whom the directory knows without an account', () => {
  it('is nobody at a click; after linking they are themselves, are mentioned, and are written to', async () => {
    const { id } = await house.http.submit(deploy);
    expect(await refusedClick('U0DAVE', id)).toMatch(/can't approve this.*link it \(countersign link\)/);
    expect(await link('dave', 'U0DAVE')).toMatch(/now linked to "dave"/);
    await house.workspace.as('U0DAVE').click(await cardOf(house.workspace, id), 'approve');
    expect(await house.http.wait(id)).toMatchObject({ status: 'approved', votes: [{ by: 'dave' }] });
    const voted = (await house.audit(id)).find(({ event }) => event === 'voted');
    expect(voted).toMatchObject({
      evidence: { who: { account: 'slack:T0ACME:U0DAVE', person: 'dave', matched_by: 'link' } },
    });
    const facts = await house.notes();
    expect(facts).toContainEqual(
      expect.objectContaining({ event: 'linked', person: 'dave', account: 'slack:T0ACME:U0DAVE' }),
    );

    const other = await house.http.submit(deploy);
    expect(textOf(await cardOf(house.workspace, other.id))).toContain('"user_id":"U0DAVE"');
    await house.http.cancel(other.id);
    const own = await house.http.submit({ ...deploy, user: { id: 'dave' } });
    expect(textOf(await cardOf(house.workspace, own.id))).not.toContain('"user_id":"U0DAVE"'); // who asks is not called
    await house.http.cancel(own.id);
    await house.workspace.until('a direct message', () =>
      house.workspace.directMessages('U0DAVE').some(message => textOf(message).includes(own.id)),
    );
    await unlink('dave');
  });

  it('Invariant 6: who asks and then links an account cannot approve by it what they asked for, nor after unlinking it', async () => {
    const asked = [
      await house.http.submit({ ...deploy, user: { id: 'bob' } }),
      await house.http.submit({ ...deploy, user: { id: 'slack:T0ACME:U0BOB' } }),
      await house.http.submit({ ...deploy, user: { id: 'alice' }, actor: { type: 'ai_agent', id: 'release-bot' } }),
    ];
    await link('bob', 'U0BOB');
    for (const { id } of asked) expect(await refusedClick('U0BOB', id)).toMatch(/your own request/);
    const bob = await house.person('bob');
    for (const { id, digest } of asked) {
      await expect(bob.http.vote(id, { vote: 'approve', digest })).rejects.toMatchObject({ code: 'self_approval' });
    }
    await typed('U0BOB', '/approvals unlink');
    for (const { id } of asked) expect(await refusedClick('U0BOB', id)).toMatch(/not the same|your own request/);
    for (const { id } of asked) expect(await house.record(id)).toMatchObject({ status: 'pending', votes: [] });
  });

  it('Invariant 5: is one person by click and by key, and by an account before and after it is linked', async () => {
    await link('carol', 'U0CAROL');
    const { id, digest } = await house.http.submit(largeRefund);
    await house.workspace.as('U0CAROL').click(await cardOf(house.workspace, id), 'approve');
    await cardSaying(house.workspace, id, '1 of 2');
    const carol = await house.person('carol');
    await expect(carol.http.vote(id, { vote: 'approve', digest })).rejects.toMatchObject({ code: 'already_voted' });
    await typed('U0CAROL', '/approvals unlink');
    expect(await refusedClick('U0CAROL', id)).toMatch(/already voted/);
    expect(await link('carol', 'U0ERIN')).toMatch(/now linked to "carol"/);
    expect(await refusedClick('U0ERIN', id)).toMatch(/already voted/);
    expect((await house.record(id)).votes).toMatchObject([{ by: { id: 'slack:T0ACME:U0CAROL', user: 'carol' } }]);
    await unlink('carol');
  });

  it('may move to another account, and the one before is told', async () => {
    await link('dave', 'U0DAVE');
    await link('dave', 'U0ERIN');
    const told = await house.workspace.until('a word to the account before', () =>
      house.workspace.directMessages('U0DAVE').find(message => textOf(message).includes('has linked another')),
    );
    expect(textOf(told)).toContain('\\"dave\\"');
    const { http } = await house.person('dave');
    expect(await http.linked()).toMatchObject({
      person: 'dave',
      linked: { account: 'slack:T0ACME:U0ERIN', counts: true },
    });
    await http.unlink();
    expect(await http.linked()).toEqual({ person: 'dave', listed: [] });
    await expect(http.unlink()).rejects.toMatchObject({ code: 'link_none', status: 404 });
  });
});

describe('in Slack', () => {
  it('tells how it goes to whoever types anything else', async () => {
    const help = await house.workspace.as('U0ERIN').command('/approvals help');
    expect(help.response).toMatchObject({
      response_type: 'ephemeral',
      blocks: [
        { type: 'rich_text', elements: [{ type: 'rich_text_list' }] },
        { type: 'rich_text', elements: [{ type: 'rich_text_list' }] },
      ],
    });
    expect(said((help.response as { readonly blocks: unknown }).blocks)).toMatch(
      /need a person's approval first.*approvals link CODE connects.*approvals unlink disconnects it/s,
    );
    const bare = await house.workspace.as('U0ERIN').command('/approvals link');
    expect(JSON.stringify(bare.response)).toContain('countersign link');
  });

  it.each([
    ['a guest', 'U0GRACE'],
    ['a guest of one channel', 'U0SAM'],
    ['somebody of another company', 'U0MALLORY'],
    ['a stranger', 'U0ZED'],
    ['a removed account', 'U0DAN'],
    ['a bot', 'U0RELBOT'],
    ['a workflow', 'U0WORKFLOW'],
  ])('%s links nothing, with the best of codes', async (_who, user) => {
    const { http } = await house.person('bob');
    const { command } = await http.link();
    expect(await typed(user, command)).toMatch(/can't be linked/);
    expect((await house.notes()).at(-1)).toMatchObject({ event: 'link_refused', code: 'link_not_a_member' });
    expect((await http.linked()).linked).toBeUndefined();
  });

  it('says the same of a code that never was and of one that is used, and nothing after five tries', async () => {
    const own = await open({ env: { COUNTERSIGN_PEOPLE: PEOPLE } });
    const { command } = await (await own.person('bob')).http.link();
    await typed('U0BOB', command, own);
    const used = await typed('U0CAROL', command, own);
    expect(used).toMatch(/code doesn't work/);
    for (let i = 0; i < 4; i++) expect(await typed('U0CAROL', `/approvals link WR0NG-0000${i}`, own)).toBe(used);
    const right = await (await own.person('carol')).http.link();
    expect(await typed('U0CAROL', right.command, own)).toMatch(/Too many codes/);
    const code = right.code.replace('-', '');
    const all = [...own.lines, JSON.stringify(await own.notes()), JSON.stringify(own.workspace.calls)].join('\n');
    expect(all).not.toContain(right.code);
    expect(all).not.toContain(code);
  });

  it('an account that the directory names is not linked to anybody, and its person gets no code', async () => {
    const { http } = await house.person('bob');
    expect(await typed('U0ALICE', (await http.link()).command)).toMatch(/already assigned in the directory/);
    const alice = await house.person('alice');
    await expect(alice.http.link()).rejects.toMatchObject({ code: 'link_person_listed', status: 409 });
    await expect(house.http.link()).rejects.toMatchObject({ code: 'not_for_services', status: 403 });
    for (const id of ['mallory', 'release-bot']) {
      const nobody = await house.person(id);
      await expect(nobody.http.link()).rejects.toMatchObject({ code: 'unknown_person', status: 403 });
      await expect(nobody.http.list()).rejects.toMatchObject({ code: 'unknown_person', status: 403 });
    }
  });

  it('one code typed by two accounts at once links one of them', async () => {
    const { http } = await house.person('bob');
    const { command } = await http.link();
    const said = await Promise.all([typed('U0ALEX1', command), typed('U0ALEX2', command)]);
    expect(said.filter(text => text.includes('now linked to "bob"'))).toHaveLength(1);
    expect(said.filter(text => text.includes("code doesn't work"))).toHaveLength(1);
    await http.unlink();
  });

  it('a command that Slack delivers twice is one link, and is answered alike', async () => {
    const { http } = await house.person('bob');
    const { command } = await http.link();
    const before = house.workspace.ephemerals('U0BOB').length;
    const delivered = await house.workspace.as('U0BOB').command(command);
    await delivered.replay();
    const answers = await house.workspace.until('two answers', () => {
      const all = house.workspace.ephemerals('U0BOB').slice(before);
      return all.length === 2 ? all : undefined;
    });
    for (const { text } of answers) expect(text).toContain('now linked to "bob"');
    const { linked } = await http.linked();
    const facts = (await house.notes()).filter(({ event, at }) => event === 'linked' && at === linked?.at);
    expect(facts).toHaveLength(1);
    await http.unlink();
  });
});

describe('somebody who leaves the directory', () => {
  it('has no account any more, at the very next click', async () => {
    const path = join(scratchDir(), 'people.yaml');
    await copyFile(PEOPLE, path);
    const own = await open({ env: { COUNTERSIGN_PEOPLE: path } });
    await link('dave', 'U0DAVE', own);
    const { id } = await own.http.submit(deploy);
    await cardOf(own.workspace, id);
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace(/ {2}- id: dave\n.*\n/, ''));
    const { apiKey } = await own.person('dave');
    await expect
      .poll(async () => {
        const headers = { authorization: `Bearer ${apiKey}` };
        return (await fetch(`${own.app.api?.url}/v1/links`, { headers })).status;
      })
      .toBe(403);
    expect(await refusedClick('U0DAVE', id, own)).toMatch(/can't approve this/);
    expect(await own.record(id)).toMatchObject({ status: 'pending', votes: [] });
  });
});
