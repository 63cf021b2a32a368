// The OPA of the compose file, started with its very arguments: what it answers, what it refuses, what it writes down.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { ensureOpa } from '../../../src/local/setup/opa.ts';
import { run } from '../../../src/local/setup/programs.ts';
import { onFreePort, type Service, startProgram } from '../../../src/local/setup/service.ts';

const ROOT = join(import.meta.dirname, '../../..');
const Compose = z.looseObject({
  services: z.looseObject({
    opa: z.looseObject({ command: z.array(z.string()), healthcheck: z.looseObject({ test: z.array(z.string()) }) }),
  }),
});
const { command, healthcheck } = Compose.parse(
  parse(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8'), { merge: true }),
).services.opa;

/** The container's argument, said for this machine. */
function here(argument: string, port: number): string {
  if (argument === '/policies') return join(ROOT, 'policies');
  if (argument === '/config') return join(ROOT, 'deploy/opa');
  return argument.replace('0.0.0.0:8181', `127.0.0.1:${port}`).replace('127.0.0.1:8181', `127.0.0.1:${port}`);
}

let opa: string;
let service: Service;
let port: number;

beforeAll(async () => {
  opa = await ensureOpa();
  await onFreePort(async free => {
    port = free;
    const args = command.map(argument => here(argument, free));
    service = await startProgram(
      { name: 'opa', path: opa, args },
      async () => (await ask('GET', '/health?bundles')).ok,
    );
  });
  return () => service.end('SIGKILL');
});

function ask(method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

const DECISION = '/v1/data/approvals/main/decision?strict-builtin-errors=true&provenance=true';

it('answers our question, and gives the decision an id', async () => {
  const answer = await ask('POST', DECISION, { input: {} });
  expect(await answer.json()).toMatchObject({ decision_id: expect.any(String), result: { contract: 1 } });
});

describe('it refuses', () => {
  it.each([
    ['to replace a policy', 'PUT', '/v1/policies/x'],
    ['to replace data', 'PUT', '/v1/data/approvals'],
    ['what stands below the names of Slack', 'GET', '/v1/data/approvals/workspace/channels'],
    ['the data beside them', 'GET', '/v1/data/approvals'],
    ['to show data', 'GET', '/v1/data'],
    ['any other question', 'POST', '/v1/data/approvals?strict-builtin-errors=true&provenance=true'],
    ['the question below the question', 'POST', DECISION.replace('decision?', 'decision/outcome?')],
    ['the lenient question', 'POST', '/v1/data/approvals/main/decision?strict-builtin-errors=false&provenance=true'],
    ['to explain', 'POST', `${DECISION}&explain=full`],
    ['a query of one’s own', 'POST', '/v1/query'],
  ])('%s', async (_, method, path) => {
    expect((await ask(method, path, method === 'GET' ? undefined : {})).status).toBe(401);
  });
});

it('writes no arguments, no words of people and nothing that may be marked sensitive into its decision log', async () => {
  const secret = 'hunter2-in-the-clear';
  const input = {
    ...{ params: { secret }, context: { secret }, reason: secret },
    user: { id: 'alice', role: secret, 'a/b~c': secret },
    resource: { type: 'bucket', id: 'b-42', owner: { name: secret } },
    standing: [{ id: 'sta_1', params: { secret } }],
    votes: [
      {
        by: { id: 'slack:T1:U1', user: 'bob', groups: [], kind: 'member' },
        vote: 'approve',
        reason: secret,
        at: '2026-11-24T01:51:00Z',
      },
    ],
  };
  const answer = z.object({ decision_id: z.string() }).parse(await (await ask('POST', DECISION, { input })).json());
  await expect.poll(() => service.lastWords()).toContain(answer.decision_id);
  expect(service.lastWords()).not.toContain(secret);
  expect(service.lastWords()).toContain('b-42');
});

it('is healthy by the container’s own check, and is not when nothing listens', async () => {
  const [, , ...args] = healthcheck.test;
  await run(
    opa,
    args.map(argument => here(argument, port)),
  );
  await expect(
    run(
      opa,
      args.map(argument => here(argument, 9)),
    ),
  ).rejects.toThrow(/ended with 1/);
});
