// Clicks that nobody made: forged, replayed, future-dated, of another app or team, for another card, of no shape at all.
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deploy } from '../e2e/asked.ts';
import { cardOf } from '../support/cards.ts';
import { type House, openHouse } from '../support/house.ts';
import { findFreePort } from '../support/services.ts';
import { altered, each, sample, times, within } from './plan.ts';

const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const FORM = 'application/x-www-form-urlencoded';
const COUNT = times(40, 1_100);

let house: House;
let url: string;
let id: string;
/** What Slack sends for a click on Approve, by somebody whom policy does not ask. */
let payload: { [member: string]: unknown };

beforeAll(async () => {
  const port = await findFreePort();
  url = `http://127.0.0.1:${port}/slack/events`;
  house = await openHouse({
    workspace: { delivery: { mode: 'http', url }, tokens: { signingSecret: SECRET } },
    env: { SLACK_MODE: 'http', SLACK_PORT: String(port), SLACK_SIGNING_SECRET: SECRET, LOG_LEVEL: 'warn' },
  });
  id = (await house.http.submit(deploy)).id;
  const click = await house.workspace.as('U0ERIN').click(await cardOf(house.workspace, id), 'approve');
  payload = click.payload as typeof payload;
});
afterAll(() => house?.stop());

const nowS = () => Math.floor(Date.now() / 1_000);
const signature = (body: string, atS: number, secret = SECRET) =>
  `v0=${createHmac('sha256', secret).update(`v0:${atS}:${body}`).digest('hex')}`;
const form = (of: unknown) => new URLSearchParams({ payload: JSON.stringify(of) ?? 'undefined' }).toString();
const by = (user: string, more: object = {}) => ({ ...payload, user: { id: user, team_id: 'T0ACME' }, ...more });

type Sent = { readonly body: string; readonly atS?: number; readonly signature?: string; readonly type?: string };

async function send({ body, atS = nowS(), signature: signed = signature(body, atS), type = FORM }: Sent) {
  const headers = { 'content-type': type, 'x-slack-request-timestamp': String(atS), 'x-slack-signature': signed };
  const answer = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(60_000) });
  await answer.arrayBuffer();
  return answer.status;
}

/** Nothing of it counted, and a real click still does what it should. */
async function standsUnmoved(): Promise<void> {
  expect(await house.record(id)).toMatchObject({ status: 'pending', votes: [] });
  expect((await fetch(`${house.app.api?.url}/healthz`)).status).toBe(200);
  const other = await house.http.submit({ ...deploy, params: { after: expect.getState().currentTestName ?? '' } });
  await house.workspace.as('U0BOB').click(await cardOf(house.workspace, other.id), 'approve');
  expect(await house.http.wait(other.id, { timeoutMs: 20_000 })).toMatchObject({ status: 'approved' });
}

describe('a click that Slack did not sign, for an approver', () => {
  it.each<[string, (body: string) => Sent]>([
    ['without a signature that means anything', body => ({ body, signature: 'v0=' })],
    ['with a signature of zeros', body => ({ body, signature: `v0=${'0'.repeat(64)}` })],
    ['signed with another secret', body => ({ body, signature: signature(body, nowS(), 'x'.repeat(32)) })],
    ['signed for another body', body => ({ body, signature: signature(`${body}&`, nowS()) })],
    ['signed for another moment', body => ({ body, atS: nowS(), signature: signature(body, nowS() - 1) })],
    ['signed ten minutes ago', body => ({ body, atS: nowS() - 600 })],
    ['signed at no moment', body => ({ body, atS: Number.NaN })],
  ])('%s is not let in', { timeout: within(COUNT) }, async (_what, forged) => {
    const bodies = Array.from({ length: COUNT }, (_, i) => form(by('U0BOB', { trigger_id: `t${i}` })));
    await each(bodies, async body => expect([400, 401]).toContain(await send(forged(body))));
    await standsUnmoved();
  });
});

describe('a click that is rightly signed', () => {
  // Well beyond the five minutes that clocks may differ: on a busy machine a click is looked at seconds after it was signed.
  it('for the future counts for nothing', { timeout: within(COUNT) }, async () => {
    const skews = sample(fc.integer({ min: 3_600, max: 1e9 }), COUNT);
    await each(skews, async skew => expect(await send({ body: form(by('U0BOB')), atS: nowS() + skew })).toBe(200));
    await standsUnmoved();
  });

  it('of a person of another team, a guest, a bot or nobody counts for nothing', {
    timeout: within(COUNT),
  }, async () => {
    const people = sample(
      fc.record({
        id: fc.constantFrom('U0GUEST', 'U0ZOMBIE', 'U0NOBODY', 'B0BOT', 'USLACKBOT', 'U0BOB', 'bob', ''),
        team_id: fc.constantFrom('T0OTHER', 'T0', 'E0GRID', 'acme'),
      }),
      COUNT,
    );
    await each(people, async user => {
      expect(await send({ body: form({ ...payload, user, team: { id: user.team_id } }) })).toBe(200);
    });
    await standsUnmoved();
  });

  it('of another app, or of none, counts for nothing', { timeout: within(COUNT) }, async () => {
    const apps = sample(
      fc.constantFrom('A0OTHER', 'a0app', 'A0APP ', '', undefined, null, 7, ['A0APP'], { id: 'A0APP' }),
      COUNT,
    );
    await each(apps, async api_app_id => {
      expect(await send({ body: form(by('U0BOB', { api_app_id })) })).toBe(200);
    });
    await standsUnmoved();
  });

  it('on a card that is not ours counts for nothing', { timeout: within(COUNT) }, async () => {
    const [action] = payload.actions as [{ value: string }];
    const values = sample(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.constantFrom(id, `${id}.`, `${id}.${'0'.repeat(63)}`, action.value.toUpperCase(), `${action.value}.1`),
        fc.string({ minLength: 26, maxLength: 26 }).map(other => `req_${other}.${'0'.repeat(64)}`),
      ),
      COUNT,
    );
    await each(values, async value => {
      expect(await send({ body: form(by('U0BOB', { actions: [{ ...action, value }] })) })).toBe(200);
    });
    await standsUnmoved();
  });

  it('of any shape at all is acknowledged or refused, and never breaks anything', {
    timeout: within(COUNT),
  }, async () => {
    const shapes = sample(fc.oneof(altered(payload), fc.jsonValue()), COUNT);
    await each(shapes, async shape => expect([200, 400, 401, 404]).toContain(await send({ body: form(shape) })));
    const bodies = sample(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), COUNT);
    const types = sample(fc.constantFrom(FORM, 'application/json', 'text/plain', 'multipart/form-data'), COUNT);
    await each(
      bodies.map((body, i) => ({ body, type: types[i] ?? FORM })),
      async sent => expect(await send(sent)).toBeLessThan(500),
    );
    await standsUnmoved();
  });
});
