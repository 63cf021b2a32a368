// The commands of whoever runs Countersign: serve, keys, doctor.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { examineNode } from '../../src/cli/doctor/machine.ts';
import { openWorkspace } from '../../src/local/slack/workspace.ts';
import { namespace, opaUrl, redisUrl, startRedis } from '../support/services.ts';
import { countersign, start } from './spawned.ts';

// Every step is a process of its own, and the machine may be busy.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

const dir = mkdtempSync(join(tmpdir(), 'countersign-cli-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
});

const here = () => ({ REDIS_URL: redisUrl(), COUNTERSIGN_NAMESPACE: namespace() });

describe('keys', () => {
  it('create prints the key alone on the last line, list does not know it, revoke ends it', async () => {
    const env = here();
    const made = await countersign(['keys', 'create', '--service', 'deployer'], env);
    expect(made.code).toBe(0);
    expect(made.out).toMatch(/^csk_\S+\n$/);
    expect(made.err).toContain(
      `in the namespace ${env.COUNTERSIGN_NAMESPACE} of ${new URL(env.REDIS_URL ?? '').host}.`,
    );
    const id = made.out.split('_')[1] ?? '';
    const listed = await countersign(['keys', 'list'], env);
    expect(listed.out).toMatch(new RegExp(`${id} +deployer +api`));
    expect(listed.out + listed.err).not.toContain(made.out.trim().slice(-12));
    expect((await countersign(['keys', 'revoke', id], env)).code).toBe(0);
    const again = await countersign(['keys', 'revoke', id], env);
    expect(again.code).toBe(2);
    expect((await countersign(['keys', 'list'], env)).out).toContain('revoked');
  });

  it('create --person makes the key of a person; a key is of one holder', async () => {
    const env = here();
    const made = await countersign(['keys', 'create', '--person', 'bob'], env);
    expect(made.out).toMatch(/^csk_\S+\n$/);
    expect((await countersign(['keys', 'list'], env)).out).toMatch(/bob +person/);
    for (const wrong of [[], ['--person', 'bob', '--service', 'x'], ['--person', 'bob', '--queue']]) {
      expect((await countersign(['keys', 'create', ...wrong], env)).code).toBe(2);
    }
  });

  it('create --queue prints the private key in one line', async () => {
    const { out } = await countersign(['keys', 'create', '--service', 'deployer', '--queue'], here());
    expect(out).toMatch(/^csq_\S+\n$/);
  });

  it('says so when Redis cannot be reached', async () => {
    const redis = await startRedis();
    await redis.stop();
    const ended = await countersign(['keys', 'list'], { REDIS_URL: redis.url.replace('//', '//user:hunter22@') });
    expect(ended.code).toBe(15);
    expect(ended.err).not.toContain('hunter22');
  });
});

it('.env is read where there is one, a copy of .env.example will do, and the environment wins', async () => {
  const cwd = mkdtempSync(join(dir, 'env-'));
  const example = readFileSync(join(import.meta.dirname, '../../.env.example'), 'utf8');
  const space = namespace();
  writeFileSync(join(cwd, '.env'), `${example}\nREDIS_URL=${redisUrl()}\nCOUNTERSIGN_NAMESPACE=${space}\n`);
  await countersign(['keys', 'create', '--service', 'deployer'], {}, { cwd });
  const [fromFile, fromEnv] = await Promise.all([
    countersign(['keys', 'list'], { REDIS_URL: redisUrl(), COUNTERSIGN_NAMESPACE: space }),
    countersign(['keys', 'list'], { COUNTERSIGN_NAMESPACE: namespace() }, { cwd }),
  ]);
  expect(fromFile.out).toContain('deployer');
  expect(fromEnv.out).toMatch(/No keys yet in the namespace .* of .*\d+\. Make one/);
});

describe('serve', () => {
  it('says where it serves, answers, and ends in order when told', async () => {
    const env = { ...here(), API_PORT: '0', LOG_LEVEL: 'silent' };
    const key = (await countersign(['keys', 'create', '--service', 'deployer'], env)).out.trim();
    const { said, kill, ended } = start(['serve', '--roles', 'api'], env);
    const url = await said(/http:\/\/\S+/);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const asking = { COUNTERSIGN_URL: url, COUNTERSIGN_API_KEY: key };
    const asked = await countersign(['request', '--action', 'a', '--user', 'u', '--resource', 't:i'], asking);
    expect(asked.code).toBe(14);
    kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0, err: '' });
  });

  it('tells every fault of its configuration at once, and starts nothing', async () => {
    const { code, out, err } = await countersign(['serve'], {
      SLACK_MODE: 'http',
      SLACK_SIGNING_SECRET: ' ',
      API_PORT: 'x',
    });
    expect(code).toBe(2);
    expect(out).toBe('');
    for (const name of ['SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET', 'APPROVALS_CHANNEL', 'API_PORT']) {
      expect(err).toContain(name);
    }
  });

  it('knows its roles', async () => {
    const { code, err } = await countersign(['serve', '--roles', 'api,wroker']);
    expect(code).toBe(2);
    expect(err).toContain('api, worker, slack');
  });

  it('refuses a Redis that may forget', async () => {
    const redis = await startRedis({ persistence: false });
    cleanUp.push(() => redis.stop());
    const { code, err } = await countersign(['serve', '--roles', 'api'], { REDIS_URL: redis.url, API_PORT: '0' });
    expect(code).toBe(1);
    expect(err).toContain('--appendonly yes');
  });
});

describe('doctor', () => {
  it('finds all well when it is', async () => {
    const workspace = await openWorkspace();
    cleanUp.push(() => workspace.close());
    const people = join(dir, 'people.yaml');
    writeFileSync(people, 'people: [{ id: alice, slack: ["T0ACME:U0ALICE"], groups: [db-owners] }]\n');
    const env = {
      ...here(),
      OPA_URL: opaUrl(),
      API_PORT: '0',
      COUNTERSIGN_PEOPLE: people,
      SLACK_API_URL: workspace.apiUrl,
      SLACK_BOT_TOKEN: workspace.botToken,
      SLACK_APP_TOKEN: workspace.appToken,
      APPROVALS_CHANNEL: 'C0APPROVALS',
    };
    await countersign(['keys', 'create', '--service', 'deployer'], env);
    const { code, out } = await countersign(['doctor', '--json'], env);
    const { ok, checks } = JSON.parse(out);
    expect(checks.filter((check: { ok: boolean }) => !check.ok)).toEqual([]);
    expect({ ok, code }).toEqual({ ok: true, code: 0 });
    const names = checks.map((check: { name: string }) => check.name);
    for (const name of [
      'node',
      'settings',
      'redis',
      'keys',
      'opa',
      'slack',
      'slack socket',
      'slack channel',
      'people',
      'requesters',
      'api port',
    ]) {
      expect(names).toContain(name);
    }
  });

  it.each([
    ['C0NOBOT', 'not a member'],
    ['C0ARCHIVED', 'archived'],
    ['C0SHARED', 'another organisation'],
    ['C0MISSING', 'channel_not_found'],
  ])('names what is wrong with the channel %s', async (channel, words) => {
    const workspace = await openWorkspace();
    cleanUp.push(() => workspace.close());
    const env = {
      ...here(),
      SLACK_API_URL: workspace.apiUrl,
      SLACK_BOT_TOKEN: workspace.botToken,
      SLACK_APP_TOKEN: workspace.appToken,
      APPROVALS_CHANNEL: channel,
    };
    const { code, out } = await countersign(['doctor', '--roles', 'slack', '--json'], env);
    expect(code).toBe(1);
    const found = JSON.parse(out).checks.find((check: { name: string }) => check.name === 'slack channel');
    expect(found).toMatchObject({ ok: false, detail: expect.stringContaining(words) });
  });

  it('goes on after the first thing it finds, and every line that is not well says what to do', async () => {
    const redis = await startRedis({ persistence: false, policy: 'allkeys-lru' });
    cleanUp.push(() => redis.stop());
    const env = { REDIS_URL: redis.url, OPA_URL: 'http://127.0.0.1:1', API_PORT: 'x', COUNTERSIGN_PEOPLE: '/nowhere' };
    const { code, out } = await countersign(['doctor', '--json'], env);
    expect(code).toBe(1);
    const bad = JSON.parse(out).checks.filter((check: { ok: boolean }) => !check.ok);
    const names = new Set(bad.map((check: { name: string }) => check.name));
    expect([...names].sort()).toEqual(['opa', 'people', 'redis', 'settings']);
    for (const { detail } of bad) expect(detail).toMatch(/[.>]$/);
  });

  it('looks at nothing that a wrong setting does not name: what answers at the default is somebody else', async () => {
    const env = { REDIS_URL: 'localhost', OPA_URL: 'opa:8181', API_PORT: 'x', SLACK_MODE: 'pigeon' };
    const { code, out } = await countersign(['doctor', '--json'], env);
    expect(code).toBe(1);
    const checks: { name: string; ok: boolean; detail: string }[] = JSON.parse(out).checks;
    expect(checks.map(({ name }) => name)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(redis|keys|opa|slack|api port)$/)]),
    );
    const wrong = checks.filter(({ name, ok }) => name === 'settings' && !ok).map(({ detail }) => detail.split(' ')[0]);
    expect(wrong).toEqual(expect.arrayContaining(['REDIS_URL', 'OPA_URL', 'API_PORT', 'SLACK_MODE']));
  });

  it('knows which Node.js is too old', () => {
    expect(examineNode('24.11.9')).toMatchObject({ ok: false, detail: expect.stringContaining('Install') });
    expect(examineNode('24.12.0').ok).toBe(true);
    expect(examineNode('26.0.0').ok).toBe(true);
  });
});
