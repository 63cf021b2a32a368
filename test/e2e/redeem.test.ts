// From approved to done: a grant is redeemed right before the action runs, and policy is asked again, by a real OPA.
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { connectRedis } from '../../src/adapters/redis/connect.ts';
import { openKeys } from '../../src/adapters/redis/keys.ts';
import { type ApprovedView, connect, type HttpCountersign, isApproved, verify } from '../../src/client/index.ts';
import { firstBreak } from '../../src/domain/audit.ts';
import { grantClaims, signGrant } from '../../src/domain/grant.ts';
import { createGrantKey, readGrantKeys } from '../../src/domain/grant-keys.ts';
import type { Submission } from '../../src/domain/submission.ts';
import { countersign } from '../cli/spawned.ts';
import { cardOf, textOf } from '../support/cards.ts';
import { type House, PEOPLE, perTest } from '../support/house.ts';
import { scratchDir } from '../support/scratch.ts';
import { startOpa } from '../support/services.ts';

// The command line is a process of its own each time, and the machine may be busy.
vi.setConfig({ testTimeout: 120_000 });
const { open, ended } = perTest();

const toStaging: Submission = {
  action: 'deploy',
  user: { id: 'alice' },
  resource: { type: 'service', id: 'payments-api', environment: 'staging' },
  params: { version: 7 },
};
const toProd: Submission = { ...toStaging, resource: { ...toStaging.resource, environment: 'prod' } };

type Granted = ApprovedView & { readonly grant: string };

/** Asks, lets somebody click where people are needed, and gives the approved request with its grant. */
async function approved(house: House, submission: Submission, by = 'U0BOB'): Promise<Granted> {
  const { id } = await house.http.submit(submission);
  if (submission === toProd) await house.workspace.as(by).click(await cardOf(house.workspace, id), 'approve');
  const view = await house.http.wait(id);
  if (!isApproved(view) || view.grant === undefined) throw new Error(`no grant: ${JSON.stringify(view)}`);
  return { ...view, grant: view.grant };
}

const refused = (code: string, words = /./) =>
  expect.objectContaining({ name: 'GrantRefused', code, message: expect.stringMatching(words) });
const jwksOf = (house: House) => `${house.app.api?.url}/.well-known/jwks.json`;
const eventsOf = async (house: House, id: string) => (await house.audit(id)).map(({ event }) => event);

describe('an approved request', () => {
  it('comes with a grant that anybody can verify offline, and that is good for one use', async () => {
    const house = await open();
    const view = await approved(house, toProd);
    const claims = await verify(view.grant, { jwks: jwksOf(house), audience: 'deployer', action: toProd });
    expect(claims).toMatchObject({
      aud: 'deployer',
      sub: 'alice',
      txn: view.id,
      binding_hash: view.digest,
      max_uses: 1,
      approvals: [{ by: 'bob', surface: 'slack', card: view.votes[0]?.card }],
      slack: { channel: 'C0APPROVALS' },
    });
    expect((await house.http.read(view.id)).grant).toBe(view.grant);

    expect(await house.http.redeem(view.grant, toProd)).toMatchObject({ id: view.id, uses: 1, usesLeft: 0 });
    await expect(house.http.redeem(view.grant, toProd)).rejects.toEqual(refused('grant_used_up'));
    await house.workspace.until('a line below the card', () =>
      house.workspace.thread('C0APPROVALS', claims.slack?.ts ?? '').some(line => textOf(line).includes('Redeemed')),
    );
    const after = await house.http.read(view.id);
    expect(after).toMatchObject({ status: 'approved', uses: 1 });
    expect(after.grant).toBeUndefined();
    const chain = await house.audit(view.id);
    expect(firstBreak(chain)).toBeUndefined();
    const { asked } = chain.find(({ event }) => event === 'redeemed') as { asked?: unknown };
    expect(asked).toMatchObject({ phase: 'redeem', votes: [{ by: { user: 'bob' } }] });
    expect(await eventsOf(house, view.id)).toContain('redeem_refused');
  });

  it('tells its grant to its service alone: not to Slack, the log, the audit or the queue', async () => {
    const house = await open();
    const view = await approved(house, toProd);
    await house.http.redeem(view.grant, toProd);
    const signature = view.grant.split('.')[2] ?? '';
    const viaQueue = await house.queue.wait(view.id);
    const places = [
      house.lines.join('\n'),
      JSON.stringify(await house.audit(view.id)),
      JSON.stringify(house.workspace.history('C0APPROVALS')),
      JSON.stringify(house.workspace.directMessages('U0ALICE')),
      JSON.stringify(await house.record(view.id)),
      JSON.stringify((await house.http.list()).items),
      JSON.stringify(viaQueue),
    ];
    for (const place of places) expect(place).not.toContain(signature);
  });

  it('is redeemed exactly once by twenty who try at the same moment', async () => {
    const house = await open();
    const view = await approved(house, toStaging);
    const tries = await Promise.allSettled(Array.from({ length: 20 }, () => house.http.redeem(view.grant, toStaging)));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await house.record(view.id)).uses).toBe(1);
    expect((await eventsOf(house, view.id)).filter(event => event === 'redeemed')).toHaveLength(1);
  });

  it('costs one use when the answer was lost and the call is sent again under its key', async () => {
    const house = await open();
    const { id, grant, digest } = await approved(house, toStaging);
    const send = (key: string) => post(house, '/v1/redeem', { grant, digest }, { 'idempotency-key': key });
    const answers = [await send('once'), await send('once')];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers[1]?.json).toEqual({ ...answers[0]?.json, policy: expect.anything() });
    expect((await send('twice')).status).toBe(403);
    expect((await house.record(id)).uses).toBe(1);
  });
});

describe('I1: policy is asked again when the action runs', () => {
  it('a freeze between approval and redemption wins, and tells why; when it is over, the grant is good again', async () => {
    const policies = join(scratchDir(), 'policies');
    cpSync('policies', policies, { recursive: true });
    const calendar = join(policies, 'approvals/calendar/data.yaml');
    const calm = readFileSync(calendar, 'utf8');
    const opa = await ended(startOpa({ policies: [policies] }));
    const house = await open({ env: { OPA_URL: opa.url } });
    const view = await approved(house, toProd);

    writeFileSync(calendar, 'freezes: [{name: now, from: "2020-01-01T00:00:00Z"}]\n');
    await opa.restart();
    const words =
      /Policy has changed since the approval: it now denies this: A change freeze holds.*Submit the request again/;
    await expect(house.http.redeem(view.grant, toProd)).rejects.toEqual(refused('policy_changed', words));
    expect((await house.record(view.id)).uses).toBeUndefined();

    writeFileSync(calendar, calm);
    await opa.restart();
    expect(await house.http.redeem(view.grant, toProd)).toMatchObject({ usesLeft: 0 });
  });

  it('an approver who has left the group since no longer approves', async () => {
    const people = join(scratchDir(), 'people.yaml');
    cpSync(PEOPLE, people);
    const house = await open({ env: { COUNTERSIGN_PEOPLE: people } });
    const view = await approved(house, toProd, 'U0DAVE'); // Bob is in a user group of Slack as well
    writeFileSync(people, readFileSync(PEOPLE, 'utf8').replaceAll('release-managers', 'gardeners'));
    await house.restart();
    const words = /it now asks for more approval than was given/;
    await expect(house.http.redeem(view.grant, toProd)).rejects.toEqual(refused('policy_changed', words));
  });

  it('an outage of OPA is no yes and costs no use: when it is back, the same call goes through', async () => {
    const opa = await ended(startOpa({ policies: ['policies'] }));
    const house = await open({ env: { OPA_URL: opa.url, OPA_TIMEOUT: '1s' } });
    const view = await approved(house, toStaging);
    await opa.kill();
    const { status } = await post(house, '/v1/redeem', { grant: view.grant, digest: view.digest });
    expect(status).toBe(503);
    const waiting = house.http.redeem(view.grant, toStaging);
    await opa.restart();
    expect(await waiting).toMatchObject({ uses: 1 });
  });

  it('run runs nothing when policy says no at the last moment, and says so with a code of its own', async () => {
    const opa = await ended(startOpa({ policies: ['test/e2e/shortlived'] }));
    const house = await open({ env: { OPA_URL: opa.url } });
    const env = { COUNTERSIGN_URL: house.app.api?.url ?? '', COUNTERSIGN_API_KEY: house.apiKey };
    const proof = join(scratchDir(), 'ran');
    const asking = ['--action', 'restart', '--user', 'alice', '--resource', 'service:web'];
    const ran = await countersign(['run', ...asking, '--', 'touch', proof], env);
    expect(ran).toMatchObject({ code: 17, err: expect.stringMatching(/No restarts in busy hours/) });
    expect(ran.err).toContain('The command was not run.');
    expect(existsSync(proof)).toBe(false);
  });
});

describe('F1, F5, F6: what is no yes', () => {
  it('F1: another action than the approved one, in any part of it', async () => {
    const house = await open();
    const { grant, digest, id } = await approved(house, toStaging);
    const others: Submission[] = [
      { ...toStaging, params: { version: 8 } },
      { ...toStaging, user: { id: 'bob' } },
      toProd,
      { ...toStaging, action: 'deploy ' },
    ];
    for (const other of others) await expect(house.http.redeem(grant, other)).rejects.toEqual(refused('grant_altered'));
    const { status } = await post(house, '/v1/redeem', { grant, request: { ...toStaging, reason: 'is not covered' } });
    expect(status).toBe(200);
    expect((await house.record(id)).digest).toBe(digest);
  });

  it("another service's grant: refused, and written down where nobody can flood the owner's chain", async () => {
    const house = await open();
    const view = await approved(house, toStaging);
    const stranger = await clientOf(house, 'stranger');
    await expect(stranger.redeem(view.grant, toStaging)).rejects.toEqual(refused('grant_foreign'));
    await expect(stranger.revoke(view.id)).rejects.toMatchObject({ code: 'unknown_request' });
    expect(await eventsOf(house, view.id)).not.toContain('redeem_refused');
    expect(await house.notes()).toContainEqual(
      expect.objectContaining({ event: 'redeem_refused', code: 'grant_foreign', service: 'stranger' }),
    );
  });

  it('F5: a grant that nobody signed, or that somebody else did', async () => {
    const house = await open();
    const { grant, digest } = await approved(house, toStaging);
    const [, claims = ''] = grant.split('.');
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'countersign-grant+jwt', kid: 'A'.repeat(43) }));
    const forgeries: [string, string][] = [
      ['grant_malformed', 'approved'],
      ['grant_malformed', `${none.toString('base64url')}.${claims}.`],
      ['grant_wrong_algorithm', `${none.toString('base64url')}.${claims}.${'A'.repeat(86)}`],
      ['grant_forged', grant.replace(/\.[^.]+$/, `.${'A'.repeat(86)}`)],
    ];
    for (const [code, forgery] of forgeries) {
      const { status, json } = await post(house, '/v1/redeem', { grant: forgery, digest });
      expect([status, json.type], code).toEqual([403, `urn:countersign:problem:${code}`]);
    }
  });

  it('a body that does not say what is about to be done, or says it twice', async () => {
    const house = await open();
    const { grant, digest } = await approved(house, toStaging);
    for (const body of [
      {},
      { grant },
      { digest },
      { grant, digest, request: toStaging },
      { grant, digest: 'x' },
      { grant, digest, more: 1 },
      { grant, request: {} },
    ]) {
      const { status, json } = await post(house, '/v1/redeem', body);
      expect([status, json.type], JSON.stringify(Object.keys(body))).toEqual([400, 'urn:countersign:problem:invalid']);
    }
  });

  it('a grant that has expired', async () => {
    const opa = await ended(startOpa({ policies: ['test/e2e/shortlived'] }));
    const file = join(scratchDir(), 'grant.pem');
    writeFileSync(file, createGrantKey());
    const house = await open({ env: { OPA_URL: opa.url, GRANT_KEY_FILE: file } });
    const submission = { ...toStaging, action: 'anything' };
    const { id } = await house.http.request(submission);
    // The machine may have been too busy to see it in its second of life; it follows from the record.
    const claims = grantClaims(await house.record(id), 'http://here');
    if (claims === undefined) throw new Error('it was approved');
    const grant = signGrant(claims, readGrantKeys(readFileSync(file, 'utf8'), 'the test').signing);
    await expect.poll(async () => (await house.http.read(id)).grant, { timeout: 10_000 }).toBeUndefined();
    await expect(house.http.redeem(grant, submission)).rejects.toEqual(refused('grant_expired'));
    await expect(verify(grant, { jwks: jwksOf(house) })).rejects.toEqual(refused('grant_expired'));
  });

  it('a grant that was revoked, whose reason is told', async () => {
    const house = await open();
    const view = await approved(house, toStaging);
    const revoked = await house.http.revoke(view.id, 'the release was called off');
    expect(revoked).toMatchObject({ revoked: { by: 'service:deployer', reason: 'the release was called off' } });
    expect(await house.http.revoke(view.id)).toMatchObject({ revoked: { reason: 'the release was called off' } });
    await expect(house.http.redeem(view.grant, toStaging)).rejects.toEqual(
      refused('grant_revoked', /taken back: the release was called off\. Ask/),
    );
    expect((await post(house, `/v1/requests/${view.id}/revoke`)).status).toBe(200);
    const { id } = await house.http.submit(toProd);
    await expect(house.http.revoke(id)).rejects.toMatchObject({ code: 'not_approved' });
  });
});

describe('signing keys', () => {
  it('outlive a restart, made once and kept', async () => {
    const house = await open();
    const view = await approved(house, toStaging);
    await house.restart();
    expect(await house.http.redeem(view.grant, toStaging)).toMatchObject({ uses: 1 });
    const made = (await house.notes()).filter(({ event }) => event === 'grant_key_created');
    expect(made).toHaveLength(1);
    expect(house.lines.join('\n')).toContain('GRANT_KEY_FILE');
  });

  it('are rotated in a file: what is out is redeemed while its key is listed, and not afterwards', async () => {
    const file = join(scratchDir(), 'grant.pem');
    const [before, after] = [createGrantKey(), createGrantKey()];
    const kidOf = (pem: string) => readGrantKeys(pem, 'test').signing.kid;
    writeFileSync(file, before);
    const house = await open({ env: { GRANT_KEY_FILE: file, GRANT_ISSUER: 'https://countersign.example.com' } });
    const [first, second] = [await approved(house, toStaging), await approved(house, toStaging)];

    writeFileSync(file, after + before);
    await house.restart();
    const { keys } = (await (await fetch(jwksOf(house))).json()) as { keys: { kid: string }[] };
    expect(keys.map(({ kid }) => kid)).toEqual([kidOf(after), kidOf(before)]);
    expect(JSON.stringify(keys)).not.toContain('"d"');
    const issuer = 'https://countersign.example.com';
    expect((await verify(first.grant, { jwks: jwksOf(house), issuer })).iss).toBe(issuer);
    await expect(verify(first.grant, { jwks: jwksOf(house), issuer: 'https://other' })).rejects.toEqual(
      refused('grant_foreign_issuer'),
    );
    expect(await house.http.redeem(first.grant, toStaging)).toMatchObject({ uses: 1 });

    writeFileSync(file, after);
    await house.restart();
    await expect(house.http.redeem(second.grant, toStaging)).rejects.toEqual(refused('grant_unknown_key'));
    const fresh = (await house.http.read(second.id)).grant;
    expect(await house.http.redeem(fresh, toStaging)).toMatchObject({ uses: 1 });
  });

  it('that cannot be used stop the start, with the remedy', async () => {
    const file = join(scratchDir(), 'grant.pem');
    writeFileSync(file, 'not a key');
    await expect(open({ env: { GRANT_KEY_FILE: file } })).rejects.toThrow(/GRANT_KEY_FILE.*openssl genpkey/);
    await expect(open({ env: { GRANT_KEY_FILE: `${file}.missing` } })).rejects.toThrow(/cannot be read.*openssl/);
  });
});

describe('the command line', () => {
  it('redeems by id or by grant, and verifies with keys from the API or from a file', async () => {
    const house = await open();
    const env = { COUNTERSIGN_URL: house.app.api?.url ?? '', COUNTERSIGN_API_KEY: house.apiKey };
    const [one, two] = [await approved(house, toStaging), await approved(house, toStaging)];
    const keyFile = join(scratchDir(), 'jwks.json');
    writeFileSync(keyFile, await (await fetch(jwksOf(house))).text());
    const [online, offline, other] = await Promise.all([
      countersign(['verify', one.grant], env),
      countersign(['verify', one.grant, '--jwks', keyFile, '--audience', 'deployer', '--digest', one.digest]),
      countersign(['verify', one.grant, '--jwks', keyFile, '--audience', 'stranger']),
    ]);
    expect([online.code, offline.code, other.code]).toEqual([0, 0, 17]);
    expect(JSON.parse(offline.out)).toMatchObject({ txn: one.id });

    const pending = await house.http.submit(toProd);
    const [byId, byGrant, unsaid, early] = await Promise.all([
      countersign(['redeem', one.id], env),
      countersign(['redeem', two.grant, '--digest', two.digest, '--json'], env),
      countersign(['redeem', two.grant], env),
      countersign(['redeem', pending.id], env),
    ]);
    expect([byId.code, byGrant.code, unsaid.code, early.code]).toEqual([0, 0, 2, 14]);
    expect(byId.out).toContain('act now');
    expect(JSON.parse(byGrant.out)).toMatchObject({ id: two.id, usesLeft: 0 });
    expect(await countersign(['redeem', one.id], env)).toMatchObject({ code: 17 });
  });
});

async function post(house: House, path: string, body?: object, headers: Record<string, string> = {}) {
  const answer = await fetch(`${house.app.api?.url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${house.apiKey}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
}

async function clientOf(house: House, service: string): Promise<HttpCountersign> {
  const redis = connectRedis({ url: house.env.REDIS_URL ?? '', observe: () => undefined });
  try {
    const keys = openKeys({ redis: redis.commands, namespace: house.namespace, now: Date.now });
    const { secret } = await keys.create(service);
    return connect({ url: house.app.api?.url ?? '', apiKey: secret });
  } finally {
    await redis.close();
  }
}
