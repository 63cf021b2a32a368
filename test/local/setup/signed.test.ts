// The OPA of docker-compose.signed.yml with its very configuration: signed policies, served from here, and what goes wrong.
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { watchBundles } from '../../../src/adapters/opa/bundles.ts';
import { connectOpa } from '../../../src/adapters/opa/connect.ts';
import { ensureOpa } from '../../../src/local/setup/opa.ts';
import { findFreePort, onFreePort, type Service, startProgram } from '../../../src/local/setup/service.ts';
import { buildBundle } from '../../../src/workbench/policy/bundle.ts';
import { failureOf, question } from '../../adapters/opa/world.ts';
import { countersign } from '../../cli/spawned.ts';

const ROOT = join(import.meta.dirname, '../../..');
const Compose = z.looseObject({
  services: z.object({
    opa: z.looseObject({ command: z.array(z.string()), environment: z.record(z.string(), z.string()) }),
  }),
});
const composed = Compose.parse(parse(readFileSync(join(ROOT, 'docker-compose.signed.yml'), 'utf8'))).services.opa;
const DECISION = 'approvals/main/decision';

let opa: string;
let place: string;
let published: { readonly url: string; close(): Promise<void> };
const ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  opa = await ensureOpa();
  vi.stubEnv('COUNTERSIGN_OPA', opa);
  place = mkdtempSync(join(tmpdir(), 'countersign-signed-'));
  for (const name of ['ours', 'theirs']) {
    const { out } = await countersign(['policy', 'key', join(place, `${name}.pem`)]);
    writeFileSync(join(place, `${name}.line`), /'(.+)'/.exec(out)?.[1] ?? '');
  }
});

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(place, { recursive: true, force: true });
});

/** Builds a bundle and serves it from now on. */
async function publish(revision: string, key: 'ours' | 'theirs' | undefined): Promise<void> {
  await buildBundle({
    folder: join(ROOT, 'policies'),
    out: join(place, 'bundle.tar.gz'),
    entrypoint: DECISION,
    revision,
    ...(key === undefined ? {} : { signing: { key: join(place, `${key}.pem`), keyId: 'policy' } }),
  });
}

async function serve(): Promise<typeof published> {
  const server = createServer((request, response) => {
    if (request.url !== '/bundle.tar.gz') return void response.writeHead(404).end();
    response.end(readFileSync(join(place, 'bundle.tar.gz')));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  return {
    url,
    async close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

type Sidecar = { readonly url: string; restart(): Promise<void> };

/** The container's OPA on this machine: its arguments, its configuration, its variables; it only polls sooner. */
async function startSidecar(): Promise<Sidecar> {
  const config = join(place, 'signed.yaml');
  const text = readFileSync(join(ROOT, 'deploy/opa/signed.yaml'), 'utf8');
  const state = mkdtempSync(join(place, 'state-'));
  const sooner = text.replaceAll(/(m(?:in|ax)_delay_seconds): \d+/g, '$1: 1').replace('/state', state);
  writeFileSync(config, sooner);
  const env = {
    ...process.env,
    POLICY_BUNDLE_URL: published.url,
    POLICY_VERIFIER: readFileSync(join(place, 'ours.line'), 'utf8'),
    OPA_LOG_TOKEN: 'a-token-for-the-decision-log-000000',
    COUNTERSIGN_URL: `http://127.0.0.1:${await findFreePort()}`,
  };
  const start = (port: number) => {
    const args = composed.command.map(argument =>
      argument
        .replace('0.0.0.0:8181', `127.0.0.1:${port}`)
        .replace('/config/signed.yaml', config)
        .replace(/^\/config\//, `${ROOT}/deploy/opa/`),
    );
    const isUp = async () => (await fetch(`http://127.0.0.1:${port}/health`)).ok;
    return startProgram({ name: 'opa', path: opa, args, env }, isUp);
  };
  let service: Service;
  let port = 0;
  await onFreePort(async free => {
    port = free;
    service = await start(free);
  });
  ends.push(() => service.end('SIGKILL'));
  return {
    url: `http://127.0.0.1:${port}`,
    async restart() {
      await service.end('SIGKILL');
      service = await start(port);
    },
  };
}

function connect(url: string, revision?: string) {
  const policy = connectOpa({
    ...{ url, decisionPath: DECISION, timeoutMs: 5_000 },
    ...(revision === undefined ? {} : { revision }),
  });
  ends.push(() => policy.close());
  return policy;
}

async function open(revision: string): Promise<Sidecar> {
  await publish(revision, 'ours');
  published = await serve();
  ends.push(() => published.close());
  return startSidecar();
}

const SOON = { timeout: 15_000, interval: 100 };
const revisionOf = async (policy: ReturnType<typeof connect>) => {
  const answer = await policy.ask(question());
  return answer.kind === 'answer' ? answer.policy.revision : answer.code;
};

it('gets what the configuration names, and no variable is forgotten', () => {
  const text = readFileSync(join(ROOT, 'deploy/opa/signed.yaml'), 'utf8');
  const wanted = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name ?? '');
  expect(Object.keys(composed.environment).sort()).toEqual([...new Set(wanted)].sort());
});

describe('signed policies', () => {
  it('are not ready before they are there, and then answer with their revision and a decision id', async () => {
    const sidecar = await open('r-1');
    const policy = connect(sidecar.url);
    await expect.poll(async () => (await policy.health()).detail, SOON).toContain('revision r-1');
    expect(await policy.ask(question())).toMatchObject({
      policy: { revision: 'r-1', decision_id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
  });

  it.each<[string, () => Promise<void>]>([
    ['signed by somebody else', () => publish('r-2', 'theirs')],
    ['not signed', () => publish('r-2', undefined)],
    ['no bundle at all', async () => writeFileSync(join(place, 'bundle.tar.gz'), 'half a file')],
  ])('%s, are refused: those before stay in force, and it is told once, also when it is over', async (_what, spoil) => {
    const sidecar = await open('r-1');
    const policy = connect(sidecar.url);
    await expect.poll(async () => (await policy.health()).ok, SOON).toBe(true);
    const observe = vi.fn();
    const watch = watchBundles({ url: sidecar.url, timeoutMs: 5_000, observe, everyMs: 50 });
    ends.push(() => watch.stop());
    await expect.poll(() => watch.refused(), SOON).toBe(0);

    await spoil();
    await expect.poll(() => watch.refused(), SOON).toBe(1);
    expect(await revisionOf(policy)).toBe('r-1');
    const health = await policy.health();
    expect(health).toMatchObject({ ok: true, detail: expect.stringMatching(/r-1\. OPA refuses the newest policies/) });

    await publish('r-3', 'ours');
    await expect.poll(() => revisionOf(policy), SOON).toBe('r-3');
    await expect.poll(() => watch.refused(), SOON).toBe(0);
    expect(observe.mock.calls.map(([seen]) => seen.code)).toEqual(['bundle_refused', 'bundle_loaded']);
  });

  it('survive a restart while nothing can be fetched', async () => {
    const sidecar = await open('r-1');
    await expect.poll(async () => (await connect(sidecar.url).health()).ok, SOON).toBe(true);
    await published.close();
    await sidecar.restart();
    const policy = connect(sidecar.url);
    await expect.poll(async () => (await policy.health()).detail, SOON).toContain('revision r-1');
    expect(await revisionOf(policy)).toBe('r-1');
  });

  it('of another revision than the pinned one answer nothing: it is an outage, not a decision', async () => {
    const sidecar = await open('r-2');
    const policy = connect(sidecar.url, 'r-2');
    await expect.poll(async () => (await policy.health()).ok, SOON).toBe(true);
    await publish('r-1', 'ours'); // an old bundle is signed as well as a new one
    const outage = async () => failureOf(policy.ask(question())).catch(() => undefined);
    await expect.poll(outage, SOON).toMatchObject({ code: 'pdp_stale', isTransient: true });
    expect(String(await outage())).toMatch(/policies r-1 and not by r-2.*OPA_REVISION\.$/);
    expect(await policy.health()).toMatchObject({ ok: false });
  });
});
