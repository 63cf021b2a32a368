// Redis or the process itself goes and comes back: nothing was decided, lost or said twice meanwhile.
import { describe, expect, it } from 'vitest';
import { cardOf } from '../support/cards.ts';
import { perTest } from '../support/house.ts';
import { startRedis } from '../support/services.ts';
import { deploy } from './asked.ts';

const { open, ended } = perTest();

describe('Redis is in trouble', () => {
  it('D3: a click during store trouble is answered, not lost; over HTTP it is 503; and all goes on when it is back', async () => {
    const redis = await ended(startRedis());
    const house = await open({ env: { REDIS_URL: redis.url } });
    const { id } = await house.http.submit(deploy);
    const card = await cardOf(house.workspace, id);
    await expect.poll(async () => (await house.http.read(id)).slack?.ts).toBe(card.ts);
    await redis.kill();
    await house.workspace.as('U0BOB').click(card, 'approve');
    await house.workspace.until(
      'a word to bob',
      () => JSON.stringify(house.workspace.ephemerals('U0BOB')).includes('try again'),
      15_000,
    );
    const answer = await fetch(`${house.app.api?.url}/v1/requests/${id}`, {
      headers: { authorization: `Bearer ${house.apiKey}` },
    });
    expect(answer.status).toBe(503);
    await redis.restart();
    await expect
      .poll(async () => (await house.http.read(id).catch(() => undefined))?.status, { timeout: 15_000 })
      .toBe('pending');
    await house.workspace.as('U0BOB').click(card, 'approve', { stale: true });
    expect(await house.http.wait(id, { timeoutMs: 20_000 })).toMatchObject({ status: 'approved' });
  }, 60_000);
});

describe('the process is killed', () => {
  it('D27: the API goes while 100 wait: all are told after they ask again', async () => {
    const house = await open({ roles: ['worker', 'slack'] });
    const api = await open({ beside: house, roles: ['api'], env: { API_PORT: '0' } });
    const port = new URL(api.app.api?.url ?? '').port;
    const asked = await Promise.all(
      Array.from({ length: 100 }, () => api.http.submit({ ...deploy, expires_in: '6s' })),
    );
    const answers = asked.map(({ id }) => api.http.wait(id, { timeoutMs: 40_000 }));
    await api.app.stop();
    const next = await open({ beside: house, roles: ['api'], env: { API_PORT: port } });
    expect(next.app.api?.url).toContain(port);
    const views = await Promise.all(answers);
    expect(new Set(views.map(({ status }) => status))).toEqual(new Set(['expired']));
  }, 90_000);
});
