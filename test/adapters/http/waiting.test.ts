// Waiting over HTTP: answered at the resolution, at the timeout, or when either side leaves.
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { startHttp } from '../../../src/adapters/http/start.ts';
import { body, inProcessPorts } from './in-process-ports.ts';
import { expectProblem, json, MIB, served } from './served.ts';

const api = served();
const { call, post } = api;

describe('GET /v1/requests/{id}/wait', () => {
  it('answers as soon as the request is resolved', async () => {
    const { json: made } = await post(body());
    const began = once(api.ports.waiting, 'began');
    const waited = call(`/v1/requests/${made.id}/wait?timeout=30s`);
    await began;
    api.ports.resolve(made.id, 'approved', 'people');
    expect((await waited).json).toMatchObject({ status: 'approved', resolved_by: 'people' });
  });

  it('answers at once when the request is resolved already', async () => {
    const { json: made } = await post(body());
    api.ports.resolve(made.id, 'denied', 'people', 'not today');
    const waited = await call(`/v1/requests/${made.id}/wait`);
    expect(waited.json).toMatchObject({ status: 'denied', resolution_reason: 'not today' });
  });

  it('answers 200 and pending after the timeout', async () => {
    const { json: made } = await post(body());
    const waited = await call(`/v1/requests/${made.id}/wait?timeout=50ms`);
    expect(waited.status).toBe(200);
    expect(waited.json.status).toBe('pending');
    expect(waited.headers.get('cache-control')).toBe('no-store');
  });

  it('G1: an unanswered request ends expired by the clock, never denied, and names nobody', async () => {
    const { json: made } = await post(body());
    api.ports.resolve(made.id, 'expired', 'clock', 'No one answered in time.');
    const waited = await call(`/v1/requests/${made.id}/wait`);
    expect(waited.json).toMatchObject({ status: 'expired', resolved_by: 'clock', votes: [] });
  });

  it('cuts a wish for more than 55 seconds, and refuses what is no duration', async () => {
    const asked: number[] = [];
    const curious = inProcessPorts({
      wait: async (caller, id) => ({
        kind: 'waiting',
        async until(timeoutMs) {
          asked.push(timeoutMs);
          const found = await curious.read(caller, id);
          return 'code' in found ? undefined : found;
        },
      }),
    });
    const other = await startHttp(curious, { host: '127.0.0.1', port: 0, bodyLimit: MIB });
    const headers = { authorization: 'Bearer key-of-deployer', ...json };
    const made = await (
      await fetch(`${other.url}/v1/requests`, { method: 'POST', headers, body: JSON.stringify(body()) })
    ).json();
    const { id } = made as { id: string };
    for (const timeout of ['5m', '20s', '20'])
      await fetch(`${other.url}/v1/requests/${id}/wait?timeout=${timeout}`, { headers });
    await fetch(`${other.url}/v1/requests/${id}/wait`, { headers });
    await other.stop();
    expect(asked).toEqual([55_000, 20_000, 20_000, 30_000]);
    expectProblem(await call(`/v1/requests/${id}/wait?timeout=soon`), 400, 'invalid');
  });

  it('stops waiting when the client goes away', async () => {
    const { json: made } = await post(body());
    const began = once(api.ports.waiting, 'began');
    const ended = once(api.ports.waiting, 'ended');
    const leaving = new AbortController();
    const waited = fetch(`${api.server.url}/v1/requests/${made.id}/wait?timeout=50s`, {
      signal: leaving.signal,
      headers: { authorization: 'Bearer key-of-deployer' },
    });
    await began;
    leaving.abort();
    await expect(waited).rejects.toThrow();
    expect(await ended).toEqual([made.id]);
  });

  it('is answered with the view as it stands when the server stops, and the server stops at once', async () => {
    const { json: made } = await post(body());
    const began = once(api.ports.waiting, 'began');
    const waited = call(`/v1/requests/${made.id}/wait?timeout=50s`);
    await began;
    const stopped = api.server.stop();
    expect((await waited).json.status).toBe('pending');
    await stopped;
  });
});
