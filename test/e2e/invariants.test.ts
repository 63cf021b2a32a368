// The invariants that only the whole can show; the others have their tests where they are kept.
import { describe, expect, it } from 'vitest';
import { cardOf, cardSaying, cardsAbout, hasButton, textOf } from '../support/cards.ts';
import { perTest } from '../support/house.ts';
import { findFreePort } from '../support/services.ts';
import { deploy } from './asked.ts';

const { open } = perTest();

describe('Invariant 2: stored and told together', () => {
  it('two whole processes on one memory ask once, count once and tell once', async () => {
    const first = await open();
    const second = await open({ beside: first });
    const { id } = await first.http.submit(deploy);
    const answers = [first.http.wait(id), second.http.wait(id), first.queue.wait(id)];
    const card = await cardOf(first.workspace, id);
    await first.workspace.as('U0BOB').click(card, 'approve');
    const views = await Promise.all(answers);
    expect(views.map(({ status }) => status)).toEqual(['approved', 'approved', 'approved']);
    await first.workspace.until('a direct message', () => first.workspace.directMessages('U0ALICE').length > 0);
    await expect
      .poll(async () => (await first.audit(id)).filter(({ event }) => event === 'told').length, { timeout: 10_000 })
      .toBe(2);
    expect(cardsAbout(first.workspace, id)).toHaveLength(1);
    expect(first.workspace.thread('C0APPROVALS', card.ts)).toHaveLength(1);
    expect(first.workspace.directMessages('U0ALICE')).toHaveLength(1);
    expect((await first.audit(id)).filter(({ event }) => event === 'resolved')).toHaveLength(1);
  });
});

describe('Invariant 6: nobody countersigns themselves, unless policy waives it in its answer', () => {
  it('B5, B10: a waived self-approval works for whom policy names, and for nobody else', async () => {
    const house = await open({ policies: 'test/e2e/waived' });
    const { id } = await house.http.submit(deploy);
    const card = await cardOf(house.workspace, id);
    await house.workspace.as('U0BOB').click(card, 'approve');
    await house.workspace.until('a word to bob', () => house.workspace.ephemerals('U0BOB').length > 0);
    expect((await house.record(id)).status).toBe('pending');
    await house.workspace.as('U0ALICE').click(card, 'approve');
    const view = await house.http.wait(id);
    expect(view).toMatchObject({ status: 'approved', resolved_by: 'people', votes: [{ by: 'alice' }] });
    expect(view.reasons.map(({ code }) => code)).toContain('self_approval_waived');
  });
});

describe('Invariant 7: what you saw is what you approved', () => {
  it('a card that Slack refused: the record, the audit and the vote name the lesser one that stood there', async () => {
    const house = await open();
    const isFull = ({ blocks }: Readonly<Record<string, unknown>>) =>
      JSON.stringify(blocks ?? '').includes('approve') && !JSON.stringify(blocks).includes('Slack refused');
    const misshapen = { kind: 'ok_false', error: 'invalid_blocks' } as const;
    house.workspace.inject('chat.postMessage', misshapen, { when: isFull });
    const { id } = await house.http.submit(deploy);
    const card = await cardOf(house.workspace, id);
    expect(hasButton(card, 'approve')).toBe(false);
    const posted = () => house.audit(id).then(entries => entries.find(({ event }) => event === 'card_posted'));
    await expect.poll(posted, { timeout: 10_000 }).toBeDefined();
    const entry = await posted();
    const [kept] = (await house.record(id)).cards;
    expect(entry).toMatchObject({ evidence: { card: kept?.hash }, stands_for: kept?.standsFor });
    expect(kept?.standsFor).not.toBe(kept?.hash);
    const shownHash = String(kept?.hash).slice('sha256:'.length);
    expect(textOf(card)).toContain(`"value":"${id}.${shownHash}"`);

    const bob = house.workspace.as('U0BOB');
    await bob.click(card, 'review');
    const view = await house.workspace.until('the review', () => {
      const top = house.workspace.modals('U0BOB').at(-1);
      return JSON.stringify(top ?? '').includes(deploy.resource.id) ? top : undefined;
    });
    await bob.submit(view, {});
    const { votes } = await house.http.wait(id);
    expect(votes).toMatchObject([{ by: 'bob', counted: true, card: kept?.hash }]);
    const ended = await cardSaying(house.workspace, id, 'approved');
    expect(textOf(ended)).not.toContain('Slack refused'); // the next state is tried as it should be
    await expect
      .poll(async () => (await house.record(id)).cards, { timeout: 10_000 })
      .toEqual([expect.not.objectContaining({ standsFor: expect.anything() })]);
    expect((await house.audit(id)).filter(({ event }) => event === 'card_updated')).toHaveLength(1);
  });

  it('where Slack takes no full card at all, every state is tried once in full, shown in the lesser form, and noted as what stood there', async () => {
    const house = await open();
    const isFull = ({ blocks }: Readonly<Record<string, unknown>>) =>
      JSON.stringify(blocks ?? '').includes('payments-api') && !JSON.stringify(blocks).includes('Slack refused');
    for (const method of ['chat.postMessage', 'chat.update']) {
      house.workspace.inject(method, { kind: 'ok_false', error: 'invalid_blocks' }, { when: isFull, times: 1_000 });
    }
    const { id } = await house.http.submit(deploy);
    await cardOf(house.workspace, id);
    await expect.poll(async () => (await house.record(id)).cards[0]?.hash, { timeout: 10_000 }).toBeDefined();
    const [pending] = (await house.record(id)).cards;
    await house.http.cancel(id);
    const card = await cardSaying(house.workspace, id, 'Slack refused', 'cancelled');
    expect(hasButton(card, 'review')).toBe(false);
    await expect.poll(async () => (await house.events(id)).includes('card_updated'), { timeout: 10_000 }).toBe(true);
    const [ended] = (await house.record(id)).cards;
    expect(textOf(card)).toContain(`${id}.${ended?.hash?.slice('sha256:'.length)}`);
    expect(ended?.hash).not.toBe(pending?.hash);
    expect(ended?.standsFor).not.toBe(pending?.standsFor);
    const updates = house.workspace.calls.filter(({ method }) => method === 'chat.update');
    expect(updates.map(({ ok }) => ok)).toEqual([false, true]);
  });
});

describe('Invariant 8: the record decides, Slack shows', () => {
  it('D22: an edited message changes nothing: the next change renders it from the record', async () => {
    const house = await open();
    const { id } = await house.http.submit(deploy);
    const card = await cardOf(house.workspace, id);
    const edited = new URLSearchParams({ channel: card.channel, ts: card.ts, text: `${id} Approved by everybody` });
    const authorization = `Bearer ${house.workspace.botToken}`;
    await fetch(`${house.workspace.apiUrl}chat.update`, { method: 'POST', headers: { authorization }, body: edited });
    expect(textOf(cardsAbout(house.workspace, id)[0])).toContain('Approved by everybody');
    expect((await house.http.read(id)).status).toBe('pending');
    await house.http.cancel(id);
    const shown = await cardSaying(house.workspace, id, 'cancelled');
    expect(textOf(shown)).not.toContain('Approved by everybody');
  });

  it('E7: no button value exceeds 100 characters, and none holds more than a choice and an opaque id', async () => {
    const house = await open();
    const { id } = await house.http.submit(deploy);
    const values = [...textOf(await cardOf(house.workspace, id)).matchAll(/"value":"([^"]*)"/g)].map(
      ([, value]) => value,
    );
    expect(values.length).toBeGreaterThan(0);
    // A choice of the menu says which it is; Slack takes 150 characters there.
    for (const value of values) expect(value).toMatch(/^(?:(?:why|ask|hand_over)\.)?req_[0-9a-z]{26}\.[0-9a-f]{64}$/);
  });
});

describe('Invariant 10: secrets stay out', () => {
  it('of logs, Slack, audit, records and errors, whatever happens', async () => {
    const house = await open({ env: { WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}` } });
    const secrets = [house.apiKey, house.workspace.botToken, house.workspace.appToken, house.env.WEBHOOK_SECRET ?? ''];
    house.workspace.inject('chat.postMessage', { kind: 'http', status: 500 });
    house.workspace.inject('chat.postMessage', { kind: 'rate_limited', retryAfterS: 1 });
    const { id } = await house.http.submit(deploy);
    const card = await cardOf(house.workspace, id);
    await house.workspace.as('U0ERIN').click(card, 'approve');
    await house.workspace.as('U0BOB').click(card, 'approve');
    await house.http.wait(id);
    const wrong = await fetch(`${house.app.api?.url}/v1/requests`, {
      method: 'POST',
      headers: { authorization: `Bearer ${house.apiKey}x`, 'content-type': 'application/json' },
      body: '{"action": 1}',
    });
    const places = [
      await wrong.text(),
      house.lines.join('\n'),
      JSON.stringify(await house.record(id)),
      JSON.stringify(await house.audit(id)),
      JSON.stringify(['C0APPROVALS', 'C0FINANCE'].map(channel => house.workspace.history(channel))),
      await (await fetch(`${house.app.api?.url}/metrics`)).text(),
    ];
    expect(house.lines.length).toBeGreaterThan(5);
    for (const place of places) for (const secret of secrets) expect(place).not.toContain(secret);
  });
});

describe('over signed HTTP instead of a socket', () => {
  it('the same click is the same vote', async () => {
    const port = await findFreePort();
    const delivery = { mode: 'http', url: `http://127.0.0.1:${port}/slack/events` } as const;
    const house = await open({
      workspace: { delivery, tokens: { signingSecret: '8f742231b10e8888abcd99yyyzzz85a5' } },
      env: { SLACK_MODE: 'http', SLACK_PORT: String(port), SLACK_SIGNING_SECRET: '8f742231b10e8888abcd99yyyzzz85a5' },
    });
    const { id } = await house.http.submit(deploy);
    const click = await house.workspace.as('U0BOB').click(await cardOf(house.workspace, id), 'approve');
    expect(click.acked).toBe(true);
    expect(await house.http.wait(id)).toMatchObject({ status: 'approved', votes: [{ by: 'bob' }] });
    await click.replay();
    const card = await cardSaying(house.workspace, id, 'approved');
    expect(hasButton(card, 'approve')).toBe(false);
    expect((await house.audit(id)).filter(({ event }) => event === 'voted')).toMatchObject([
      { evidence: { via: { transport: 'http' } } },
    ]);
  });
});

describe('Invariant 6: nobody countersigns themselves, also where nobody knows who they are', () => {
  it('an account that is nobody’s does not approve for a requester whose account nobody knows', async () => {
    // Bob is in the user group that policy names, and in no directory.
    const house = await open({ env: { COUNTERSIGN_PEOPLE: 'test/e2e/few/people.yaml' } });
    const { workspace } = house;
    const bob = workspace.as('U0BOB');
    // The directory lists no account of theirs.
    const unlisted = await house.http.submit({ ...deploy, user: { id: 'robert' } });
    await bob.click(await cardOf(workspace, unlisted.id), 'approve');
    await workspace.until('a word to bob', () =>
      JSON.stringify(workspace.ephemerals('U0BOB')).includes("can't tell you apart"),
    );
    expect((await house.http.read(unlisted.id)).status).toBe('pending');
    const unknown = await house.http.submit({ ...deploy, user: { id: 'zoe' } });
    const card = await cardSaying(workspace, unknown.id, 'neither the directory nor Slack knows who asked');
    await expect(bob.click(card, 'approve')).rejects.toThrow('There is no "approve"');

    const known = await house.http.submit({ ...deploy, params: { version: 2 } });
    await bob.click(await cardOf(workspace, known.id), 'approve');
    expect(await house.http.wait(known.id)).toMatchObject({
      status: 'approved',
      votes: [{ by: 'slack:T0ACME:U0BOB' }],
    });
  });
});

describe('Invariant 4: an e-mail address makes a person only where an operator says so', () => {
  const few = { COUNTERSIGN_PEOPLE: 'test/e2e/few/people.yaml' };

  it('takes a member for the one person with their address who has no account listed, and says so in the audit', async () => {
    const house = await open({ env: { ...few, PEOPLE_MATCH_EMAIL: 'true' } });
    const { id } = await house.http.submit(deploy);
    const card = await cardOf(house.workspace, id);
    await house.workspace.as('U0ALEX1').click(card, 'approve'); // the directory names another account for that person
    await house.workspace.until('a word to alex', () => house.workspace.ephemerals('U0ALEX1').length > 0);
    await house.workspace.as('U0BOB').click(card, 'approve');
    expect(await house.http.wait(id)).toMatchObject({ status: 'approved', votes: [{ by: 'robert' }] });
    const voted = (await house.audit(id)).find(({ event }) => event === 'voted');
    expect(voted).toMatchObject({ evidence: { who: { person: 'robert', matched_by: 'email' } } });
  });

  it('takes an address for nothing unless it is asked to', async () => {
    const house = await open({ env: few });
    const { id } = await house.http.submit(deploy);
    await house.workspace.as('U0BOB').click(await cardOf(house.workspace, id), 'approve');
    // It counts by Slack's own group, as the account that it is, and not as robert's.
    expect(await house.http.wait(id)).toMatchObject({ votes: [{ by: 'slack:T0ACME:U0BOB' }] });
  });
});
