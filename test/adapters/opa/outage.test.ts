// Nobody answers, or no whole answer comes: always an outage that may be retried, never a decision.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connectOpa } from '../../../src/adapters/opa/connect.ts';
import { findFreePort, startOpa } from '../../../src/local/setup/services.ts';
import { failureOf, httpAnswer, policyFolder, question, type Script, SECRET, scriptedServer } from './world.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const ALLOW = httpAnswer('{"result": true}');
const OUTAGE = { code: 'pdp_unavailable', isTransient: true };

async function ask(script: Script, timeoutMs = 150) {
  const server = await scriptedServer(script);
  open.push(server);
  const observe = vi.fn();
  const asked: string[] = [];
  const clock = { now: 0 };
  const policy = connectOpa({
    url: server.url,
    decisionPath: 'p/d',
    timeoutMs,
    now: () => clock.now,
    observe: seen => (seen.kind === 'asked' ? void asked.push(seen.outcome) : observe(seen)),
  });
  open.push(policy);
  return { policy, server, observe, asked, clock };
}

describe('G7: an OPA outage never produces a denial', () => {
  it('nobody listens', async () => {
    const policy = connectOpa({ url: `http://127.0.0.1:${await findFreePort()}`, decisionPath: 'p/d', timeoutMs: 500 });
    open.push(policy);
    const error = await failureOf(policy.ask(question()));
    expect(error).toMatchObject(OUTAGE);
    expect(String(error)).toMatch(/ECONNREFUSED.*OPA_URL is its address\.$/);
  });

  it('the socket is missing', async () => {
    const policy = connectOpa({ url: 'unix:///nowhere/opa.sock', decisionPath: 'p/d', timeoutMs: 500 });
    open.push(policy);
    expect(await failureOf(policy.ask(question()))).toMatchObject(OUTAGE);
  });

  it.each<[string, Script]>([
    ['it accepts and says nothing', () => undefined],
    ['it begins to answer and stops', socket => void socket.write(ALLOW.slice(0, 30))],
    ['it stops within the result', socket => void socket.write(ALLOW.slice(0, -2))],
    ['it drips, each byte in time, the whole too late', drip],
    ['it ends the connection within the answer', socket => void socket.end(ALLOW.slice(0, -2))],
    ['it resets the connection', socket => void socket.resetAndDestroy()],
    ['it speaks no HTTP', socket => void socket.end('SSH-2.0-OpenSSH_9.2\r\n')],
    ['a proxy stands in for it: 502', socket => void socket.write(httpAnswer('<html>', '502 Bad Gateway'))],
    ['a proxy slows us down: 429', socket => void socket.write(httpAnswer('', '429 Too Many Requests'))],
    ['it is ending: 503', socket => void socket.write(httpAnswer('{}', '503 Service Unavailable'))],
    [
      'it was interrupted while it evaluated',
      socket => {
        const errors = [{ code: 'eval_cancel_error', message: 'caller cancelled query execution' }];
        socket.write(httpAnswer(JSON.stringify({ code: 'internal_error', errors }), '500 Internal Server Error'));
      },
    ],
  ])('%s', async (_what, script) => {
    const { policy } = await ask(script);
    expect(await failureOf(policy.ask(question()))).toMatchObject(OUTAGE);
  });

  it('a real OPA that is killed and comes back is asked again, without a new client', async () => {
    const folder = policyFolder({
      '.manifest': '{"revision": "r1", "roots": ["p"]}',
      'p.rego': 'package p\n\nd := true\n',
    });
    open.push({ close: async () => folder.remove() });
    const opa = await startOpa({ policies: [folder.dir] });
    open.push({ close: opa.stop });
    const policy = connectOpa({ url: opa.url, decisionPath: 'p/d', timeoutMs: 2_000 });
    open.push(policy);
    expect(await policy.ask(question())).toMatchObject({ kind: 'answer' });
    await opa.kill();
    expect(await failureOf(policy.ask(question()))).toMatchObject(OUTAGE);
    expect(await policy.health()).toMatchObject({ ok: false });
    await opa.restart();
    expect(await policy.ask(question())).toMatchObject({ kind: 'answer' });
  });
});

describe('an answer that is none', () => {
  it.each<[string, string, string]>([
    ['no JSON', 'hello', 'pdp_contract_violation'],
    ['an array', '[true]', 'pdp_contract_violation'],
    ['null', 'null', 'pdp_contract_violation'],
    [
      'an allow with a warning: computed without our input',
      `{"result": true, "warning": {"code": "api_usage_warning", "message": "'input' key missing: ${SECRET}"}}`,
      'pdp_contract_violation',
    ],
    ['a decision nested as text', '{"result": "true"}', 'pdp_contract_violation'],
    ['null as the decision', '{"result": null}', 'pdp_contract_violation'],
  ])('%s is broken', async (_what, body, code) => {
    const { policy } = await ask(socket => void socket.write(httpAnswer(body)));
    const answer = await policy.ask(question());
    expect(answer).toMatchObject({ kind: 'broken', code });
    expect(JSON.stringify(answer)).not.toContain(SECRET);
  });

  it.each(['301 Moved Permanently', '404 Not Found', '405 Method Not Allowed', '204 No Content'])(
    'HTTP %s is broken, and a redirect is not followed',
    async status => {
      const { policy, server } = await ask(
        socket => void socket.write(httpAnswer('', status, 'location: http://127.0.0.1:1/\r\n')),
      );
      expect(await policy.ask(question())).toMatchObject({ kind: 'broken', code: 'pdp_misconfigured' });
      expect(server.seen).toHaveLength(1);
    },
  );

  it('an endless answer is cut off', async () => {
    const { policy } = await ask(socket => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      for (let i = 0; i < 40; i++) socket.write(`4000\r\n${'x'.repeat(0x4000)}\r\n`);
    }, 2_000);
    expect(await policy.ask(question())).toMatchObject({ kind: 'broken', code: 'pdp_contract_violation' });
  });
});

describe('the question', () => {
  it('goes to the one constant path, strict, with the input and nothing else', async () => {
    const { policy, server } = await ask(socket => void socket.write(ALLOW));
    await policy.ask(question());
    const [head = '', body = ''] = (server.seen[0] ?? '').split('\r\n\r\n');
    expect(head).toMatch(/^POST \/v1\/data\/p\/d\?strict-builtin-errors=true&provenance=true HTTP\/1\.1\r\n/);
    expect(JSON.parse(body)).toEqual({ input: question() });
  });

  it('is asked once more when a kept connection turns out to be closed', async () => {
    const { policy, server } = await ask((socket, _request, n) => {
      if (n === 1) socket.destroy();
      else socket.write(ALLOW);
    });
    await policy.ask(question());
    expect(await policy.ask(question())).toMatchObject({ kind: 'answer' });
    expect(server.seen).toHaveLength(3);
  });

  it('is not asked again after silence: a slow server is not helped by more questions', async () => {
    const { policy, server } = await ask(() => undefined, 50);
    await failureOf(policy.ask(question()));
    expect(server.seen.filter(request => request.startsWith('POST'))).toHaveLength(1);
    expect(server.seen).toHaveLength(2); // and whether it is well was looked at, to tell an outage from a heavy question
  });
});

describe('the circuit breaker', () => {
  it('opens after five outages in a row, refuses at once, probes, and closes', async () => {
    let isUp = false;
    const { policy, server, observe, asked, clock } = await ask((socket, request) => {
      if (!isUp) return void socket.write(httpAnswer('', '503 Service Unavailable'));
      socket.write(request.startsWith('GET /health?bundles') ? httpAnswer('{}') : ALLOW);
    });
    for (let i = 0; i < 5; i++) await failureOf(policy.ask(question()));
    expect(observe).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ where: 'opa', code: 'pdp_unavailable' }));
    expect(await failureOf(policy.ask(question()))).toMatchObject({ ...OUTAGE, retryAfterMs: 1_000 });
    expect(server.seen).toHaveLength(5);

    clock.now += 1_000; // half-open: one probe, and the rest is still refused
    const [first, second] = await Promise.all([failureOf(policy.ask(question())), failureOf(policy.ask(question()))]);
    expect([first, second]).toEqual([expect.objectContaining(OUTAGE), expect.objectContaining(OUTAGE)]);
    expect(server.seen).toHaveLength(6);
    expect(server.seen[5]).toMatch(/^GET \/health\?bundles /);

    clock.now += 1_000;
    isUp = true;
    expect(await policy.ask(question())).toMatchObject({ kind: 'answer' });
    expect(observe).toHaveBeenLastCalledWith(expect.objectContaining({ code: 'pdp_available' }));
    expect(asked).toEqual([...Array(5).fill('pdp_unavailable'), 'allow']); // what was sent, and nothing that was kept back
  });

  it('opens again at the first failure after a probe that deceived', async () => {
    const { policy, server, clock } = await ask((socket, request) => {
      const isHealth = request.startsWith('GET');
      socket.write(isHealth ? httpAnswer('{}') : httpAnswer('', '503 Service Unavailable'));
    });
    for (let i = 0; i < 5; i++) await failureOf(policy.ask(question()));
    clock.now += 1_000;
    await failureOf(policy.ask(question()));
    const asked = server.seen.length;
    expect(await failureOf(policy.ask(question()))).toMatchObject({ retryAfterMs: 1_000 });
    expect(server.seen).toHaveLength(asked);
  });

  it('does not add up outages that lie far apart, nor across an answer', async () => {
    const { policy, clock, observe } = await ask((socket, _request, n) => {
      socket.write(n === 4 ? ALLOW : httpAnswer('', '503 Service Unavailable'));
    });
    for (let i = 0; i < 4; i++) await failureOf(policy.ask(question()));
    await policy.ask(question());
    for (let i = 0; i < 4; i++) await failureOf(policy.ask(question()));
    clock.now += 11_000;
    for (let i = 0; i < 4; i++) await failureOf(policy.ask(question()));
    expect(observe).not.toHaveBeenCalled();
  });

  it('takes a broken policy for an answer: OPA is there', async () => {
    const { policy, observe, asked } = await ask(socket => void socket.write(httpAnswer('{"result": 7}')));
    for (let i = 0; i < 8; i++) expect(await policy.ask(question())).toMatchObject({ kind: 'broken' });
    expect(observe).not.toHaveBeenCalled();
    expect(asked).toEqual(Array(8).fill('pdp_contract_violation'));
  });
});

function drip(...[socket]: Parameters<Script>): void {
  let at = 0;
  const timer = setInterval(() => {
    if (socket.destroyed || at >= ALLOW.length) return clearInterval(timer);
    socket.write(ALLOW[at++] ?? '');
  }, 10);
}
