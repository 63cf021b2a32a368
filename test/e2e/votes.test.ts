// People who answer outside Slack: the same invariants, whatever the way an answer takes.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Submission } from '../../src/domain/submission.ts';
import { cardOf, cardSaying, hasButton, textOf } from '../support/cards.ts';
import { type House, openHouse, perTest } from '../support/house.ts';
import { startOpa } from '../support/services.ts';
import { deploy, largeRefund } from './asked.ts';

const { open, ended } = perTest();
let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house?.stop());

/** A request whose card is there, so that policy has asked people about it. */
async function ask(submission: Submission, where = house) {
  const { id, digest } = await where.http.submit(submission);
  return { id, digest, card: await cardOf(where.workspace, id) };
}

const post = (apiKey: string, id: string, body: unknown, where = house) =>
  fetch(`${where.app.api?.url}/v1/requests/${id}/votes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('a quorum of two', () => {
  it('is met by one who clicks in Slack and one who answers on the command line', async () => {
    const { id, digest, card } = await ask(largeRefund);
    await house.workspace.as('U0CAROL').click(card, 'approve');
    await cardSaying(house.workspace, id, '1 of 2');
    const dave = await house.person('dave');
    const view = await dave.http.vote(id, { vote: 'approve', digest, surface: 'cli', reason: 'checked the order' });
    expect(view).toMatchObject({ status: 'approved', resolved_by: 'people' });
    expect(view.votes).toMatchObject([
      { by: 'carol', surface: 'slack' },
      { by: 'dave', account: 'person:dave', surface: 'cli', card: digest, reason: 'checked the order', counted: true },
    ]);
    expect(view.grant).toBeUndefined(); // the grant is the service's
    expect((await house.http.read(id)).grant).toBeDefined();
    const done = await cardSaying(house.workspace, id, 'approved', 'dave');
    await house.workspace.until('a line in the thread', () =>
      /dave.*by CLI.*approved.*checked the order/.test(JSON.stringify(house.workspace.thread(done.channel, done.ts))),
    );
    const counted = (await house.audit(id)).filter(({ event }) => event === 'voted');
    expect(counted.at(-1)).toMatchObject({
      evidence: { via: { transport: 'api_key', api_key: dave.apiKey.split('_')[1] } },
    });
  });

  it('Invariant 5: is not met by one person on two ways', async () => {
    const { id, digest, card } = await ask(largeRefund);
    const carol = await house.person('carol');
    await carol.http.vote(id, { vote: 'approve', digest });
    await expect(carol.http.vote(id, { vote: 'approve', digest })).rejects.toMatchObject({
      code: 'already_voted',
      status: 409,
    });
    const before = house.workspace.ephemerals('U0CAROL').length;
    await house.workspace.as('U0CAROL').click(card, 'approve');
    await house.workspace.until('a word to her', () => house.workspace.ephemerals('U0CAROL').length > before);
    expect(JSON.stringify(house.workspace.ephemerals('U0CAROL').at(-1))).toMatch(/already voted/);
    expect(await house.record(id)).toMatchObject({ status: 'pending', votes: [{ by: { user: 'carol' } }] });
  });
});

describe('an answer with a key', () => {
  it.each([
    ["the requester's own", deploy, 'alice', 403, 'self_approval'],
    [
      "the owner's of the agent that asks",
      { ...deploy, user: { id: 'carol' }, actor: { type: 'ai_agent', id: 'release-bot' } },
      'alice',
      403,
      'self_approval',
    ],
    ['that of somebody whom policy does not ask', deploy, 'erin', 403, 'not_eligible'],
  ] as const)('is refused and written down: %s', async (_case, submission, person, status, code) => {
    const { id, digest } = await ask(submission);
    const { http } = await house.person(person);
    await expect(http.vote(id, { vote: 'approve', digest })).rejects.toMatchObject({ code, status });
    expect(await house.record(id)).toMatchObject({ status: 'pending', votes: [] });
    const [refused, ...more] = (await house.audit(id)).filter(({ event }) => event === 'refused');
    const who = { account: `person:${person}`, person, kind: 'member', matched_by: 'key' };
    expect(refused).toMatchObject({ code, evidence: { who, via: { transport: 'api_key' } } });
    expect(more).toEqual([]);
  });

  it('approves what was seen, and nothing else', async () => {
    const { id, digest } = await ask(deploy);
    const bob = await house.person('bob');
    const other = `sha256:${'0'.repeat(64)}`;
    await expect(bob.http.vote(id, { vote: 'approve', digest: other })).rejects.toMatchObject({ code: 'stale_digest' });
    await expect(bob.http.vote(id, { vote: 'approve' })).rejects.toMatchObject({ code: 'invalid', status: 400 });
    expect(await house.record(id)).toMatchObject({ status: 'pending', votes: [] });
    expect(await bob.http.vote(id, { vote: 'approve', digest })).toMatchObject({ status: 'approved' });
  });

  it('sent twice under one key is one answer, and a denial under it is not taken for the approval', async () => {
    const { id, digest } = await ask(largeRefund);
    const { apiKey } = await house.person('carol');
    const body = { vote: 'approve', digest, idempotency_key: 'once' };
    expect((await post(apiKey, id, body)).status).toBe(200);
    expect((await post(apiKey, id, body)).status).toBe(200);
    expect((await house.record(id)).votes).toHaveLength(1);
    expect((await post(apiKey, id, { vote: 'deny', reason: 'no', idempotency_key: 'once' })).status).toBe(200);
    expect(await house.http.read(id)).toMatchObject({ status: 'denied', resolution_reason: 'no' });
  });

  it('is not taken from an agent, from somebody who left the directory, or from a service', async () => {
    const { id, digest } = await ask(deploy);
    const vote = { vote: 'approve', digest };
    for (const nobody of ['release-bot', 'mallory']) {
      const { apiKey } = await house.person(nobody);
      const answer = await post(apiKey, id, vote);
      expect(answer.status).toBe(403);
      expect(await answer.json()).toMatchObject({ type: 'urn:countersign:problem:unknown_person' });
    }
    expect((await post(house.apiKey, id, vote)).status).toBe(403);
    expect((await house.record(id)).votes).toEqual([]);
  });

  it('two hundred at once, and a click, find one way out', async () => {
    const { id, digest, card } = await ask(deploy);
    const keys = await Promise.all(['bob', 'dave'].map(async person => (await house.person(person)).apiKey));
    const answers = Array.from({ length: 200 }, (_, i) =>
      post(keys[i % 2] ?? '', id, i % 4 < 2 ? { vote: 'approve', digest } : { vote: 'deny', reason: `no ${i}` }),
    );
    const [statuses] = await Promise.all([
      Promise.all(answers.map(async answer => (await answer).status)),
      house.workspace.as('U0DAVE').click(card, 'approve'),
    ]);
    const view = await house.http.wait(id);
    expect(view).toMatchObject({ resolved_by: 'people' });
    expect(view.votes).toHaveLength(1);
    expect(statuses.filter(status => status === 200).length).toBeLessThanOrEqual(1);
    expect(statuses.filter(status => ![200, 409, 503].includes(status))).toEqual([]);
    expect((await house.audit(id)).filter(({ event }) => event === 'resolved')).toHaveLength(1);
  });
});

describe('what a person may read', () => {
  it('is what concerns them; the rest does not exist for them', async () => {
    const { id } = await ask(deploy);
    const [alice, bob, carol] = await Promise.all(['alice', 'bob', 'carol'].map(person => house.person(person)));
    expect(await alice?.http.read(id)).toMatchObject({ id });
    expect(await bob?.http.read(id)).toMatchObject({ id });
    await expect(carol?.http.read(id)).rejects.toMatchObject({ code: 'unknown_request', status: 404 });
    await expect(carol?.http.wait(id)).rejects.toMatchObject({ code: 'unknown_request' });
  });

  it('the list is what waits for their answer, page by page', async () => {
    const own = await open();
    const asked = [await ask(largeRefund, own), await ask(largeRefund, own), await ask(largeRefund, own)];
    await ask(deploy, own);
    const [carol, alice] = await Promise.all([own.person('carol'), own.person('alice')]);
    const first = await carol.http.list({ limit: 2 });
    expect(first.items.map(({ id }) => id)).toEqual([asked[2]?.id, asked[1]?.id]);
    const rest = await carol.http.list({ limit: 2, cursor: first.nextCursor ?? '' });
    expect(rest.items.map(({ id }) => id)).toEqual([asked[0]?.id]);
    await carol.http.vote(asked[0]?.id ?? '', { vote: 'approve', digest: asked[0]?.digest ?? '' });
    expect((await carol.http.list()).items).toHaveLength(2);
    expect((await alice.http.list()).items).toEqual([]);
    expect((await carol.http.list({ awaiting: 'me' })).items).toEqual((await carol.http.list()).items);
  });

  it('by status the list is what they may see: their own requests too, and nothing of others', async () => {
    const own = await open();
    const [deployment, refund] = [await ask(deploy, own), await ask(largeRefund, own)];
    const listed = async (person: string, query = {}) =>
      (await (await own.person(person)).http.list(query)).items.map(({ id }) => id);
    expect(await listed('alice', { status: 'pending' })).toEqual([deployment.id]);
    expect(await listed('alice', { awaiting: 'me' })).toEqual([]);
    expect(await listed('carol', { status: 'pending' })).toEqual([refund.id]);
    expect(await listed('dave', { status: 'pending' })).toEqual([refund.id, deployment.id]);
    const erin = await own.person('erin'); // the refund is hers
    expect((await erin.http.list({ status: 'pending' })).items.map(({ id }) => id)).toEqual([refund.id]);
    await own.http.cancel(deployment.id);
    expect(await listed('bob', { status: 'cancelled' })).toEqual([deployment.id]);
    expect(await listed('carol', { status: 'cancelled' })).toEqual([]);
  });
});

describe('a request that Slack may not decide', () => {
  const terminal = async (env = {}) => {
    const opa = await ended(startOpa({ policies: ['test/e2e/terminal'] }));
    return { opa, own: await open({ env: { OPA_URL: opa.url, ...env } }) };
  };

  it('A13: says on its card how it is approved, and is approved there and nowhere else', async () => {
    const { own } = await terminal();
    const { id, digest, card } = await ask(deploy, own);
    expect(hasButton(card, 'approve')).toBe(false);
    expect(textOf(card)).toContain('Approve in a terminal: ');
    expect(textOf(card)).toContain(`countersign approve ${id}`);
    const bob = await own.person('bob');
    await expect(bob.http.vote(id, { vote: 'approve', digest })).rejects.toMatchObject({ code: 'surface_not_allowed' });
    await expect(bob.http.vote(id, { vote: 'deny', surface: 'cli' })).rejects.toMatchObject({
      code: 'reason_required',
    });
    expect(await bob.http.vote(id, { vote: 'approve', digest, surface: 'cli' })).toMatchObject({ status: 'approved' });
  });

  it('is not answered while OPA is down: 503, nothing recorded, and the same answer counts afterwards', async () => {
    const { opa, own } = await terminal({ OPA_TIMEOUT: '500ms' });
    const { id, digest } = await ask(deploy, own);
    const { apiKey } = await own.person('bob');
    const { absorbed } = await own.record(id);
    await opa.kill();
    const body = { vote: 'approve', digest, surface: 'cli', idempotency_key: 'k' };
    const answer = await post(apiKey, id, body, own);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await own.record(id)).toMatchObject({ status: 'pending', votes: [], absorbed });
    expect((await own.audit(id)).filter(({ event }) => event === 'voted' || event === 'refused')).toEqual([]);
    await opa.restart();
    await expect.poll(async () => (await post(apiKey, id, body, own)).status, { timeout: 20_000 }).toBe(200);
    expect(await own.record(id)).toMatchObject({ status: 'approved', votes: [{ by: { user: 'bob' } }] });
  });
});
