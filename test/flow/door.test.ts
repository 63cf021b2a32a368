// The front door: what a caller may not do is refused, whichever way they came. Real Redis.
import { beforeEach, describe, expect, it } from 'vitest';
import { openKeys } from '../../src/adapters/redis/keys.ts';
import { keyspace } from '../../src/adapters/redis/keyspace.ts';
import { openLinks } from '../../src/adapters/redis/links.ts';
import { openStanding } from '../../src/adapters/redis/standing.ts';
import type { Digest } from '../../src/domain/canonical.ts';
import { openDoor } from '../../src/flow/door.ts';
import type { Caller, Directory, Policy, UseCases } from '../../src/flow/ports.ts';
import { type Opened, openOn } from '../adapters/redis/opened.ts';
import { answer, aSubmission } from '../support/samples.ts';
import { redisUrl } from '../support/services.ts';

const unknown = { kind: 'unknown' } as const;
const directory = {
  ownerOf: () => undefined,
  factsOf: () => undefined,
  namesOf: () => [],
  personOf: () => unknown,
  personOfEmail: () => unknown,
  whoIs: () => unknown,
} as unknown as Directory;
const policy: Policy = { ask: async () => ({ kind: 'answer', decision: answer('allow'), policy: {} }) };
const accounts = {
  kindOf: async () => 'member' as const,
  emailOf: async () => undefined,
  usergroupsOf: async () => [],
  channelsOf: async () => [],
};

const http = { kind: 'service', id: 'deployer', auth: 'api_key' } as const;
const queue = { kind: 'service', id: 'deployer', auth: 'queue_key' } as const;
const other = { kind: 'service', id: 'other', auth: 'api_key' } as const;
const bob: Caller = {
  kind: 'key',
  person: 'bob',
  groups: [],
  evidence: { transport: 'api_key', api_key: 'k1' },
};
const click: Caller = {
  kind: 'slack',
  account: 'slack:T0:U1',
  evidence: { transport: 'socket', team: 'T0', user: 'U1', action_ts: '1.0' },
};
const operator: Caller = { kind: 'operator', name: 'ole@ops-1' };
const digest = `sha256:${'0'.repeat(64)}` as Digest;

let opened: Opened;
let door: UseCases;
beforeEach(async () => {
  opened = await openOn(redisUrl());
  const { store, redis, namespace } = opened;
  let count = 0;
  const links = openLinks({ redis, namespace });
  const standing = openStanding({ redis, namespace, retentionMs: 60_000 });
  door = openDoor({
    store,
    policy,
    directory,
    accounts,
    keys: openKeys({ redis, namespace, now: store.now }),
    links,
    standing,
    observe: () => {},
    peek: store.peek,
    waiting: { until: id => store.read(id) },
    corroborated: async () => [],
    redeeming: { policy, directory, standing, openGrant: () => ({ ok: false, code: 'grant_malformed' }) },
    isCallbackAllowed: url => url.startsWith('https://ci.example.com/'),
    defaultExpiryMs: 3_600_000,
    randomKey: () => `key-${++count}`,
    newCode: () => 'CODE',
  });
  return () => opened.close();
});

const submission = aSubmission();

describe('a submission', () => {
  it.each([http, queue])(
    'with a callback that nobody allowed is refused, by HTTP and by the queue: $auth',
    async from => {
      const evil = { submission: { ...submission, callback: 'https://evil.example.com/' }, key: 'k' };
      expect(await door.submit(from, evil)).toMatchObject({
        code: 'invalid_request',
        faults: [{ pointer: '/callback', message: expect.stringContaining('CALLBACK_HOSTS') }],
      });
      const fine = { submission: { ...submission, callback: 'https://ci.example.com/done' }, key: 'k' };
      expect(await door.submit(from, fine)).toMatchObject({ kind: 'created' });
    },
  );

  it('through the queue needs an idempotency key, over HTTP it does not', async () => {
    const { idempotency_key: _, ...keyless } = submission;
    expect(await door.submit(queue, { submission: keyless })).toMatchObject({ code: 'no_idempotency_key' });
    expect(await door.submit(http, { submission: keyless })).toMatchObject({ kind: 'created' });
  });
});

describe('a request', () => {
  it('of another service does not exist: it is neither read, cancelled nor taken back', async () => {
    const made = await door.submit(http, { submission, key: 'k' });
    if (made.kind === 'refusal') throw new Error('it was refused');
    const { id } = made.record;
    const unknown = { kind: 'refusal', code: 'unknown_request' };
    expect(await door.read(http, id)).toMatchObject({ id });
    for (const caller of [other, bob, operator]) expect(await door.read(caller, id)).toMatchObject(unknown);
    expect(await door.cancel(other, id)).toMatchObject(unknown);
    expect(await door.revoke(other, { id })).toMatchObject(unknown);
    expect(await door.read(http, 'req_no/../such')).toMatchObject(unknown);
    for (const caller of [other, bob, click, operator]) {
      expect(await door.wait(caller, id)).toMatchObject({ kind: 'refusal' });
      expect(await door.decisions(caller, id)).toMatchObject({ kind: 'refusal' });
    }
    expect(await door.list(other, { limit: 10 })).toEqual({ items: [] });
    for (const person of [bob, { ...bob, person: 'carol' } as const])
      expect(await door.list(person, { status: 'pending', limit: 10 })).toEqual({ items: [] });
    expect(await door.list(operator, { limit: 10 })).toMatchObject({ code: 'not_for_operators' });
  });

  it('is listed, waited for and explained to the service that asked', async () => {
    const made = await door.submit(http, { submission, key: 'k' });
    if (made.kind === 'refusal') throw new Error('it was refused');
    const { id } = made.record;
    expect(await door.list(http, { limit: 10 })).toMatchObject({ items: [{ id }] });
    const waiting = await door.wait(http, id);
    if (waiting.kind === 'refusal') throw new Error('it may not wait');
    expect(await waiting.until(0, AbortSignal.timeout(1))).toMatchObject({ id, status: 'pending' });
    expect(await door.decisions(http, id)).toEqual({ kind: 'decisions', items: [] });
  });

  it('is listed as waiting only for a person, and only where it is pending', async () => {
    const misplaced = { code: 'invalid_request', faults: [{ pointer: '?awaiting' }] };
    expect(await door.list(http, { awaiting: 'me', limit: 10 })).toMatchObject(misplaced);
    for (const more of [{ status: 'denied' }, { review: 'open' }] as const)
      expect(await door.list(bob, { awaiting: 'me', limit: 10, ...more })).toMatchObject(misplaced);
    expect(await door.list(bob, { awaiting: 'me', limit: 10 })).toEqual({ items: [] });
  });

  it('is approved with a key only by its digest, which says what was read', async () => {
    const approval = { id: 'req_1', vote: 'approve', surface: 'api' } as const;
    expect(await door.vote(bob, approval)).toMatchObject({ code: 'invalid_request', faults: [{ pointer: '/digest' }] });
    expect(await door.vote(bob, { ...approval, digest })).toMatchObject({ code: 'unknown_request' });
    const denial = { id: 'req_1', vote: 'deny', surface: 'api' } as const;
    expect(await door.vote(bob, denial)).toMatchObject({ code: 'unknown_request' });
    expect(await door.vote(bob, { ...denial, standing: { duration: '1h', uses: 1 } })).toMatchObject({
      faults: [{ pointer: '/standing' }],
    });
  });
});

describe('what is for others', () => {
  it('is refused to a person: submitting, redeeming, cancelling what is not theirs', async () => {
    const refusal = { kind: 'refusal', code: 'not_for_people' };
    for (const person of [bob, click]) {
      expect(await door.submit(person, { submission })).toMatchObject(refusal);
      // Whose own it is may cancel it; what a person cannot know of is not there.
      expect(await door.cancel(person, 'req_1')).toMatchObject({ kind: 'refusal', code: 'unknown_request' });
      expect(await door.redeem(person, { grant: 'g', digest })).toMatchObject(refusal);
    }
  });

  it('is refused to a service: voting, reviewing, linking', async () => {
    const refusal = { kind: 'refusal', code: 'not_for_services' };
    expect(await door.vote(http, { id: 'req_1', vote: 'approve', surface: 'api' })).toMatchObject(refusal);
    expect(await door.review.check(http, 'req_1')).toMatchObject(refusal);
    expect(await door.review.close(http, { id: 'req_1', note: 'fine', surface: 'api' })).toMatchObject(refusal);
    expect(await door.link.offer(http)).toMatchObject(refusal);
    expect(await door.link.show(http)).toMatchObject(refusal);
  });

  it('is refused to an operator, who ends links and decides nothing', async () => {
    const refusal = { kind: 'refusal', code: 'not_for_operators' };
    expect(await door.submit(operator, { submission })).toMatchObject(refusal);
    expect(await door.vote(operator, { id: 'req_1', vote: 'approve', surface: 'cli' })).toMatchObject(refusal);
    expect(await door.revoke(operator, { id: 'req_1' })).toMatchObject(refusal);
    expect(await door.redeem(operator, { grant: 'g', digest })).toMatchObject(refusal);
    expect(await door.standing.list(operator)).toMatchObject({ items: [] });
    expect(await door.link.unlink(operator, 'bob')).toMatchObject({ code: 'link_none' });
  });

  it('keys are for an operator alone, in whose name they are made and ended', async () => {
    const { keys } = door;
    for (const caller of [http, bob, click]) {
      const refusal = { kind: 'refusal', code: 'only_for_operators' };
      expect(await keys.create(caller, { service: 'deployer' })).toMatchObject(refusal);
      expect(await keys.list(caller)).toMatchObject(refusal);
      expect(await keys.revoke(caller, 'k1')).toMatchObject(refusal);
      expect(await door.unlinkAnother(caller, 'bob')).toMatchObject(refusal);
    }
    const made = await keys.create(operator, { person: 'bob' });
    if (made.kind === 'refusal') throw new Error('it was refused');
    expect(await keys.list(operator)).toMatchObject({ keys: [{ id: made.info.id, person: 'bob' }] });
    expect(await keys.revoke(operator, made.info.id)).toEqual({ kind: 'revoked' });
    expect(await keys.revoke(operator, made.info.id)).toMatchObject({ code: 'key_none' });
    const entries = await opened.redis.xrange(keyspace(opened.namespace).audit, '-', '+');
    const evidence = { via: { transport: 'operator', operator: 'ole@ops-1' } };
    expect(entries.map(([, [, fact = '']]) => JSON.parse(fact))).toMatchObject([
      { event: 'key_created', person: 'bob', evidence },
      { event: 'key_revoked', person: 'bob', evidence },
    ]);
  });
});
