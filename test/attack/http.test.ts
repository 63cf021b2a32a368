// Whatever is sent to whichever call of the API: a stated answer with a remedy, never a fault of ours, never a yes.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deploy, largeRefund, remove } from '../e2e/asked.ts';
import { type House, openHouse } from '../support/house.ts';
import { altered, each, sample, times, within } from './plan.ts';

const COUNT = times(1_000, 60_000);
/** What each call takes, to be altered; a call that is not named takes any of them. */
const BODIES: { readonly [path: string]: readonly unknown[] } = {
  '/v1/requests': [
    { ...deploy, sensitive: ['/params/x'], params: { x: 1 }, expires_in: '1h', context: {} },
    { ...remove, reason: 'r', emergency: true },
    { ...largeRefund, actor: { type: 'ai_agent', id: 'release-bot' }, idempotency_key: 'k' },
    { ...deploy, callback: 'https://127.0.0.1/' },
  ],
  '/v1/requests/{id}/votes': [
    { vote: 'approve', reason: 'yes', digest: `sha256:${'0'.repeat(64)}`, standing: { duration: '1h', uses: 3 } },
  ],
  '/v1/redeem': [{ grant: 'a.b.c', digest: `sha256:${'0'.repeat(64)}`, idempotency_key: 'k', action: remove }],
  '/v1/requests/{id}/review': [{ note: 'looked at it' }],
  '/v1/requests/{id}/revoke': [{ reason: 'no longer' }],
};
/** Long waits are what they are for; here nobody has the time. */
const QUERIES = [
  '',
  '?status=pending',
  '?status=%00',
  '?limit=0',
  '?limit=1e9',
  '?cursor=x',
  '?awaiting=me',
  '?review=open',
];

let house: House;
let base: string;
let known: readonly string[];
let calls: readonly { readonly method: string; readonly path: string }[];
let keys: readonly string[];

beforeAll(async () => {
  house = await openHouse({ env: { LOG_LEVEL: 'warn' } });
  base = house.app.api?.url ?? '';
  const foreign = await (await house.service('somebody-else')).submit(deploy);
  const own = await house.http.submit(deploy);
  known = [own.id, foreign.id, (await house.http.request(remove)).id];
  keys = [house.apiKey, (await house.person('erin')).apiKey];
  const description = (await (await fetch(`${base}/openapi.json`)).json()) as { paths: Record<string, object> };
  calls = Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map(method => ({ method: method.toUpperCase(), path })),
  );
});
afterAll(() => house?.stop());

it('inputs made from our own description of the API are each answered, with the remedy where they are refused', {
  timeout: within(COUNT),
}, async () => {
  expect(calls.length).toBeGreaterThan(15);
  const inputs = sample(inputOf(), COUNT);
  const seen = new Map<number, number>();
  await each(inputs, async input => {
    const status = await answered(input);
    seen.set(status, (seen.get(status) ?? 0) + 1);
  });
  expect([...seen.keys()].filter(status => status >= 500)).toEqual([]);
  for (const status of [200, 201, 400, 401, 403, 404]) expect(seen.get(status), String(status)).toBeGreaterThan(0);
  process.stdout.write(
    `  HTTP: ${COUNT} inputs over ${calls.length} calls: ${JSON.stringify(Object.fromEntries(seen))}\n`,
  );
  expect(await approvedBeyondPolicy()).toEqual([]);
  expect(house.lines.filter(line => /"level":(50|60|"error"|"fatal")/.test(line))).toEqual([]);
});

type Input = {
  readonly call: { readonly method: string; readonly path: string };
  readonly id: string;
  readonly query: string;
  readonly authorization: string;
  readonly type: string;
  readonly body: string | Uint8Array;
};

function inputOf(): fc.Arbitrary<Input> {
  return fc.constantFrom(...calls).chain(call => fc.record({ call: fc.constant(call), ...partsOf(call.path) }));
}

function partsOf(path: string) {
  const bodies = BODIES[path] ?? Object.values(BODIES).flat();
  const json = fc.oneof(...bodies.map(altered), fc.constantFrom(...bodies), fc.jsonValue());
  const text = json.map(value => JSON.stringify(value) ?? '');
  return {
    id: fc.oneof(
      fc.constantFrom(...known),
      fc.constantFrom('req_0', '%00', '..%2f..', 'req_00000000000000000000000000', 'a'.repeat(3_000), '%E0%A4%A'),
      fc.string({ minLength: 1, maxLength: 40 }).map(encodeURIComponent),
    ),
    query: fc.oneof(
      fc.constantFrom(...QUERIES),
      fc.webQueryParameters().map(text => `?${text}`),
    ),
    authorization: fc.oneof(
      { arbitrary: fc.constantFrom(...keys.map(key => `Bearer ${key}`)), weight: 6 },
      {
        arbitrary: fc.constantFrom('', 'Bearer', 'Basic YTpi', 'Bearer csk_0_0', `Bearer ${'k'.repeat(9_000)}`),
        weight: 1,
      },
    ),
    type: fc.constantFrom(
      'application/json',
      'application/json',
      'application/json; charset=latin1',
      'text/plain',
      'x',
    ),
    body: fc.oneof({ arbitrary: text, weight: 8 }, fc.string({ unit: 'binary' }), fc.uint8Array({ maxLength: 300 })),
  };
}

/** Sends it, and holds the answer against what every answer must be. */
async function answered({ call, id, query, authorization, type, body }: Input): Promise<number> {
  const isWaiting = call.path.endsWith('/wait');
  const path = call.path.replaceAll(/\{\w+\}/g, id);
  const hasBody = call.method !== 'GET' && call.method !== 'DELETE';
  const answer = await fetch(`${base}${path}${isWaiting ? '?timeout=0s' : query}`, {
    method: call.method,
    headers: { authorization, ...(hasBody ? { 'content-type': type } : {}) },
    ...(hasBody ? { body: body as string } : {}),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await answer.text();
  if (answer.status >= 400) {
    const what = `${call.method} ${path.slice(0, 80)}${query.slice(0, 80)}: ${answer.status} ${text.slice(0, 300)}`;
    expect(answer.headers.get('content-type'), what).toMatch(/^application\/problem\+json/);
    // Each refusal says what to do: a whole sentence, and none of ours is without one.
    expect(JSON.parse(text).detail, what).toMatch(/[.!?)"”]$|: .+|: \w+/);
  }
  return answer.status;
}

/** Only what policy allows at once may have become a yes: nobody with the right to approve has approved anything. */
async function approvedBeyondPolicy(): Promise<unknown[]> {
  const approved: unknown[] = [];
  let cursor: string | undefined;
  do {
    const page = await house.http.list({ status: 'approved', limit: 100, ...(cursor === undefined ? {} : { cursor }) });
    approved.push(...page.items.filter(({ resolved_by }) => resolved_by !== 'policy'));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return approved;
}
