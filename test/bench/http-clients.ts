// Why OPA is asked through undici's dispatch: one question, four HTTP clients, the same OPA.
// Run by hand: node test/bench/http-clients.ts
import { Agent } from 'node:http';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import fetch from 'node-fetch';
import { Pool } from 'undici';
import { startOpa } from '../../src/local/setup/services.ts';

type Client = { readonly name: string; ask(): Promise<unknown>; close(): unknown };

const PATH = '/v1/data/approvals/allow?strict-builtin-errors=true&provenance=true';
const BODY = JSON.stringify({
  input: { action: 'delete-resource', user: { id: 'alice', role: 'admin' }, resource: { state: 'active' } },
});
const HEADERS = { 'content-type': 'application/json' };
const CONNECTIONS = 16;

const { values } = parseArgs({
  options: { calls: { type: 'string', default: '10000' }, rounds: { type: 'string', default: '3' } },
});
const opa = await startOpa({ policies: [resolve(import.meta.dirname, '../../policies')] });
const clients = [
  withNodeFetch(opa.url),
  withUndiciRequest(opa.url),
  withUndiciDispatch(opa.url),
  withGlobalFetch(opa.url),
];
try {
  for (const client of clients) await measure(client, 1_000, CONNECTIONS); // warm
  console.log('client            in flight   calls/s   µs of our CPU a call');
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const inFlight of [1, CONNECTIONS]) {
      for (const client of clients) {
        const { perSecond, cpuUs } = await measure(client, Number(values.calls), inFlight);
        console.log(
          `${client.name.padEnd(18)}${String(inFlight).padStart(9)}${perSecond.toFixed(0).padStart(10)}${cpuUs.toFixed(0).padStart(15)}`,
        );
      }
    }
  }
} finally {
  for (const client of clients) await client.close();
  await opa.stop();
}

async function measure(client: Client, calls: number, inFlight: number) {
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  let left = calls;
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (left-- > 0) await client.ask();
    }),
  );
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: (calls / (performance.now() - startedAt)) * 1_000, cpuUs: (user + system) / calls };
}

function withNodeFetch(url: string): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  return {
    name: 'node-fetch',
    ask: async () => (await fetch(url + PATH, { method: 'POST', headers: HEADERS, body: BODY, agent })).json(),
    close: () => agent.destroy(),
  };
}

function withGlobalFetch(url: string): Client {
  return {
    name: 'built-in fetch',
    ask: async () => (await globalThis.fetch(url + PATH, { method: 'POST', headers: HEADERS, body: BODY })).json(),
    close: () => undefined,
  };
}

function withUndiciRequest(url: string): Client {
  const pool = new Pool(url, { connections: CONNECTIONS, pipelining: 1 });
  return {
    name: 'undici request',
    ask: async () => (await pool.request({ method: 'POST', path: PATH, headers: HEADERS, body: BODY })).body.json(),
    close: () => pool.close(),
  };
}

function withUndiciDispatch(url: string): Client {
  const pool = new Pool(url, { connections: CONNECTIONS, pipelining: 1 });
  const ask = () =>
    new Promise((answered, failed) => {
      let text = '';
      pool.dispatch(
        { method: 'POST', path: PATH, headers: HEADERS, body: BODY },
        {
          onRequestStart: () => undefined,
          onResponseStart: () => undefined,
          onResponseData: (_controller, chunk) => {
            text += chunk.toString();
          },
          onResponseEnd: () => answered(JSON.parse(text)),
          onResponseError: (_controller, error) => failed(error),
        },
      );
    });
  return { name: 'undici dispatch', ask, close: () => pool.close() };
}
