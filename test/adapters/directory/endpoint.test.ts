// A directory behind HTTP: what it answers, what it costs when it answers nothing, and for how long it is believed.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EndpointOptions, openEndpoint } from '../../../src/adapters/directory/endpoint.ts';
import type { LiveDirectory } from '../../../src/adapters/directory/known.ts';
import { connectRedis, type RedisConnections } from '../../../src/adapters/redis/connect.ts';
import { openDirectoryCopy } from '../../../src/adapters/redis/directory-copy.ts';
import { keyspace } from '../../../src/adapters/redis/keyspace.ts';
import type { Observation } from '../../../src/flow/ports.ts';
import { identify } from '../../../src/flow/voters.ts';
import { namespace as freshNamespace, redisUrl } from '../../support/services.ts';

const alice = { id: 'alice', slack: ['T0:U1'], groups: ['db-owners'], roles: ['sre'] };
const good = JSON.stringify({ people: [alice, { id: 'bob', groups: ['db-owners'] }] });
const later = JSON.stringify({ people: [{ id: 'bob', groups: ['db-owners'] }] });
const HOUR_MS = 3_600_000;

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
const says =
  (text: string, etag = '"1"'): Handler =>
  (request, response) => {
    if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
    else response.writeHead(200, { etag }).end(text);
  };
const nothing: Handler = () => {};
const status =
  (code: number, headers = {}): Handler =>
  (_, response) => {
    response.writeHead(code, headers).end();
  };

let server: Server;
let handler: Handler;
let asked: IncomingMessage[];
let told: Observation[];
let connections: RedisConnections;
let name: string;
let nowMs: number;
let open: LiveDirectory[];

beforeEach(async () => {
  asked = [];
  told = [];
  open = [];
  nowMs = Date.now();
  name = freshNamespace();
  handler = says(good);
  server = createServer((request, response) => {
    asked.push(request);
    handler(request, response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  connections = connectRedis({ url: redisUrl(), observe: () => {} });
});

afterEach(async () => {
  for (const directory of open) directory.stop();
  server.closeAllConnections();
  server.close();
  await connections.commands.del(keyspace(name).directory);
  await connections.close();
});

async function start(options: Partial<EndpointOptions> = {}): Promise<LiveDirectory> {
  const directory = await openEndpoint({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/people`,
    refreshMs: HOUR_MS,
    maxAgeMs: HOUR_MS,
    copy: openDirectoryCopy(connections.commands, name),
    observe: observation => told.push(observation),
    timeoutMs: 300,
    now: () => nowMs,
    ...options,
  });
  open.push(directory);
  return directory;
}

const troubles = () => told.map(observation => (observation.kind === 'trouble' ? observation.code : observation.kind));

describe('while it answers', () => {
  it('says who is who, with groups and roles', async () => {
    const directory = await start();
    expect(directory.personOf('slack:T0:U1')).toEqual({ kind: 'person', id: 'alice', groups: ['db-owners'] });
    expect(directory.factsOf('alice')).toEqual({ groups: ['db-owners'], roles: ['sre'] });
    expect(directory.membersOf('db-owners')).toEqual(['alice', 'bob']);
    expect(await directory.check()).toMatchObject({ ok: true, detail: expect.stringContaining('2 people') });
  });

  it('is asked with the bearer token, and again with the tag of what is known', async () => {
    const directory = await start({ token: 'hr-token' });
    nowMs += HOUR_MS / 2;
    expect(await directory.reload()).toBe(true);
    expect(asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer hr-token', 'Bearer hr-token']);
    expect(asked.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, '"1"']);
  });

  it('"nothing has changed" is a good answer: it keeps the directory young', async () => {
    const directory = await start();
    nowMs += HOUR_MS - 1;
    await directory.reload();
    nowMs += HOUR_MS - 1;
    expect(directory.factsOf('alice')).toBeDefined();
  });

  it('whoever left is gone with the next answer, which is asked for unbidden', async () => {
    const directory = await start({ refreshMs: 20 });
    handler = says(later, '"2"');
    await expect.poll(() => directory.personOf('slack:T0:U1')).toEqual({ kind: 'unknown' });
  });

  it('questions at the same moment are one', async () => {
    const directory = await start();
    await Promise.all([directory.reload(), directory.reload(), directory.reload()]);
    expect(asked).toHaveLength(2);
  });
});

describe('no usable answer keeps the people known before, and is told once', () => {
  it.each<[string, Handler, string]>([
    ['garbage', says('<html>', '"2"'), 'people_file_invalid'],
    ['a cut document', says(good.slice(0, 40), '"2"'), 'people_file_invalid'],
    ['nothing at all', says('', '"2"'), 'people_file_invalid'],
    ['nobody any more', says('{"people":[]}', '"2"'), 'people_empty'],
    ['an error', status(500), 'people_unreachable'],
    ['a refusal', status(401), 'people_unreachable'],
    ['a redirect', status(302, { location: 'http://127.0.0.1:1/' }), 'people_unreachable'],
    ['silence', nothing, 'people_unreachable'],
    ['a closed door', (_, response) => void response.destroy(), 'people_unreachable'],
    ['far too much', (_, response) => void response.end(' '.repeat(17 * 1_024 * 1_024)), 'people_unreachable'],
  ])('%s', async (_, broken, code) => {
    const directory = await start({ token: 'hr-token', timeoutMs: 3_000 });
    handler = broken;
    expect(await directory.reload()).toBe(false);
    expect(await directory.reload()).toBe(false);
    expect(directory.factsOf('alice')).toBeDefined();
    expect(troubles()).toEqual([code]);
    expect(JSON.stringify(told)).not.toContain('hr-token');
    expect(await directory.check()).toMatchObject({
      ok: true,
      detail: expect.stringContaining(directory.fault ?? '?'),
    });
    handler = says(later, '"3"');
    expect(await directory.reload()).toBe(true);
    expect(troubles()).toEqual([code, 'people_back']);
    expect(directory.factsOf('alice')).toBeUndefined();
  });
});

describe('for how long', () => {
  it('H2: a directory without a good answer for too long recognises nobody, until it answers again', async () => {
    const directory = await start();
    const member = {
      kindOf: async () => 'member' as const,
      emailOf: async () => undefined,
      usergroupsOf: async () => [],
      channelsOf: async () => [],
    };
    const world = { directory, accounts: member };
    expect(await identify(world, 'slack:T0:U1')).toMatchObject({ kind: 'voter', voter: { user: 'alice' } });
    handler = status(503);
    nowMs += HOUR_MS + 1;
    await directory.reload();
    for (const account of ['slack:T0:U1', 'slack:T0:U9', 'person:alice']) {
      expect(await identify(world, account)).toMatchObject({ kind: 'refusal', code: 'unverified_account' });
    }
    expect(() => directory.membersOf('db-owners')).toThrow(expect.objectContaining({ code: 'directory_stale' }));
    expect(await directory.check()).toMatchObject({ ok: false, detail: expect.stringContaining('COUNTERSIGN_PEOPLE') });
    expect(directory.slackAccountsOf('alice')).toEqual(['slack:T0:U1']);
    handler = says(good);
    await directory.reload();
    expect(await identify(world, 'slack:T0:U1')).toMatchObject({ kind: 'voter', voter: { user: 'alice' } });
  });

  it('a restart while it is down begins with the last good answer, and with its age', async () => {
    await start();
    handler = status(503);
    nowMs += HOUR_MS / 2;
    const again = await start();
    expect(again.factsOf('alice')).toEqual({ groups: ['db-owners'], roles: ['sre'] });
    nowMs += HOUR_MS / 2 + 1;
    expect(() => again.factsOf('alice')).toThrow(expect.objectContaining({ code: 'directory_stale' }));
  });

  it('the first start while it is down is no start', async () => {
    handler = status(503);
    await expect(start()).rejects.toMatchObject({
      code: 'people_unreachable',
      message: expect.stringContaining('503'),
    });
  });

  it.each([
    ['of another address', { source: 'another' }],
    ['that nobody can read', { text: 'people: [' }],
    ['without a date', { good_at: 'yesterday' }],
  ])('a copy %s is none', async (_, fields) => {
    await start();
    await openDirectoryCopy(connections.commands, name).write(fields);
    handler = status(503);
    await expect(start()).rejects.toMatchObject({ code: 'people_unreachable' });
  });

  it('a copy dated in the future is as old as now, no younger', async () => {
    await start();
    await openDirectoryCopy(connections.commands, name).write({ good_at: String(nowMs + 100 * HOUR_MS) });
    handler = status(503);
    const again = await start();
    nowMs += HOUR_MS + 1;
    expect(() => again.factsOf('alice')).toThrow(expect.objectContaining({ code: 'directory_stale' }));
  });
});
