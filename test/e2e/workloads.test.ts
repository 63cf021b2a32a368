// Jobs without a stored key, over the whole of it: an issuer that nobody here wrote, the directory's lines, the API and the CLI.
import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { OAuth2Server } from 'oauth2-mock-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, exchangeToken } from '../../src/client/index.ts';
import { countersign } from '../cli/spawned.ts';
import { cardOf } from '../support/cards.ts';
import { type House, openHouse, PEOPLE } from '../support/house.ts';
import { deploy, remove } from './asked.ts';

const run = (file: string, options: object) => promisify(execFile)(file, [], { encoding: 'utf8', ...options });
const issuing = new OAuth2Server();
const folder = mkdtempSync(join(tmpdir(), 'countersign-workloads-'));
const people = join(folder, 'people.yaml');
const SOON = { timeout: 20_000, interval: 50 };
let house: House;
let url: string;

function write(repository: string): void {
  const rule = { service: 'deployer', issuer: issuing.issuer.url, claims: { repository }, show: ['run_id'] };
  const steady = { ...rule, service: 'cluster', claims: { repository: 'acme/cluster' }, once: false };
  writeFileSync(people, `${readFileSync(PEOPLE, 'utf8')}\nworkloads: ${JSON.stringify([rule, steady])}\n`);
}

beforeAll(async () => {
  await issuing.issuer.keys.generate('ES256');
  await issuing.start(0, '127.0.0.1');
  write('acme/shop');
  house = await openHouse({ env: { COUNTERSIGN_PEOPLE: people } });
  url = house.app.api?.url ?? '';
});
afterAll(async () => {
  await house.stop();
  await issuing.stop();
  rmSync(folder, { recursive: true });
});

let issuedSoFar = 0;
const issued = (claims: Record<string, unknown> = {}) =>
  issuing.issuer.buildToken({
    scopesOrTransform: (_head, payload) => {
      const own = { sub: 'repo:acme/shop', aud: 'countersign', repository: 'acme/shop', run_id: 77 };
      Object.assign(payload, { jti: `job-${++issuedSoFar}`, ...own, ...claims });
    },
  });

const keyFor = async (idToken: string) => (await exchangeToken({ url, idToken })).apiKey;
const asJob = async (claims?: Record<string, unknown>) => connect({ url, apiKey: await keyFor(await issued(claims)) });

describe('a job that shows the token of its platform', () => {
  it('asks, waits and redeems as the service that the directory says it is, and what its token says is seen', async () => {
    const job = await asJob();
    const asked = await job.submit(deploy);
    const workload = {
      issuer: issuing.issuer.url,
      claims: { sub: 'repo:acme/shop', repository: 'acme/shop', run_id: '77' },
    };
    expect(asked.view?.service).toEqual({ id: 'deployer', auth: 'workload', workload });
    const card = await cardOf(house.workspace, asked.id);
    await house.workspace.as('U0BOB').click(card, 'details');
    await house.workspace.until('the details say who vouches for what', () =>
      JSON.stringify(house.workspace.modals('U0BOB').at(-1)?.blocks ?? '').includes('repository=acme/shop'),
    );
    await house.workspace.as('U0BOB').click(card, 'approve');
    const answer = await job.wait(asked.id);
    expect(answer).toMatchObject({ status: 'approved' });
    expect(await job.redeem(answer.status === 'approved' ? (answer.grant ?? '') : '', deploy)).toMatchObject({
      uses: 1,
    });
    const [submitted, decided] = await house.audit(asked.id);
    expect(submitted).toMatchObject({ event: 'submitted', service: { workload } });
    expect(decided).toMatchObject({ event: 'decided', asked: { service: { workload } } });
    const opened = (await house.notes()).find(({ event }) => event === 'session_opened');
    expect(opened).toMatchObject({ service: 'deployer', workload, token: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('leaves neither its token nor its key in the log or the audit', async () => {
    const token = await issued();
    const apiKey = await keyFor(token);
    await connect({ url, apiKey }).submit(remove);
    const written = [...house.lines, JSON.stringify(await house.notes())].join('\n');
    expect(written).not.toContain(apiKey.slice(-40));
    expect(written).not.toContain(token.split('.')[2]);
  });

  it.each([
    [
      'of a fork',
      { repository: 'mallory/shop' },
      'workload_not_mapped',
      /these claims differ: repository\. .*workloads/,
    ],
    ['for somebody else', { aud: 'sts.amazonaws.com' }, 'workload_wrong_audience', /with that audience/],
    ['whose time is over', { exp: 1_000_000_000, iat: 999_999_000 }, 'workload_expired', /fresh one/],
  ])('%s is refused, and told why and what to do', async (_, claims, code, remedy) => {
    await expect(asJob(claims)).rejects.toMatchObject({ code, status: 401, message: expect.stringMatching(remedy) });
  });

  it('shows each token once: who found it in a log gets nothing for it', async () => {
    const token = await issued();
    await keyFor(token);
    await expect(keyFor(token)).rejects.toMatchObject({ code: 'workload_replayed', status: 401 });
    const both = await Promise.allSettled([issued(), issued()].map(async one => keyFor(await one)));
    expect(both.every(({ status }) => status === 'fulfilled')).toBe(true);
  });

  it('whose answer was lost sends the same call again and is no replay', async () => {
    const headers = { authorization: `Bearer ${await issued()}`, 'idempotency-key': 'one-call' };
    const answers = await Promise.all([1, 2, 3].map(() => fetch(`${url}/v1/token`, { method: 'POST', headers })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers[0]?.headers.get('cache-control')).toBe('no-store');
  });

  it('shows the same one again where its platform gives no other, and the directory says so', async () => {
    const token = await issued({ repository: 'acme/cluster', sub: 'system:serviceaccount:prod:deployer' });
    expect(await Promise.all([keyFor(token), keyFor(token)])).toHaveLength(2);
  });

  it('exchanged without end fills nothing: after a hundred times it is refused, whatever it says', async () => {
    const headers = {
      authorization: `Bearer ${await issued({ repository: 'acme/cluster' })}`,
      'idempotency-key': 'same',
    };
    const statuses: number[] = [];
    for (let i = 0; i < 102; i++) statuses.push((await fetch(`${url}/v1/token`, { method: 'POST', headers })).status);
    expect(statuses.slice(0, 100).every(status => status === 200)).toBe(true);
    expect(statuses.slice(100)).toEqual([429, 429]);
  });

  it('is no service any more from the moment that the directory does not say so', async () => {
    const job = await asJob();
    const { id } = await job.submit(remove);
    write('acme/renamed');
    await expect.poll(() => job.read(id).catch(({ code }) => code), SOON).toBe('unknown_key');
    await expect(asJob()).rejects.toMatchObject({ code: 'workload_not_mapped' });
    write('acme/shop');
    await expect
      .poll(
        () =>
          job.read(id).then(
            view => view.id,
            () => '',
          ),
        SOON,
      )
      .toBe(id);
  });

  it('without a token, or with a key for one, is told what to send', async () => {
    const bare = await fetch(`${url}/v1/token`, { method: 'POST' });
    expect(await bare.json()).toMatchObject({ status: 401, type: 'urn:countersign:problem:no_token' });
    await expect(keyFor(house.apiKey)).rejects.toMatchObject({ code: 'workload_unreadable' });
  });
});

it.skipIf(spawnSync('bash', ['-c', 'command -v jq curl']).status !== 0)(
  'the script for CI jobs asks and redeems with nothing but the token',
  async () => {
    const ASK = { ASK_ACTION: 'deploy', ASK_RESOURCE: 'service:shop', ASK_USER: 'alice', ASK_TIMEOUT: '60' };
    const env = { ...ASK, ASK_RESOURCE_MEMBERS: '{"environment":"staging"}', COUNTERSIGN_ID_TOKEN: await issued() };
    const script = join(import.meta.dirname, '../../deploy/ci/ask.sh');
    const { stdout } = await run(script, { env: { PATH: process.env.PATH, COUNTERSIGN_URL: url, ...env } });
    expect(stdout).toMatch(/^Countersign: req_\w+ is approved by policy\.$/m);
  },
);

describe('countersign token', () => {
  it('asks GitHub Actions, and prints the key alone on stdout', async () => {
    const asked: string[] = [];
    const actions = createServer(async (request, response) => {
      asked.push(`${request.headers.authorization} ${request.url}`);
      response.end(JSON.stringify({ value: await issued() }));
    });
    await once(actions.listen(0, '127.0.0.1'), 'listening');
    const { port } = actions.address() as AddressInfo;
    const { code, out, err } = await countersign(['token'], {
      COUNTERSIGN_URL: url,
      ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/token?api-version=2`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'runner-secret',
    });
    actions.close();
    expect(asked).toEqual(['Bearer runner-secret /token?api-version=2&audience=countersign']);
    expect({ code, err }).toMatchObject({ code: 0, err: expect.stringContaining('You are deployer until') });
    expect(await connect({ url, apiKey: out.trim() }).submit(remove)).toMatchObject({ id: expect.any(String) });
  });

  it('takes the file that a platform mounts, and says what is missing where there is none', async () => {
    const file = join(folder, 'token');
    writeFileSync(file, `${await issued()}\n`);
    expect(await countersign(['token', '--id-token-file', file], { COUNTERSIGN_URL: url })).toMatchObject({ code: 0 });
    const none = await countersign(['token'], { COUNTERSIGN_URL: url });
    expect(none.err).toContain('permissions: id-token: write');
    expect(none.code).not.toBe(0);
  });
});
