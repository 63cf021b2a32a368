// What those ask who run it, and what every address answers that is not served.
import { describe, expect, it } from 'vitest';
import { startHttp } from '../../../src/adapters/http/start.ts';
import { Failure } from '../../../src/domain/failure.ts';
import { body, inProcessPorts } from './in-process-ports.ts';
import { expectProblem, MIB, served } from './served.ts';

const api = served();
const { call, post } = api;

describe('the rest of the surface', () => {
  it('lives, is ready, and says what is missing when it is not', async () => {
    expect(await call('/healthz', { key: null })).toMatchObject({ status: 200, text: 'ok\n' });
    expect((await call('/readyz', { key: null })).status).toBe(200);
    api.ports.setDown(true);
    const missing = await call('/readyz', { key: null });
    expect(missing.status).toBe(503);
    expect(missing.json).toEqual({ ready: false, checks: [{ name: 'redis', ok: false, detail: expect.any(String) }] });
    expect((await call('/healthz', { key: null })).status).toBe(200);
  });

  it('hands out metrics', async () => {
    const answer = await call('/metrics', { key: null });
    expect(answer.headers.get('content-type')).toContain('version=0.0.4');
    expect(answer.text).toBe('up 1\n');
  });

  it('answers 404 to unknown addresses and 405 to other methods, as problems', async () => {
    expectProblem(await call('/nowhere'), 404, 'unknown_route');
    expectProblem(await call('/'), 404, 'unknown_route');
    const put = await call('/v1/requests', {
      method: 'PUT',
      body: '<x/>',
      headers: { 'content-type': 'application/xml' },
    });
    expectProblem(put, 405, 'wrong_method');
    expect(put.headers.get('allow')).toBe('POST, GET');
    const { json: made } = await post(body());
    expectProblem(await call(`/v1/requests/${made.id}`, { method: 'DELETE' }), 405, 'wrong_method');
    expectProblem(await call(`/v1/requests/${made.id}/cancel`), 405, 'wrong_method');
    expectProblem(await call('/v1/requests/%zz'), 400, 'bad_request');
  });

  it('answers 500 with a reference, and tells the client nothing else of the cause', async () => {
    const failing = inProcessPorts({
      list: async () => {
        throw Object.assign(new Error('WRONGTYPE'), { command: { args: ['canary-77'] } });
      },
      read: async () => {
        throw new Failure('store_corrupt', 'The record cannot be read. Restore it.', { isTransient: false });
      },
    });
    const other = await startHttp(failing, { host: '127.0.0.1', port: 0, bodyLimit: MIB });
    const headers = { authorization: 'Bearer key-of-deployer' };
    for (const path of ['', `/req_${'0'.repeat(26)}`]) {
      const answer = await fetch(`${other.url}/v1/requests${path}`, { headers });
      expect(answer.status).toBe(500);
      const text = await answer.text();
      expect(text).toContain('urn:countersign:problem:internal');
      expect(text).not.toMatch(/WRONGTYPE|store_corrupt|canary/);
    }
    await other.stop();
    expect(failing.lines.join()).toMatch(/store_corrupt/);
    expect(failing.lines.join()).not.toMatch(/canary-77/);
  });
});
