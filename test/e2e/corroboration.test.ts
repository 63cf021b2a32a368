// OPA's own decision log as a second witness, whole: OPA sends it, we join it by decision, and nobody else can add to it.
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ensureOpa } from '../../src/local/setup/opa.ts';
import { AUTHZ_BUNDLE, type OpaService } from '../../src/local/setup/services.ts';
import { buildBundle } from '../../src/workbench/policy/bundle.ts';
import { countersign } from '../cli/spawned.ts';
import { cardOf } from '../support/cards.ts';
import { type House, openHouse } from '../support/house.ts';
import { findFreePort, startOpa } from '../support/services.ts';

const TOKEN = 'the-token-of-the-decision-log-0123';
const SECRET = 'hunter2-in-the-params';
const deploy = {
  action: 'deploy',
  user: { id: 'alice', role: 'release-engineer' },
  resource: { type: 'service', id: 'payments-api', environment: 'prod' },
  params: { version: SECRET },
  reason: 'fixes double charges',
};

let place: string;
let opa: OpaService;
let house: House;

beforeAll(async () => {
  const port = await findFreePort();
  place = mkdtempSync(join(tmpdir(), 'countersign-corroboration-'));
  vi.stubEnv('COUNTERSIGN_OPA', await ensureOpa());
  const bundle = join(place, 'bundle.tar.gz');
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(join(place, 'private.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  writeFileSync(join(place, 'public.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
  await buildBundle({
    folder: join(import.meta.dirname, '../../policies'),
    out: bundle,
    entrypoint: 'approvals/main/decision',
    revision: 'release-7',
    signing: { key: join(place, 'private.pem'), keyId: 'policy' },
  });
  const settings = {
    'bundles.policies.resource': `file://${bundle}`,
    'bundles.policies.signing.keyid': 'policy',
    'keys.policy.algorithm': 'ES256',
    'services.countersign.url': `http://127.0.0.1:${port}/opa`,
    'services.countersign.credentials.bearer.token': TOKEN,
    'decision_logs.service': 'countersign',
    'decision_logs.reporting.min_delay_seconds': '1',
    'decision_logs.reporting.max_delay_seconds': '1',
  };
  opa = await startOpa({
    policies: [],
    extra: [
      ...['--authorization=basic', join(AUTHZ_BUNDLE, 'authz.rego'), join(AUTHZ_BUNDLE, 'log.rego')],
      ...['--set-file', `keys.policy.key=${join(place, 'public.pem')}`],
      ...Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
    ],
  });
  house = await openHouse({ env: { OPA_URL: opa.url, OPA_LOG_TOKEN: TOKEN, API_PORT: String(port) } });
});

afterAll(async () => {
  await house?.stop();
  await opa?.stop();
  vi.unstubAllEnvs();
  rmSync(place, { recursive: true, force: true });
});

const SOON = { timeout: 20_000, interval: 100 };
/** Without what only OPA knows: a step that lost a race has asked as well. */
const recorded = async (id: string) => (await house.http.decisions(id)).filter(({ ours }) => ours !== undefined);
const matches = async (id: string) => (await house.http.decisions(id)).map(({ match }) => match);

it('both tell the same of every decision, up to the revision of the signed policies, and the log holds nothing of what was asked', async () => {
  const { id } = await house.http.submit(deploy);
  await house.workspace.as('U0BOB').click(await cardOf(house.workspace, id), 'approve');
  await house.http.wait(id);
  await expect.poll(async () => (await recorded(id)).map(({ match }) => match), SOON).toEqual(['matched', 'matched']);
  const decisions = await recorded(id);
  const view = await house.http.read(id);
  expect(decisions.map(({ ours }) => [ours?.phase, ours?.outcome])).toEqual([
    ['submit', 'require_approval'],
    ['vote', 'allow'],
  ]);
  expect(decisions.at(-1)?.opa).toMatchObject({ ...view.policy, phase: 'vote', outcome: 'allow' });
  expect(view.policy).toEqual({ revision: 'release-7', decision_id: decisions.at(-1)?.ours?.decision_id });
  const last = (await house.audit(id)).findLast(({ event }) => event === 'decided');
  const input_digest = expect.stringMatching(/^sha256:[0-9a-f]{64}$/);
  expect(last?.evidence).toEqual({ policy: { ...view.policy, input_digest } });
  expect(last?.took_ms).toEqual(expect.any(Number)); // of the moment: in the audit, and nowhere else
  expect(JSON.stringify(decisions)).not.toContain(SECRET);
});

it('a question that we did not record is OPA’s alone, and the command line shows it', {
  timeout: 120_000,
}, async () => {
  const { id } = await house.http.submit({ ...deploy, action: 'delete-resource' });
  await expect.poll(() => matches(id), SOON).toEqual(['matched']);
  const question = '/v1/data/approvals/main/decision?strict-builtin-errors=true&provenance=true';
  await fetch(`${opa.url}${question}`, {
    method: 'POST',
    body: JSON.stringify({ input: { request: { id }, phase: 'vote' } }),
  });
  await expect.poll(() => matches(id), SOON).toEqual(['matched', 'only_opa']);
  const { code, out } = await countersign(['audit', 'show', id, '--zone', 'UTC'], house.env);
  expect(code).toBe(0);
  expect(out).toMatch(/policy denied it when it was submitted\n[\s\S]*OPA's own log says the same/);
  expect(out).toMatch(/Only in OPA's own log .*\n.*, decision /);
  const denied = await countersign(['audit', 'list', '--outcome', 'denied', '--since', '1h'], house.env);
  expect(denied.out).toMatch(new RegExp(`${id} +delete-resource on service payments-api +for alice +denied by policy`));
  const answers = await countersign(['audit', 'export', '--event', 'resolved', '--request', id], house.env);
  expect(JSON.parse(answers.out)).toMatchObject({ entry: { event: 'resolved', request: id, status: 'denied' } });
  expect(answers.err).toMatch(/^To go on later: --after \d+-\d+\n$/);
});

describe('the address of the log', () => {
  const send = (body: string | Buffer, headers: Record<string, string> = {}) =>
    fetch(`${house.app.api?.url}/opa/logs`, {
      method: 'POST',
      body: typeof body === 'string' ? body : new Uint8Array(body),
      headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}`, ...headers },
    });
  const gzip = { 'content-encoding': 'gzip' };

  it.each<[string, string | Buffer, Record<string, string>, number]>([
    ['without a token', '[]', { authorization: '' }, 401],
    ['with another token', '[]', { authorization: `Bearer ${TOKEN}0` }, 401],
    ['with no list', '{}', {}, 400],
    ['with what is no JSON', 'hello', {}, 400],
    ['with what says gzip and is not', '[]', gzip, 400],
    ['with a bomb', gzipSync(Buffer.alloc(20 * 1_048_576, ' ')), gzip, 413],
    ['with too much', ' '.repeat(1_100_000), {}, 413],
  ])('refuses a call %s, with the remedy', async (_what, body, headers, status) => {
    const answer = await send(body, headers);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ status, detail: expect.stringMatching(/\.$/) });
  });

  it('takes an empty log, packed or not, and what it does not understand', async () => {
    expect((await send('[]')).status).toBe(200);
    expect((await send(gzipSync('[{"decision_id": 7}, null]'), gzip)).status).toBe(200);
  });

  it('lets nothing that was logged be changed afterwards', async () => {
    const { id } = await house.http.submit({ ...deploy, action: 'delete-resource', reason: 'a third' });
    await expect.poll(() => matches(id), SOON).toEqual(['matched']);
    const [first] = await house.http.decisions(id);
    const forged = { decision_id: first?.opa?.decision_id, path: 'x', timestamp: first?.opa?.at, result: false };
    expect((await send(JSON.stringify([{ ...forged, input: { request: { id } } }]))).status).toBe(200);
    expect(await house.http.decisions(id)).toEqual([first]);
  });

  it('is not there when no token is set', async () => {
    const plain = await openHouse({ roles: ['api'] });
    try {
      expect((await fetch(`${plain.app.api?.url}/opa/logs`, { method: 'POST', body: '[]' })).status).toBe(404);
    } finally {
      await plain.stop();
    }
  });
});
