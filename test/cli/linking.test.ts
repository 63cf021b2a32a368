// Linking from a terminal: the code, what is done with it, and how it stands.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type House, openHouse } from '../support/house.ts';
import { countersign, start } from './spawned.ts';

// Every step is a process of its own, and the machine may be busy.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

let house: House;
beforeAll(async () => {
  house = await openHouse({ env: { COUNTERSIGN_PEOPLE: join(import.meta.dirname, '../e2e/unlisted/people.yaml') } });
});
afterAll(() => house?.stop());

async function as(person: string): Promise<Record<string, string>> {
  const { apiKey } = await house.person(person);
  return { COUNTERSIGN_URL: house.app.api?.url ?? '', COUNTERSIGN_API_KEY: apiKey };
}

describe('countersign link', () => {
  it('prints what to type in Slack, waits for it, and says whose account it is; unlink ends that', async () => {
    const dave = await as('dave');
    expect((await countersign(['link', '--show'], dave)).out).toBe("No Slack account is known as dave's.\n");
    const waiting = start(['link', '--wait'], dave);
    const command = await waiting.said(/\/approvals link [0-9A-Z]{5}-[0-9A-Z]{5}/);
    await house.workspace.as('U0DAVE').command(command);
    const linked = await waiting.ended;
    expect(linked.code).toBe(0);
    expect(linked.out).toMatch(/It works once, until .*\nslack:T0ACME:U0DAVE is linked to dave since .*\.\n$/);
    expect((await countersign(['link', '--show'], dave)).out).toMatch(/^slack:T0ACME:U0DAVE is linked to dave since/);
    expect((await countersign(['unlink'], dave)).out).toBe('No Slack account is linked to dave any more.\n');
    const again = await countersign(['unlink'], dave);
    expect(again.code).toBe(16);
    expect(again.err).toContain('No account is linked here');
  });

  it('is ended by an operator where a key is in wrong hands, and the audit says so', async () => {
    const dave = await as('dave');
    const { command } = JSON.parse((await countersign(['link', '--json'], dave)).out);
    await house.workspace.as('U0DAVE').command(command);
    const shown = async () => (await countersign(['link', '--show'], dave)).out;
    await expect.poll(shown, { timeout: 30_000 }).toContain('U0DAVE is linked to dave');
    const ended = await countersign(['unlink', '--person', 'dave'], house.env);
    expect(ended).toMatchObject({ code: 0, out: 'No Slack account is linked to dave any more.\n' });
    expect(await shown()).toBe("No Slack account is known as dave's.\n");
    const evidence = { via: { transport: 'operator' } };
    const fact = { event: 'unlinked', person: 'dave', account: 'slack:T0ACME:U0DAVE', evidence };
    expect((await house.notes()).at(-1)).toMatchObject(fact);
    const again = await countersign(['unlink', '--person', 'dave'], house.env);
    expect(again.code).toBe(2);
    expect(again.err).toContain('the directory may list one');
  });

  it('prints JSON for scripts', async () => {
    const bob = await as('bob');
    const code = JSON.parse((await countersign(['link', '--json'], bob)).out);
    expect(code).toEqual({
      person: 'bob',
      code: expect.stringMatching(/^[0-9A-Z]{5}-[0-9A-Z]{5}$/),
      command: `/approvals link ${code.code}`,
      expires_at: expect.stringMatching(/Z$/),
    });
    await house.workspace.as('U0BOB').command(code.command);
    await expect
      .poll(async () => JSON.parse((await countersign(['link', '--show', '--json'], bob)).out), { timeout: 30_000 })
      .toMatchObject({ person: 'bob', listed: [], linked: { account: 'slack:T0ACME:U0BOB', counts: true } });
    expect(JSON.parse((await countersign(['unlink', '--json'], bob)).out)).toEqual({ person: 'bob', listed: [] });
  });

  it('is refused with 16 and the remedy: for a service, and where the directory names an account', async () => {
    const alice = await as('alice');
    const listed = await countersign(['link'], alice);
    expect(listed.code).toBe(16);
    expect(listed.err).toContain('To change it, ask an administrator');
    expect((await countersign(['link', '--show'], alice)).out).toContain(
      "slack:T0ACME:U0ALICE is alice's: the directory",
    );
    const service = await countersign(['link'], { ...alice, COUNTERSIGN_API_KEY: house.apiKey });
    expect(service.code).toBe(16);
    expect(service.err).toContain('keys create --person');
    expect((await countersign(['link', '--show', '--wait'], alice)).code).toBe(2);
  });
});
