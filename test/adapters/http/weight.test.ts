// One service's weight is its own: who asks for too much is told so before its body is read, and the others go on.
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type HttpServer, startHttp } from '../../../src/adapters/http/start.ts';
import { createTurns } from '../../../src/adapters/http/turns.ts';
import { refuse } from '../../../src/domain/refusal.ts';
import type { Budget } from '../../../src/flow/ports.ts';
import { body, type InProcess, inProcessPorts } from './in-process-ports.ts';
import { json, MIB } from './served.ts';

let server: HttpServer;
let ports: InProcess;
afterEach(() => server.stop());

const told: [string, Budget][] = [];
async function serve(
  budgets: { waiters?: number; largeCalls?: number; requestsPerSecond?: number },
  patch: Parameters<typeof inProcessPorts>[0] = {},
): Promise<void> {
  told.length = 0;
  ports = inProcessPorts({ onOverBudget: (...over) => void told.push(over), ...patch });
  server = await startHttp(ports, { host: '127.0.0.1', port: 0, bodyLimit: MIB, budgets });
}
const as = (service: string) => ({ authorization: `Bearer key-of-${service}`, ...json });
const submit = (service: string, value: object) =>
  fetch(`${server.url}/v1/requests`, { method: 'POST', headers: as(service), body: JSON.stringify(value) });
const large = () => ({ ...body(), params: { text: 'x'.repeat(100_000) } });

describe('beyond a budget', () => {
  it('the store’s word is 429 with the time to wait, and is remembered: the next call’s body is not even read', async () => {
    let asked = 0;
    await serve(
      {},
      {
        submit: async () => {
          asked += 1;
          return { ...refuse('over_budget'), over: { budget: 'pending', retryAfterMs: 4_200 } };
        },
      },
    );
    const first = await submit('deployer', body());
    expect(first.status).toBe(429);
    expect(first.headers.get('retry-after')).toBe('5');
    expect(first.headers.get('content-type')).toContain('application/problem+json');
    expect(await first.json()).toMatchObject({
      type: 'urn:countersign:problem:over_budget',
      detail: expect.stringMatching(/SERVICE_PENDING.*same idempotency key\.$/),
    });
    // A call that announces a body and sends none of it is answered all the same.
    const { port } = new URL(server.url);
    const socket = connect(Number(port), '127.0.0.1');
    const head = `POST /v1/requests HTTP/1.1\r\nhost: x\r\nauthorization: ${as('deployer').authorization}\r\ncontent-type: application/json\r\ncontent-length: 900000\r\n\r\n`;
    socket.write(head);
    const [answer] = await once(socket, 'data');
    socket.destroy();
    expect(String(answer)).toMatch(/^HTTP\/1\.1 429 /);
    expect(asked).toBe(1);
    expect(told).toEqual([['deployer', 'pending']]);
    expect((await submit('other', body())).status).toBe(429); // asked for itself, and not because of the other
    expect(asked).toBe(2);
  });

  it('whatever is written down is so much a second: uses of a grant by a service, answers by a person, each for itself', async () => {
    let uses = 0;
    await serve(
      { requestsPerSecond: 40 },
      {
        redeem: async () => {
          uses += 1;
          return refuse('grant_altered');
        },
      },
    );
    const made = (await (await submit('deployer', body())).json()) as { id: string };
    const digest = `sha256:${'0'.repeat(64)}`;
    const post = (whose: string, path: string, value: object) =>
      fetch(`${server.url}${path}`, { method: 'POST', headers: as(whose), body: JSON.stringify(value) });
    const use = (service: string) => post(service, '/v1/redeem', { grant: 'a.b.c', digest });
    const statuses = async (calls: readonly Promise<Response>[]) =>
      (await Promise.all(calls)).map(({ status }) => status);
    const many = await statuses(Array.from({ length: 200 }, () => use('deployer')));
    expect(many.filter(status => status === 403).length).toBe(uses);
    expect(uses).toBeGreaterThanOrEqual(80); // as many at once as in two seconds
    expect(uses).toBeLessThan(190);
    expect(many.filter(status => status !== 403)).toEqual(Array.from({ length: 200 - uses }, () => 429));
    expect((await use('other')).status).toBe(403);
    expect(told[0]).toEqual(['deployer', 'requests_per_second']);
    // A person has a twentieth of it: two a second here.
    const vote = () => post('bob', `/v1/requests/${made.id}/votes`, { vote: 'deny', reason: 'no', surface: 'cli' });
    const answers = await statuses(Array.from({ length: 30 }, vote));
    expect(answers.filter(status => status === 429).length).toBeGreaterThan(15);
    expect(answers.filter(status => status !== 429).length).toBeGreaterThanOrEqual(4);
    const read = await fetch(`${server.url}/v1/requests/${made.id}`, { headers: as('deployer') });
    expect(read.status).toBe(200);
  });

  it('so many may wait here and no more; whoever leaves makes room, and another service has its own', async () => {
    await serve({ waiters: 2 });
    const made = (await (await submit('deployer', body())).json()) as { id: string };
    const theirs = (await (await submit('other', body())).json()) as { id: string };
    const wait = (service: string, id: string, signal?: AbortSignal) =>
      fetch(`${server.url}/v1/requests/${id}/wait?timeout=30s`, {
        headers: as(service),
        ...(signal === undefined ? {} : { signal }),
      });
    const leaving = new AbortController();
    const first = wait('deployer', made.id, leaving.signal);
    await once(ports.waiting, 'began');
    const second = wait('deployer', made.id);
    await once(ports.waiting, 'began');
    expect((await wait('deployer', made.id)).status).toBe(429);
    expect(told).toEqual([['deployer', 'waiters']]);
    const neighbour = wait('other', theirs.id);
    await once(ports.waiting, 'began');
    leaving.abort();
    await expect(first).rejects.toThrow();
    await once(ports.waiting, 'ended');
    const third = wait('deployer', made.id);
    await once(ports.waiting, 'began');
    ports.resolve(made.id, 'approved', 'people');
    ports.resolve(theirs.id, 'approved', 'people');
    for (const waited of [second, third, neighbour]) expect((await waited).status).toBe(200);
  });

  it('so many large calls may be under way; small ones, and those of others, are not counted among them', async () => {
    const inner = inProcessPorts();
    const held = Promise.withResolvers<void>();
    await serve(
      { largeCalls: 2 },
      {
        submit: async call => {
          if (call.service === 'deployer' && call.submission.params !== undefined && 'text' in call.submission.params)
            await held.promise;
          return inner.submit(call);
        },
      },
    );
    const begun = [submit('deployer', large()), submit('deployer', large())];
    await expect.poll(async () => (await submit('deployer', large())).status).toBe(429);
    expect(told.at(-1)).toEqual(['deployer', 'large_calls']);
    expect((await submit('deployer', body())).status).toBe(201);
    held.resolve();
    for (const answer of begun) expect((await answer).status).toBe(201);
    expect((await submit('deployer', large())).status).toBe(201);
  });
});

describe('turns of heavy work', () => {
  it('go round by whose it is, one piece at a time', async () => {
    await serve({});
    const { take } = createTurns();
    const done: string[] = [];
    let running = 0;
    const work = (name: string) => async () => {
      running += 1;
      expect(running).toBe(1);
      await new Promise(resolve => setImmediate(resolve));
      running -= 1;
      done.push(name);
    };
    const crowd = Array.from({ length: 5 }, (_, n) => take('a', work(`a${n}`)));
    await Promise.all([...crowd, take('b', work('b0')), take('b', work('b1'))]);
    expect(done).toEqual(['a0', 'a1', 'b0', 'a2', 'b1', 'a3', 'a4']);
    await expect(take('a', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await take('a', async () => 7)).toBe(7);
  });
});
