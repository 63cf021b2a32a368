// It ends when told to: whatever is down or silent, also while it still starts, and at once when told twice.
import { describe, expect, it } from 'vitest';
import type { Running } from '../cli/spawned.ts';
import { perTest } from '../support/house.ts';
import { startRedis } from '../support/services.ts';
import { deploy } from './asked.ts';
import { type Part, type Surroundings, surroundings } from './ending/serving.ts';

/** Less than the thirty seconds that orchestrators give before they kill. */
const ENDS_WITHIN_MS = 20_000;
const AT_ONCE_MS = 3_000;
const PATIENCE = { timeout: 180_000 };

/** How it ended once it was told to, and how long that took. */
async function told(serving: Running, signal: NodeJS.Signals = 'SIGTERM') {
  const toldAt = performance.now();
  serving.kill(signal);
  const tooLate = setTimeout(() => serving.kill('SIGKILL'), ENDS_WITHIN_MS + 5_000);
  const ended = await serving.ended;
  clearTimeout(tooLate);
  return { ...ended, tookMs: performance.now() - toldAt };
}

/** Something that waits for people, and somebody who waits for it. */
async function busy(parts: Surroundings, url: string): Promise<void> {
  const http = await parts.client(url);
  const { id } = await http.submit(deploy);
  void http.wait(id, { timeoutMs: 60_000 }).catch(() => undefined);
}

const address = (serving: Running) => serving.said(/http:\/\/127\S+/);

/** Whether it takes no call any more. */
const refuses = (url: string) =>
  fetch(`${url}/healthz`).then(
    ({ status }) => status >= 500,
    () => true,
  );

type Trouble = readonly [what: string, ...down: (readonly [Part, 'killed' | 'silent'])[]];

const troubles: readonly Trouble[] = [
  ['nothing amiss'],
  ['Redis killed', ['redis', 'killed']],
  ['a silent Redis', ['redis', 'silent']],
  ['a silent OPA', ['opa', 'silent']],
  ['a silent Slack', ['slack', 'silent']],
  ['a silent directory', ['people', 'silent']],
  ['everything killed', ['redis', 'killed'], ['opa', 'killed'], ['slack', 'killed'], ['people', 'killed']],
  ['everything silent', ['redis', 'silent'], ['opa', 'silent'], ['slack', 'silent'], ['people', 'silent']],
];

async function strike(parts: Surroundings, [, ...down]: Trouble): Promise<void> {
  for (const [part, how] of down) {
    if (how === 'killed') await parts.kill(part);
    else parts.silence(part);
  }
}

const hurtsOpa = ([, ...down]: Trouble) => down.some(([part]) => part === 'opa');

describe('told to end', { concurrent: true }, () => {
  it.for(troubles)('with %s it ends within 20 s, in order', PATIENCE, async (trouble, test) => {
    const parts = await surroundings(test, { opa: hurtsOpa(trouble) });
    const serving = parts.serve();
    await busy(parts, await address(serving));
    await strike(parts, trouble);
    const { code, tookMs } = await told(serving);
    expect(tookMs).toBeLessThan(ENDS_WITHIN_MS);
    expect(code).toBe(0);
  });

  it.for<readonly [string, readonly ['redis' | 'slack' | 'people', 'silent']]>([
    ['a silent Redis', ['redis', 'silent']],
    ['a silent Slack', ['slack', 'silent']],
    ['a silent directory', ['people', 'silent']],
  ])('while it still starts, with %s, it ends at once and in order', PATIENCE, async (trouble, test) => {
    const parts = await surroundings(test);
    await strike(parts, trouble);
    const serving = parts.serve({ NODE_DEBUG: 'net' });
    const [, [part]] = trouble;
    await serving.said(new RegExp(`connect to 127\\.0\\.0\\.1:${parts.ports[part]} `)); // from now on it waits for that
    const { code, out, tookMs } = await told(serving);
    expect(tookMs).toBeLessThan(ENDS_WITHIN_MS);
    expect(code).toBe(0);
    expect(out).not.toContain('serves');
  });

  it('told twice, it ends at once', PATIENCE, async test => {
    const parts = await surroundings(test);
    const serving = parts.serve();
    const url = await address(serving);
    await busy(parts, url);
    parts.silence('redis'); // nothing under way can end for seconds
    serving.kill('SIGTERM');
    await test.expect.poll(() => refuses(url), { timeout: ENDS_WITHIN_MS, interval: 5 }).toBe(true);
    const { code, tookMs } = await told(serving);
    expect(code).toBe(143);
    expect(tookMs).toBeLessThan(AT_ONCE_MS);
  });
});

describe('from the moment it is told', () => {
  const { open, ended } = perTest();

  it('takes no call and no click, though Redis is away and its end takes a while', async () => {
    const redis = await ended(startRedis());
    const house = await open({ env: { REDIS_URL: redis.url } });
    const url = house.app.api?.url ?? '';
    process.kill(redis.pid, 'SIGSTOP');
    const stopped = house.app.stop();
    await expect.poll(() => refuses(url), { timeout: AT_ONCE_MS }).toBe(true);
    await expect.poll(house.workspace.connections, { timeout: AT_ONCE_MS }).toBe(0);
    process.kill(redis.pid, 'SIGCONT');
    await stopped;
    expect(house.app.unended()).toEqual([]);
  }, 60_000);
});
