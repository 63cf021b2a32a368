// The candidate in the shadow: compared, counted, and without any power over the live answer.
import { EventEmitter, once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { createLog } from '../../../src/adapters/log/log.ts';
import { logObservations } from '../../../src/adapters/log/observed.ts';
import { createMetrics } from '../../../src/adapters/metrics/metrics.ts';
import { connectOpa, type OpaPolicy } from '../../../src/adapters/opa/connect.ts';
import { connectPolicy, shadowed } from '../../../src/adapters/opa/shadow.ts';
import type { Observation } from '../../../src/flow/ports.ts';
import { findFreePort, startOpa } from '../../../src/local/setup/services.ts';
import { failureOf, httpAnswer, policyFolder, question, type Script, SECRET, scriptedServer } from './world.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of open.splice(0).reverse()) await end();
});

const ALLOW = httpAnswer('{"result": true}');
const DENY = httpAnswer('{"result": false}');
const says =
  (answer: string): Script =>
  socket =>
    void socket.write(answer);

/** What was observed of the candidate, to wait for and to look at. */
function watch() {
  const seen: Observation[] = [];
  const events = new EventEmitter();
  const shadow = () => seen.flatMap(each => (each.kind === 'shadowed' ? [each.difference] : []));
  return {
    seen,
    shadow,
    observe(observation: Observation) {
      seen.push(observation);
      events.emit('seen');
    },
    async until(count: number) {
      while (shadow().length < count) await once(events, 'seen');
      return shadow();
    },
  };
}

async function beside(live: Script, candidate: Script | string, timeoutMs = 2_000) {
  const server = await scriptedServer(live);
  open.push(() => server.close());
  const other = typeof candidate === 'string' ? undefined : await scriptedServer(candidate);
  if (other !== undefined) open.push(() => other.close());
  const eye = watch();
  const policy = connectPolicy({
    url: server.url,
    shadowUrl: other?.url ?? String(candidate),
    decisionPath: 'p/d',
    timeoutMs,
    observe: eye.observe,
  });
  open.push(() => policy.close());
  return { policy, eye, server, other };
}

describe('a candidate in the shadow', () => {
  it.each([
    ['same', ALLOW, ALLOW],
    ['loosened', DENY, ALLOW],
    ['tightened', ALLOW, DENY],
  ])('is compared with the live answer: %s', async (difference, live, candidate) => {
    const { policy, eye } = await beside(says(live), says(candidate));
    expect(await policy.ask(question())).toMatchObject({ decision: { outcome: live === ALLOW ? 'allow' : 'deny' } });
    expect(await eye.until(1)).toEqual([difference]);
    expect(eye.seen).toContainEqual({ kind: 'shadowed', id: 'req_test', phase: 'submit', difference });
  });

  it('is asked the very same as the live policy', async () => {
    const { policy, eye, server, other } = await beside(says(ALLOW), says(ALLOW));
    await policy.ask(question());
    await eye.until(1);
    const bodyOf = (text = '') => text.slice(text.indexOf('\r\n\r\n'));
    expect(bodyOf(other?.seen[0])).toBe(bodyOf(server.seen[0]));
  });

  it.each<[string, Script, string]>([
    ['answers nonsense', says(httpAnswer('<html>')), 'broken'],
    ['breaks the contract', says(httpAnswer('{"result": {"outcome": "perhaps"}}')), 'broken'],
    ['has no policies yet', says(httpAnswer('{}')), 'unanswered'],
    ['resets the connection', socket => void socket.resetAndDestroy(), 'unanswered'],
    ['is behind a proxy that fails', says(httpAnswer('', '502 Bad Gateway')), 'unanswered'],
  ])('that %s changes nothing', async (_what, candidate, difference) => {
    const { policy, eye } = await beside(says(ALLOW), candidate);
    expect(await policy.ask(question())).toMatchObject({ kind: 'answer', decision: { outcome: 'allow' } });
    expect(await eye.until(1)).toEqual([difference]);
  });

  it('that is down changes nothing, and its own breaker says so under its own name', async () => {
    const { policy, eye } = await beside(says(ALLOW), `http://127.0.0.1:${await findFreePort()}`);
    for (let i = 1; i <= 6; i++) {
      expect(await policy.ask(question())).toMatchObject({ decision: { outcome: 'allow' } });
      await eye.until(i);
    }
    expect(new Set(eye.shadow())).toEqual(new Set(['unanswered']));
    const troubles = eye.seen.flatMap(each => (each.kind === 'trouble' ? [each.where] : []));
    expect(troubles).toEqual(['opa_shadow']);
  });

  it('that hangs holds up nobody; what it has no hands for is left out and counted', async () => {
    const { policy, eye, other } = await beside(says(ALLOW), () => undefined, 60_000);
    for (let i = 0; i < 20; i++) {
      // Each of these is answered although no answer of the candidate has come, nor ever will.
      expect(await policy.ask(question())).toMatchObject({ decision: { outcome: 'allow' } });
    }
    expect(await eye.until(4)).toEqual(['dropped', 'dropped', 'dropped', 'dropped']);
    expect(other?.seen.length).toBeLessThanOrEqual(16);
  });

  it('that answers late is left behind after its own time limit', async () => {
    const { policy, eye } = await beside(says(ALLOW), socket => void setTimeout(() => socket.write(DENY), 500), 200);
    expect(await policy.ask(question())).toMatchObject({ decision: { outcome: 'allow' } });
    expect(eye.shadow()).toEqual([]);
    expect(await eye.until(1)).toEqual(['unanswered']);
  });

  it('is not asked while the live policy does not answer: that is an outage, whatever it would say', async () => {
    const { policy, eye, other } = await beside(says(httpAnswer('', '503 Service Unavailable')), says(ALLOW));
    expect(await failureOf(policy.ask(question()))).toMatchObject({ code: 'pdp_unavailable', isTransient: true });
    expect(other?.seen).toEqual([]);
    expect(eye.shadow()).toEqual([]);
  });

  it('is not reached while the live policy has not been heard: it costs no time before that', async () => {
    const order: string[] = [];
    const answer = { kind: 'broken', code: 'x', cause: 'y' } as const;
    const part = (name: string): OpaPolicy => ({
      async ask() {
        order.push(name);
        return answer;
      },
      health: async () => ({ name, ok: true, detail: '' }),
      close: async () => void order.push(`${name} closed`),
    });
    const eye = watch();
    const policy = shadowed(part('live'), part('candidate'), eye.observe);
    await policy.ask(question());
    order.push('handed on');
    await eye.until(1);
    expect(order).toEqual(['live', 'handed on', 'candidate']);
    expect(await policy.health()).toMatchObject({ name: 'live' });
    await policy.close();
    expect(order).toContain('candidate closed');
  });

  it('survives an observer that throws', async () => {
    const candidate = connectOpa({
      url: `http://127.0.0.1:${await findFreePort()}`,
      decisionPath: 'p/d',
      timeoutMs: 99,
    });
    const server = await scriptedServer(says(ALLOW));
    open.push(() => server.close());
    let heard = () => {};
    const called = new Promise<void>(resolve => {
      heard = resolve;
    });
    const live = connectOpa({ url: server.url, decisionPath: 'p/d', timeoutMs: 2_000 });
    const policy = shadowed(live, candidate, () => {
      heard();
      throw new Error('an observer in trouble');
    });
    open.push(() => policy.close());
    expect(await policy.ask(question())).toMatchObject({ kind: 'answer' });
    await called;
  });

  it('of real policies is counted by difference, and logged without a value of the request', async () => {
    const folder = (rule: string) =>
      policyFolder({ 'p/p.rego': `package p\nimport rego.v1\ndefault d := false\n${rule}` });
    const [strict, lax] = [folder('d if input.user.role == "owner"'), folder('d if input.user.role == "admin"')];
    open.push(strict.remove, lax.remove);
    const [live, candidate] = await Promise.all([
      startOpa({ policies: [strict.dir] }),
      startOpa({ policies: [lax.dir] }),
    ]);
    open.push(() => Promise.all([live.stop(), candidate.stop()]));
    const metrics = createMetrics();
    const lines: string[] = [];
    const log = logObservations(createLog({ level: 'debug', write: line => void lines.push(line) }));
    const eye = watch();
    const policy = connectPolicy({
      url: live.url,
      shadowUrl: candidate.url,
      decisionPath: 'p/d',
      timeoutMs: 5_000,
      observe(seen) {
        metrics.observe(seen);
        log(seen);
        eye.observe(seen);
      },
    });
    open.push(() => policy.close());
    expect(await policy.ask(question())).toMatchObject({ decision: { outcome: 'deny' } });
    expect(await eye.until(1)).toEqual(['loosened']);
    expect((await metrics.text()).body).toContain(
      'countersign_policy_shadow_total{phase="submit",difference="loosened"} 1',
    );
    // The live policy was asked once; what the candidate said is counted apart.
    expect((await metrics.text()).body).toContain('countersign_policy_asked_total{outcome="deny"} 1');
    expect((await metrics.text()).body).not.toContain('countersign_policy_asked_total{outcome="allow"}');
    const told = lines.find(line => line.includes('would differ'));
    expect(told).toContain('req_test');
    expect(lines.join()).not.toContain(SECRET);
  });
});
