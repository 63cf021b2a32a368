// The door that anybody on the network may knock at: nobody makes us hold what no signature vouches for.
import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpEntrance, EVENTS_PATH } from '../../../src/adapters/slack/http.ts';

const SECRET = 'shh';
const MIB = 1_048_576;
let entrance: ReturnType<typeof createHttpEntrance>;
afterEach(() => entrance.stop());

/** Sends so much as it is taken, and says how much was. */
async function poured(headers: readonly string[], chunk: Buffer, most: number) {
  entrance = createHttpEntrance({ signingSecret: SECRET, port: 0, host: '127.0.0.1' }, undefined);
  const { port } = await entrance.start();
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined); // cut off, as it should be
  const closed = new Promise(done => socket.once('close', done));
  socket.write([`POST ${EVENTS_PATH} HTTP/1.1`, 'host: x', ...headers, '', ''].join('\r\n'));
  let sent = 0;
  while (sent < most && !socket.destroyed) {
    sent += chunk.length;
    if (!socket.write(chunk)) await Promise.race([new Promise(done => socket.once('drain', done)), closed]);
  }
  if (sent >= most) socket.destroy();
  await closed;
  return sent;
}

/** Sends what is rightly signed, and says what it was answered with. */
async function answered(url: string, body: string, type: string) {
  const at = Math.floor(Date.now() / 1_000);
  const signature = `v0=${createHmac('sha256', SECRET).update(`v0:${at}:${body}`).digest('hex')}`;
  const headers = { 'content-type': type, 'x-slack-request-timestamp': String(at), 'x-slack-signature': signature };
  const answer = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(30_000) });
  await answer.arrayBuffer();
  return answer.status;
}

describe('a body that is signed and holds nothing', () => {
  it.each([
    ['null', 'application/json'],
    [' null\n', 'text/plain'],
    ['payload=null', 'application/x-www-form-urlencoded'],
    ['a=1&payload=%20n%75ll', 'application/x-www-form-urlencoded'],
  ])('%j is answered, and harms nobody who comes after', async (body, type) => {
    entrance = createHttpEntrance({ signingSecret: SECRET, port: 0, host: '127.0.0.1' }, undefined);
    const { port } = await entrance.start();
    const url = `http://127.0.0.1:${port}${EVENTS_PATH}`;
    expect(await answered(url, body, type)).toBe(400);
    expect(await answered(url, '{"type":"url_verification","challenge":"c"}', 'application/json')).toBe(200);
  });
});

describe('a body that nobody signed', () => {
  it('is cut off after a few megabytes, however long it goes on', async () => {
    const chunk = Buffer.from(`10000\r\n${'x'.repeat(65_536)}\r\n`);
    const sent = await poured(['transfer-encoding: chunked'], chunk, 64 * MIB);
    expect(sent).toBeLessThan(64 * MIB);
  });
});
