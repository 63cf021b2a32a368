// Whatever is posted gets a stated answer: a request, or a problem of the client's; never a fault of ours.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type HttpServer, startHttp } from '../../../src/adapters/http/start.ts';
import { body, type InProcess, inProcessPorts } from './in-process-ports.ts';

let ports: InProcess;
let server: HttpServer;
beforeAll(async () => {
  ports = inProcessPorts();
  server = await startHttp(ports, { host: '127.0.0.1', port: 0, bodyLimit: 1_048_576 });
});
afterAll(() => server.stop());

async function post(text: string | Uint8Array): Promise<{ status: number; text: string }> {
  const answer = await fetch(`${server.url}/v1/requests`, {
    method: 'POST',
    headers: { authorization: 'Bearer key-of-deployer', 'content-type': 'application/json' },
    body: text as string,
  });
  return { status: answer.status, text: await answer.text() };
}

it('any JSON as params and context is kept word for word, or refused with its place', async () => {
  const value = fc.jsonValue({ maxDepth: 4, noUnicodeString: false });
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.string({ unit: 'binary' }), value),
      fc.string({ unit: 'binary' }),
      async (params, reason) => {
        const answer = await post(JSON.stringify(body({ params, reason })));
        expect([201, 400]).toContain(answer.status);
        const read = JSON.parse(answer.text);
        if (answer.status === 400) expect(read.errors[0].pointer).toMatch(/^(\/params|\/reason|$)/);
        else expect([read.params, read.reason]).toEqual([JSON.parse(JSON.stringify(params)), reason]);
      },
    ),
    { numRuns: 150 },
  );
});

it('any bytes and any JSON at all is 201 or 400', async () => {
  const texts = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.json(), fc.string({ unit: 'binary' }));
  await fc.assert(
    fc.asyncProperty(texts, async text => {
      const { status, text: told } = await post(text);
      expect([201, 400, 415]).toContain(status);
      if (status === 400) expect(JSON.parse(told).errors.length).toBeGreaterThan(0);
    }),
    { numRuns: 200 },
  );
  expect(ports.lines.filter(line => line.includes('"error"'))).toEqual([]);
});
