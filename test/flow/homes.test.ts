// Homes: who is shown what, how soon, and how seldom a flood lets them be shown.
import { describe, expect, it, onTestFinished } from 'vitest';
import { accountKind } from '../../src/adapters/slack/accounts.ts';
import { change } from '../../src/domain/change.ts';
import { Failure } from '../../src/domain/failure.ts';
import type { RequestRecord } from '../../src/domain/record.ts';
import { requestId } from '../../src/domain/request-id.ts';
import { type Homes, openHomes } from '../../src/flow/homes.ts';
import type { Directory, Home } from '../../src/flow/ports.ts';
import { openMemory } from '../../src/workbench/rehearsal/memory.ts';
import { aRecord, twoOwners } from '../adapters/slack/records.ts';

const MINUTE = 60_000;
const PATIENCE_MS = 60_000;
const EVERY_MS = 1_000;
const ofSlack = {
  ...twoOwners,
  stages: [{ id: 'dba', quorum: 1, have: 0, approvers: [{ type: 'slack_usergroup' as const, id: 'S0DBA' }] }],
};

const directory: Directory = {
  whoIs: name => (name === 'alice' ? { kind: 'person', id: name } : { kind: 'unknown' }),
  namesOf: person => [person],
  ownerOf: () => undefined,
  factsOf: () => undefined,
  membersOf: () => [],
  personOf: account =>
    account === 'slack:T0ACME:U0ALICE' ? { kind: 'person', id: 'alice', groups: [] } : { kind: 'unknown' },
  personOfEmail: () => ({ kind: 'unknown' }),
  slackAccountsOf: () => [],
  hasAccount: () => false,
};

type Shown = { readonly home: Home; readonly isUrgent: boolean };

function open({ maySend = () => true, everyMs = 0 }: { maySend?: () => boolean; everyMs?: number } = {}) {
  const memory = openMemory(Date.now);
  const shown: Shown[] = [];
  const watching = new Set<(id: string) => void>();
  const homes: Homes = openHomes(
    {
      store: memory,
      standing: { inForce: async () => ({ items: [] }) },
      directory,
      accounts: {
        kindOf: async account => accountKind({ team_id: 'T0ACME' }, 'T0ACME', install(account)),
        emailOf: async () => undefined,
        usergroupsOf: async (_account, groups) => groups.map(id => `slack_usergroup:${id}`),
        channelsOf: async () => [],
      },
      screen: {
        async show(home, isUrgent) {
          if (!maySend()) throw new Failure('too_fast', 'slower', { isTransient: true, retryAfterMs: 20 });
          shown.push({ home, isUrgent });
        },
        forget: () => undefined,
      },
      changes: {
        watchAll(changed) {
          watching.add(changed);
          return () => void watching.delete(changed);
        },
      },
      observe: () => undefined,
    },
    { lookingMs: MINUTE, everyMs },
  );
  onTestFinished(() => homes.stop());
  return {
    homes,
    shown,
    watching,
    async store(record: RequestRecord) {
      const current = await memory.read(record.id);
      await memory.commit(
        current === undefined
          ? { kind: 'change', expected: 0, next: { ...record, version: 1 }, entries: [], effects: [] }
          : change(current, record, []),
      );
      for (const changed of watching) changed(record.id);
    },
    newestOf: (account: string) => shown.findLast(({ home }) => home.account === account)?.home,
    until: (what: string, isSo: () => boolean) =>
      expect.poll(isSo, { timeout: PATIENCE_MS, interval: 5, message: what }).toBe(true),
  };
}

const install = (_account: string) => ({ teamId: 'T0ACME', botId: 'B0', botUserId: 'U0BOT' });
const asked = (n: number, patch: Partial<RequestRecord> = {}) => {
  const at = new Date(Date.now() + n * 1_000).toISOString();
  const expiresAt = new Date(Date.now() + MINUTE * (n + 1)).toISOString();
  return aRecord({ id: requestId('homes', String(n)), approval: ofSlack, submittedAt: at, expiresAt, ...patch });
};
const STRANGER = 'slack:T0ACME:U0NOBODY';
const ALICE = 'slack:T0ACME:U0ALICE';

describe('what waits for somebody', () => {
  it('has what only their Slack groups are asked, also for an account that is nobody’s; the soonest deadline first', async () => {
    const { homes, store, newestOf, until } = open();
    for (const n of [3, 1, 2]) await store(asked(n));
    homes.opened(STRANGER);
    await until('three wait', () => newestOf(STRANGER)?.waiting.count === 3);
    expect(newestOf(STRANGER)?.waiting.items.map(({ id }) => id)).toEqual([1, 2, 3].map(n => asked(n).id));
    homes.opened(ALICE);
    await until('alice looks', () => newestOf(ALICE) !== undefined);
    expect(newestOf(ALICE)).toMatchObject({ waiting: { count: 0 }, own: { count: 3 } });
  });

  it('follows what changes for whoever looks, and nobody else is shown anything', async () => {
    const { homes, store, shown, newestOf, until, watching } = open();
    expect(watching.size).toBe(0);
    homes.opened(STRANGER);
    await until('it is shown', () => newestOf(STRANGER) !== undefined);
    await store(asked(1));
    await until('it waits', () => newestOf(STRANGER)?.waiting.count === 1);
    await store(asked(1, { status: 'denied', resolution: { by: 'people', at: new Date().toISOString() } }));
    await until('it waits no more', () => newestOf(STRANGER)?.waiting.count === 0);
    expect(shown.every(({ home }) => home.account === STRANGER)).toBe(true);
    homes.opened(ALICE);
    await until('alice looks', () => newestOf(ALICE)?.resolved.count === 1);
  });

  it('turns its pages, and stays on the page while others come', async () => {
    const { homes, store, newestOf, until } = open();
    for (let n = 0; n < 25; n++) await store(asked(n));
    homes.opened(STRANGER);
    homes.turned(STRANGER, 2);
    await until('the last page', () => newestOf(STRANGER)?.waiting.page === 2);
    expect(newestOf(STRANGER)?.waiting).toMatchObject({ count: 25, pages: 3 });
    expect(newestOf(STRANGER)?.waiting.items).toHaveLength(5);
    await store(asked(30));
    await until('one more', () => newestOf(STRANGER)?.waiting.count === 26);
    expect(newestOf(STRANGER)?.waiting.page).toBe(2);
  });
});

it('500 wait, 200 look, and a flood comes: whoever acts is shown first, everybody once the screen takes it, nobody oftener', async () => {
  let tokens = 220;
  const refill = setInterval(() => {
    tokens += 5;
  }, 5);
  onTestFinished(() => clearInterval(refill));
  let sent = 0;
  const maySend = () => {
    if (tokens < 1) return false;
    tokens -= 1;
    sent += 1;
    return true;
  };
  const { homes, store, shown, newestOf, until } = open({ maySend, everyMs: EVERY_MS });
  for (let n = 0; n < 500; n++) await store(asked(n));
  const viewers = Array.from({ length: 200 }, (_, n) => `slack:T0ACME:U0V${n}`);
  for (const account of viewers) homes.opened(account);
  await until('all see 500', () => viewers.every(account => newestOf(account)?.waiting.count === 500));
  expect(sent).toBe(200);
  const startedAt = performance.now();
  for (let n = 500; n < 1_000; n++) await store(asked(n));
  const before = shown.length;
  homes.acted('slack:T0ACME:U0V150');
  await until('whoever acted', () => shown.slice(before).some(({ isUrgent }) => isUrgent));
  const first = shown.slice(before).findIndex(({ isUrgent }) => isUrgent);
  expect(first).toBeLessThanOrEqual(1); // one may have been under way
  await until('all see 1,000', () => viewers.every(account => newestOf(account)?.waiting.count === 1_000));
  // 500 changes, 200 who look: not 100,000 showings, but so many as each may have in the time that it took.
  const most = 2 + Math.ceil((performance.now() - startedAt) / EVERY_MS);
  expect(sent).toBeLessThanOrEqual(200 * (1 + most));
}, 120_000);
