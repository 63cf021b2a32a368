// A standing approval lets through only what its givers saw, by their votes as they count now: real Redis, rules that change.
import { beforeEach, describe, expect, it } from 'vitest';
import { keyspace } from '../../src/adapters/redis/keyspace.ts';
import { view } from '../../src/contract/view.ts';
import { hadPart, mayRevoke, maySee } from '../../src/domain/audience.ts';
import { grantClaims } from '../../src/domain/grant.ts';
import { type RequestRecord, timestamp } from '../../src/domain/record.ts';
import type { Submission } from '../../src/domain/submission.ts';
import { openStandingHouse, owners, privacy, restart, T, votersOf } from './standing-house.ts';

const BOB = `${T}UBOB`;
const CAROL = `${T}UCAROL`;
const DAVE = `${T}UDAVE`;
const NOBODYS = `${T}UX`;

let house: Awaited<ReturnType<typeof openStandingHouse>>;
beforeEach(async () => {
  house = await openStandingHouse();
  return () => house.close();
});

/** People are asked, for the whole of it, and nobody's earlier vote is in the record. */
function expectAsked(record: RequestRecord) {
  expect(record).toMatchObject({ status: 'pending', votes: [] });
  expect(record.standing).toBeUndefined();
  expect(record.approval?.stages.map(({ have }) => have)).toEqual(record.approval?.stages.map(() => 0));
}

describe('a request that a standing approval covers', () => {
  it('passes by the votes of those who gave it, named as such wherever it is told who approved', async () => {
    const id = await house.given([BOB]);
    const record = await house.ask();
    expect(record).toMatchObject({ status: 'approved', resolution: { by: 'policy' }, standing: id });
    expect(votersOf(record)).toEqual([['bob', id, true]]);
    const [given] = (await house.standing.inForce(house.store.now())).items;
    expect(view(record).votes).toMatchObject([{ by: 'bob', counted: true, standing: { id, request: given?.request } }]);
    expect(grantClaims(record, 'x')?.approvals).toMatchObject([{ by: 'bob', account: BOB, standing: id }]);
    expect(house.asked.at(-1)?.votes).toMatchObject([
      { by: { user: 'bob', groups: ['db-owners'] }, standing: { id, used: 0, same_params: true } },
    ]);
    expect(await house.redeem(record)).toMatchObject({ kind: 'redeemed' });
    expect(await house.standing.find(id)).toMatchObject({ uses: 1 });
  });

  it('gives no standing approval of its own, and is its givers’ doing too: they see it and may take it back', async () => {
    await house.given([BOB]);
    const record = await house.ask();
    expect(record.gaveStanding).toBeUndefined();
    const bob = { user: 'bob', groups: [] };
    expect([maySee(record, bob), mayRevoke(record, bob), hadPart(record, { user: 'bob', groups: [] })]).toEqual([
      true,
      true,
      true,
    ]);
    expect(hadPart(record, { user: 'dave', groups: [] })).toBe(false);
  });

  it('is nobody’s but theirs to review: also of one whose vote was not needed any more', async () => {
    house.world.rules = { ...house.world.rules, stages: [owners(), privacy] };
    await house.given([BOB, DAVE]);
    house.world.rules = { ...house.world.rules, stages: [owners()] };
    const record = await house.ask();
    expect(votersOf(record).map(([user, , counted]) => [user, counted])).toEqual([
      ['bob', true],
      ['dave', false],
    ]);
    expect(hadPart(record, { user: 'dave', groups: [] })).toBe(true);
    expect(grantClaims(record, 'x')?.approvals.map(({ by }) => by)).toEqual(['bob']);
  });
});

describe('F3: a standing approval covers only what its givers saw:', () => {
  const { user, resource, params } = restart;
  const others: readonly (readonly [string, Submission])[] = [
    ['another role', { ...restart, user: { ...user, role: 'intern' } }],
    ['another user', { ...restart, user: { id: 'erin', role: 'engineer' } }],
    ['another property of the resource', { ...restart, resource: { ...resource, environment: 'dev' } }],
    ['one property more', { ...restart, resource: { ...resource, contains_pii: true } }],
    ['another resource', { ...restart, resource: { ...resource, id: 'payments' } }],
    ['another actor', { ...restart, actor: { type: 'ai_agent', id: 'other-bot' } }],
    ['another property of the actor', { ...restart, actor: { type: 'ai_agent', id: 'release-bot', model: 'x' } }],
    ['no actor', withoutActor(restart)],
    ['other arguments', { ...restart, params: { mode: 'hard' } }],
    ['one argument more', { ...restart, params: { ...params, force: true } }],
    ['another action', { ...restart, action: 'drop-database' }],
  ];

  it.each(others)('not %s', async (_what, other) => {
    await house.given([BOB]);
    expectAsked(await house.ask(other));
    expect((await house.ask()).status).toBe('approved');
  });

  it('not another service, nor the agent once somebody else answers for it', async () => {
    await house.given([BOB]);
    expectAsked(await house.ask(restart, {}, 'another'));
    house.world.agents = [{ id: 'release-bot', owner: 'dave' }];
    expectAsked(await house.ask());
  });

  it('other arguments only where its givers were told so, and policy still says so', async () => {
    const other = { ...restart, params: { mode: 'hard' } };
    const lax = { max_duration: '1h', max_uses: 9, any_params: true };
    await house.given([BOB]);
    house.world.rules = { ...house.world.rules, standing: lax };
    expectAsked(await house.ask(other)); // they were not told
    const id = await house.given([CAROL], undefined, { ...other, resource: { ...resource, id: 'payments' } });
    const covered = { ...restart, resource: { ...resource, id: 'payments' } };
    expect(await house.ask(covered)).toMatchObject({ status: 'approved', standing: id });
    expect(house.asked.at(-1)?.votes).toMatchObject([{ standing: { same_params: false } }]);
    const { params: _, ...without } = covered;
    expect(await house.ask(without)).toMatchObject({ status: 'approved', standing: id });
  });
});

describe('who gave it counts as a voter of today:', () => {
  it('not who left the group, until they are in it again', async () => {
    await house.given([BOB]);
    const before = house.world.people;
    house.world.people = before.map(person => (person.id === 'bob' ? { ...person, groups: ['privacy'] } : person));
    expectAsked(await house.ask());
    house.world.people = before;
    expect((await house.ask()).status).toBe('approved');
  });

  it.each([
    ['a group', [owners()]],
    ['their own name', [owners({ approvers: [{ type: 'user', id: 'bob' }] })]],
  ])('not who left the directory, though policy asks %s', async (_what, stages) => {
    house.world.rules = { ...house.world.rules, stages };
    await house.given([BOB]);
    house.world.people = house.world.people.filter(({ id }) => id !== 'bob');
    const record = await house.ask();
    expect(record.status).not.toBe('approved');
    expect(record.votes).toEqual([]);
  });

  it('not who stands for somebody else now by the same account', async () => {
    await house.given([BOB]);
    house.world.people = [
      { id: 'alice', slack: ['T0:UALICE', 'T0:UBOB'], groups: ['db-owners'] },
      { id: 'bob', groups: ['db-owners'] },
      { id: 'carol', slack: ['T0:UCAROL'], groups: ['db-owners'] },
    ];
    expectAsked(await house.ask());
  });

  it('not whom a rule excludes by now, by their name or an account of theirs', async () => {
    await house.given([BOB]);
    for (const user of ['bob', BOB]) {
      house.world.rules = { ...house.world.rules, excluded: [{ user, code: 'author' }] };
      expectAsked(await house.ask());
    }
    house.world.rules = { ...house.world.rules, excluded: [{ user: 'dave', code: 'author' }] };
    expect((await house.ask()).status).toBe('approved');
  });

  it('not on a surface, or without words, that policy has stopped to accept', async () => {
    await house.given([BOB]);
    const { rules } = house.world;
    house.world.rules = { ...rules, surfaces: ['cli'] };
    expectAsked(await house.ask());
    house.world.rules = { ...rules, reason_required: 'always' };
    expectAsked(await house.ask());
  });

  it('not who is a guest by now, or was removed, as Slack says', async () => {
    await house.given([BOB]);
    for (const kind of ['guest', 'deleted', 'stranger'] as const) {
      house.world.kinds.set(BOB, kind);
      expectAsked(await house.ask());
    }
  });

  it('not one for all: where one of two may not approve any more, the other’s vote is not taken alone', async () => {
    house.world.rules = { ...house.world.rules, stages: [owners(), privacy] };
    await house.given([BOB, DAVE]);
    house.world.rules = {
      ...house.world.rules,
      stages: [owners()],
      excluded: [{ user: 'dave', code: 'author' }],
    };
    expectAsked(await house.ask());
  });

  it('in Slack’s groups as Slack says now, and nowhere where Slack cannot be asked', async () => {
    const { rules } = house.world;
    house.world.rules = { ...rules, stages: [owners({ approvers: [{ type: 'slack_usergroup', id: 'S1' }] })] };
    house.world.usergroups.set('S1', [BOB]);
    await house.given([BOB]);
    expect((await house.ask()).status).toBe('approved');
    house.world.isSlackAsked = false;
    expectAsked(await house.ask());
    house.world.isSlackAsked = true;
    house.world.usergroups.set('S1', [CAROL]);
    expectAsked(await house.ask());
  });

  it('of whom the directory alone knows who they are, also where Slack cannot be asked', async () => {
    await house.given([BOB]);
    house.world.isSlackAsked = false;
    expect((await house.ask()).status).toBe('approved');
  });
});

describe('the stages that are needed now', () => {
  it('want more than it gives: people are asked, for all of it', async () => {
    await house.given([BOB]);
    house.world.rules = { ...house.world.rules, stages: [owners(), privacy] };
    expectAsked(await house.ask());
  });

  it('are not completed by two standing approvals together: each stands alone', async () => {
    await house.given([BOB]);
    regroup('bob', []);
    await house.given([CAROL]);
    regroup('bob', ['db-owners']);
    rule({ stages: [owners({ quorum: 2 })] });
    expect((await house.standing.inForce(house.store.now())).items).toHaveLength(2);
    expectAsked(await house.ask());
    expect(house.asked.slice(-2).map(({ votes }) => votes.length)).toEqual([1, 1]);
  });

  it('are asked with each in turn, the one that ends first before the others', async () => {
    const long = await house.given([BOB], { duration: '1h', uses: 1 });
    regroup('bob', []);
    const short = await house.given([CAROL], { duration: '10m', uses: 1 });
    regroup('bob', ['db-owners']);
    expect([(await house.ask()).standing, (await house.ask()).standing]).toEqual([short, long]);
    expectAsked(await house.ask());
  });

  it('are none that a policy offers no standing approval for', async () => {
    await house.given([BOB]);
    const { standing: _, ...rules } = house.world.rules;
    house.world.rules = rules;
    expectAsked(await house.ask());
    expect(house.asked.at(-1)?.votes).toEqual([]);
  });
});

describe('its uses', () => {
  it('never are more than was said, however many ask at once', async () => {
    const id = await house.given([BOB], { duration: '1h', uses: 3 });
    const records = await Promise.all(Array.from({ length: 20 }, () => house.ask()));
    const passed = records.filter(({ status }) => status === 'approved');
    expect(passed).toHaveLength(3);
    for (const record of records) if (record.status !== 'approved') expectAsked(record);
    expect(await house.standing.find(id)).toMatchObject({ uses: 3 });
    expect(await Promise.all(passed.map(record => house.redeem(record)))).toMatchObject(
      passed.map(() => ({ kind: 'redeemed' })),
    );
  });

  it('never are more than policy allows by now', async () => {
    await house.given([BOB], { duration: '1h', uses: 9 });
    house.world.rules = { ...house.world.rules, standing: { max_duration: '1h', max_uses: 2 } };
    const records = await Promise.all(Array.from({ length: 6 }, () => house.ask()));
    expect(records.filter(({ status }) => status === 'approved')).toHaveLength(2);
  });

  it('are taken before the answer is stored: what was not stored has its use still, and no other request has it', async () => {
    const id = await house.given([BOB], { duration: '1h', uses: 1 });
    const key = 'the same';
    const lost = { ...house.store, commit: async () => Promise.reject(new Error('the process ended')) };
    await expect(house.ask({ ...restart, idempotency_key: key }, { store: lost })).rejects.toThrow('the process ended');
    expect(await house.standing.find(id)).toMatchObject({ uses: 1 });
    expectAsked(await house.ask());
    expect(await house.ask({ ...restart, idempotency_key: key })).toMatchObject({ status: 'approved', standing: id });
    expect(await house.standing.find(id)).toMatchObject({ uses: 1 });
  });

  it('end with its time', async () => {
    const id = await house.given([BOB], { duration: '1h', uses: 9 });
    const end = Date.parse((await house.standing.find(id))?.expiresAt ?? '');
    const before = await house.ask(restart, { store: { ...house.store, now: () => end - 1 } });
    expect(before.status).toBe('approved');
    expectAsked(await house.ask(restart, { store: { ...house.store, now: () => end } }));
  });

  it('end when it is revoked, and what passed before is not redeemed any more', async () => {
    const id = await house.given([BOB]);
    const record = await house.ask();
    await house.revoke(id);
    expectAsked(await house.ask());
    expect(await house.redeem(record)).toMatchObject({
      code: 'policy_changed',
      detail: expect.stringMatching(/standing approval .* has ended/),
    });
  });

  it('revoked between a use and its commit: it has passed before, and is not redeemed', async () => {
    const id = await house.given([BOB]);
    const { standing } = house;
    const slow: typeof standing = {
      ...standing,
      use: async (...call) => {
        const isTaken = await standing.use(...call);
        await house.revoke(id);
        return isTaken;
      },
    };
    const record = await house.ask(restart, { standing: slow });
    expect(record).toMatchObject({ status: 'approved', standing: id });
    expect(await house.redeem(record)).toMatchObject({ code: 'policy_changed' });
  });

  it('revoked between the question and the use: people are asked', async () => {
    const id = await house.given([BOB]);
    const { standing } = house;
    const slow: typeof standing = {
      ...standing,
      use: async (...call) => {
        await house.revoke(id);
        return standing.use(...call);
      },
    };
    expectAsked(await house.ask(restart, { standing: slow }));
  });
});

describe('at redemption the same question is asked, and refused', () => {
  const changes: readonly (readonly [string, () => void, code: string])[] = [
    ['once the giver left the group', () => regroup('bob', []), 'policy_changed'],
    [
      'once the giver left the directory',
      () => {
        house.world.people = house.world.people.filter(({ id }) => id !== 'bob');
      },
      'policy_changed',
    ],
    ['once a rule excludes the giver', () => rule({ excluded: [{ user: BOB, code: 'author' }] }), 'policy_changed'],
    ['once more people are needed', () => rule({ stages: [owners(), privacy] }), 'policy_changed'],
    [
      'once policy offers none any more',
      () => {
        const { standing: _, ...rules } = house.world.rules;
        house.world.rules = rules;
      },
      'policy_changed',
    ],
  ];

  it.each(changes)('%s', async (_when, happens, code) => {
    await house.given([BOB]);
    const record = await house.ask();
    expect(await house.redeem(record)).toMatchObject({ kind: 'redeemed' });
    happens();
    const refusal = await house.redeem(record);
    expect(refusal).toMatchObject({ kind: 'refusal', code });
    expect((refusal as { detail?: string }).detail).toBeTruthy();
    expect((await house.store.read(record.id))?.uses).toBe(1);
  });

  it('no more once policy allows it without anybody', async () => {
    const id = await house.given([BOB]);
    const record = await house.ask();
    await house.revoke(id);
    rule({ stages: [owners({ quorum: 0 })] });
    expect(await house.redeem(record)).toMatchObject({ kind: 'redeemed' });
  });
});

describe('one that was stored before votes were kept', () => {
  const old = () => ({
    id: `sta_${'0'.repeat(32)}`,
    scope: { service: 'deployer', action: restart.action, resource: { type: 'database', id: 'orders' }, user: 'alice' },
    params: restart.params,
    request: 'req_1',
    grantedBy: 'bob',
    grantedAt: timestamp(house.store.now()),
    expiresAt: timestamp(house.store.now() + 3_600_000),
    maxUses: 9,
  });

  it('lets nothing pass, and is still seen and ended', async () => {
    const { id, expiresAt } = old();
    const keys = keyspace(house.namespace);
    const expires = Date.parse(expiresAt);
    await house.redis.hset(keys.standing(id), { document: JSON.stringify(old()), expires, most: 9, uses: 1 });
    await house.redis.zadd(keys.standings, expires, id);
    // Not even where the index would lead to it.
    const covers = (await house.standing.find(await house.given([BOB])))?.covers ?? 'sha256:';
    await house.redis.del(keys.standingScope(covers));
    await house.redis.zadd(keys.standingScope(covers), expires, id);
    expectAsked(await house.ask());
    expect((await house.standing.inForce(house.store.now())).items).toEqual(
      expect.arrayContaining([expect.objectContaining({ id, grantedBy: 'bob', votes: [], uses: 1 })]),
    );
    expect(await house.revoke(id)).toMatchObject({ kind: 'revoked', standing: { id, revoked: { by: 'bob' } } });
  });
});

it('an account that is nobody’s may end what it gave', async () => {
  house.world.rules = {
    ...house.world.rules,
    stages: [owners({ approvers: [{ type: 'slack_usergroup', id: 'S1' }] })],
  };
  house.world.usergroups.set('S1', [NOBODYS]);
  const id = await house.given([NOBODYS]);
  expect(await house.revokeBy(id, `${T}UY`)).toMatchObject({ code: 'unmapped' });
  expect(await house.notes()).toContainEqual(
    expect.objectContaining({
      event: 'revoke_refused',
      code: 'unmapped',
      id,
      evidence: expect.objectContaining({ who: expect.objectContaining({ account: `${T}UY` }) }),
    }),
  );
  expect(await house.revokeBy(id, NOBODYS)).toMatchObject({ kind: 'revoked' });
});

function rule(patch: Partial<typeof house.world.rules>): void {
  house.world.rules = { ...house.world.rules, ...patch };
}

function regroup(person: string, groups: readonly string[]): void {
  house.world.people = house.world.people.map(one => (one.id === person ? { ...one, groups } : one));
}

function withoutActor({ actor: _, ...rest }: Submission): Submission {
  return rest;
}
