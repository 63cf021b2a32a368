// An API of its own for each test of a file, over plain records, and the ways to call it.
import { afterEach, beforeEach, expect } from 'vitest';
import { type HttpServer, startHttp } from '../../../src/adapters/http/start.ts';
import { type InProcess, inProcessPorts } from './in-process-ports.ts';

export const MIB = 1_048_576;
export const json = { 'content-type': 'application/json' };

type Init = { method?: string; headers?: Record<string, string>; body?: string | Uint8Array; key?: string | null };

export type Served = ReturnType<typeof served>;

export function served() {
  let ports: InProcess;
  let server: HttpServer;
  beforeEach(async () => {
    ports = inProcessPorts();
    server = await startHttp(ports, { host: '127.0.0.1', port: 0, bodyLimit: MIB });
  });
  afterEach(() => server.stop());

  async function call(path: string, { key = 'key-of-deployer', headers = {}, ...init }: Init = {}) {
    const answer = await fetch(server.url + path, {
      ...(init as RequestInit),
      headers: { ...(key === null ? {} : { authorization: `Bearer ${key}` }), ...headers },
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: answer.status,
      headers: answer.headers,
      text,
      json: isJson && text !== '' ? JSON.parse(text) : undefined,
    };
  }

  return {
    get ports() {
      return ports;
    },
    get server() {
      return server;
    },
    call,
    post: (value: unknown, init: Init = {}) =>
      call('/v1/requests', {
        method: 'POST',
        body: JSON.stringify(value),
        ...init,
        headers: { ...json, ...init.headers },
      }),
  };
}

export function expectProblem(answer: Awaited<ReturnType<Served['call']>>, status: number, code: string): void {
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(answer.json).toMatchObject({ status, type: `urn:countersign:problem:${code}`, title: expect.any(String) });
  expect(answer.json.detail).toMatch(/[.>]$/);
}
