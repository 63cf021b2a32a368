// Links in a real Redis: one code is used once, both sides change together, and the audit says so in the same act.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectRedis } from '../../../src/adapters/redis/connect.ts';
import { openKeys } from '../../../src/adapters/redis/keys.ts';
import { keyspace } from '../../../src/adapters/redis/keyspace.ts';
import { followLinks } from '../../../src/adapters/redis/link-names.ts';
import { openLinks } from '../../../src/adapters/redis/links.ts';
import { CODE_LIFE_MS, codeHash, MOST_TRIES } from '../../../src/domain/link.ts';
import type { LinkBook, Observation } from '../../../src/flow/ports.ts';
import { redisUrl } from '../../support/services.ts';
import { type Opened, openOn } from './opened.ts';

const AT = '2026-11-24T12:00:00.000Z';
const linked = { event: 'linked', at: AT, evidence: {} } as const;
const offered = { event: 'link_offered', at: AT, person: 'whoever', evidence: {} } as const;

let opened: Opened;
let links: LinkBook;
/** A key in force, which codes are asked for with. */
let key: string;
let count = 0;
beforeAll(async () => {
  opened = await openOn(redisUrl());
  links = openLinks(opened);
  key = (await keys().createForPerson('whoever')).info.id;
});
const keys = () => openKeys({ redis: opened.redis, namespace: opened.namespace, now: opened.store.now });
afterAll(() => opened.close());

/** Somebody whom no other test knows, with a code in force. */
async function somebody(lifeMs = CODE_LIFE_MS, askedWith = key) {
  const person = `person-${++count}`;
  const hash = codeHash(`code ${count}`);
  await links.offer({ person, key: askedWith, hash, lifeMs, fact: { ...offered, person } });
  return { person, hash, account: `slack:T0:U${count}` };
}

type Claim = { person: string; hash: string; account: string; before?: string };
const claim = ({ before, ...who }: Claim) =>
  links.claim({ ...who, before, at: AT, fact: { ...linked, person: who.person, account: who.account } });
const facts = async () =>
  (await opened.redis.xrange(keyspace(opened.namespace).audit, '-', '+')).map(([, [, text]]) =>
    JSON.parse(text ?? '{}'),
  );

describe('a code', () => {
  it('links the two sides, is used up by it, and the audit has one word of it', async () => {
    const who = await somebody();
    expect(await links.tried(who.account, who.hash)).toEqual({ person: who.person });
    expect(await claim(who)).toBe('linked');
    expect(await links.personOf(who.account)).toBe(who.person);
    expect(await links.of(who.person)).toEqual({ account: who.account, at: AT });
    const other = 'slack:T0:UOTHER';
    expect(await links.tried(other, who.hash)).toBe('unknown');
    expect(await claim({ ...who, account: other, before: who.account })).toBe('unknown');
    expect((await facts()).filter(({ event, person }) => event === 'linked' && person === who.person)).toHaveLength(1);
  });

  it('delivered again by the account that used it is answered as before, and changes nothing', async () => {
    const who = await somebody();
    await claim(who);
    expect(await links.tried(who.account, who.hash)).toEqual({ person: who.person });
    expect(await claim({ ...who, before: who.account })).toBe('linked');
    expect((await facts()).filter(({ person }) => person === who.person)).toHaveLength(2); // offered, linked
  });

  it('used by many accounts at once makes one link', async () => {
    const who = await somebody();
    const rivals = Array.from({ length: 20 }, (_, i) => ({ ...who, account: `slack:T0:UR${i}` }));
    const results = await Promise.all(rivals.map(claim));
    expect(results.filter(result => result === 'linked')).toHaveLength(1);
    expect(results.filter(result => result === 'unknown')).toHaveLength(19);
    const winner = rivals[results.indexOf('linked')]?.account ?? '';
    expect(await links.of(who.person)).toMatchObject({ account: winner });
    const owners = await Promise.all(rivals.map(({ account }) => links.personOf(account)));
    expect(owners.filter(owner => owner !== undefined)).toEqual([who.person]);
  });

  it('is void as soon as another is asked for', async () => {
    const who = await somebody();
    const fresh = codeHash('a fresh one');
    await links.offer({
      person: who.person,
      key,
      hash: fresh,
      lifeMs: CODE_LIFE_MS,
      fact: offered,
    });
    expect(await links.tried(who.account, who.hash)).toBe('unknown');
    expect(await claim(who)).toBe('unknown');
    expect(await links.tried(who.account, fresh)).toEqual({ person: who.person });
    expect(await claim({ ...who, hash: fresh })).toBe('linked');
  });

  it('is void after its time', async () => {
    const who = await somebody(40);
    const { linkCode, linkOffer } = keyspace(opened.namespace);
    const names = [linkCode(who.hash), linkOffer(who.person)];
    await expect.poll(() => opened.redis.exists(...names)).toBe(0);
    expect(await links.tried(who.account, who.hash)).toBe('unknown');
    expect(await claim(who)).toBe('unknown');
  });

  it("is void once a key of its person is revoked, and no other person's is", async () => {
    const [one, two] = [await somebody(), await somebody()];
    const { info } = await keys().createForPerson(one.person);
    expect(await links.tried(one.account, one.hash)).toEqual({ person: one.person });
    await keys().revoke(info.id);
    expect(await links.tried(one.account, one.hash)).toBe('unknown');
    expect(await claim(one)).toBe('unknown');
    expect(await claim(two)).toBe('linked');
  });

  it('given with a key that was revoked already is void from the start, as where a process has not heard of it yet', async () => {
    const { info } = await keys().createForPerson('late');
    await keys().revoke(info.id);
    for (const askedWith of [info.id, 'k0neverwas']) {
      const who = await somebody(CODE_LIFE_MS, askedWith);
      expect(await links.tried(who.account, who.hash)).toBe('unknown');
    }
  });

  it('ends by itself, and is nowhere in Redis but as a hash', async () => {
    const who = await somebody();
    const { linkCode, linkOffer, linkTries } = keyspace(opened.namespace);
    await links.tried(who.account, who.hash);
    for (const name of [linkCode(who.hash), linkOffer(who.person), linkTries(who.account)]) {
      const ttl = await opened.redis.pttl(name);
      expect(ttl).toBeGreaterThan(CODE_LIFE_MS - 60_000);
      expect(ttl).toBeLessThanOrEqual(CODE_LIFE_MS);
    }
  });
});

describe('tries', () => {
  it('are few for each account: the next is not read, though it were right; another account is not held up', async () => {
    const who = await somebody();
    for (let i = 0; i < MOST_TRIES; i++) expect(await links.tried(who.account, codeHash(`wrong ${i}`))).toBe('unknown');
    expect(await links.tried(who.account, who.hash)).toBe('tried_out');
    expect(await links.tried('slack:T0:UELSE', who.hash)).toEqual({ person: who.person });
  });

  it('sent all at once are no more', async () => {
    const account = 'slack:T0:UHASTY';
    const results = await Promise.all(
      Array.from({ length: 30 }, (_, i) => links.tried(account, codeHash(`guess ${i}`))),
    );
    expect(results.filter(result => result === 'unknown')).toHaveLength(MOST_TRIES);
  });
});

describe('a link', () => {
  it('of one account to two people at once is one', async () => {
    const account = 'slack:T0:UDESIRED';
    const rivals = [await somebody(), await somebody(), await somebody()];
    const results = await Promise.all(rivals.map(rival => claim({ ...rival, account })));
    expect(results.toSorted()).toEqual(['linked', 'taken', 'taken']);
    const owner = rivals[results.indexOf('linked')]?.person;
    expect(await links.personOf(account)).toBe(owner);
    const theirs = await Promise.all(rivals.map(async ({ person }) => (await links.of(person))?.account));
    expect(theirs.filter(one => one === account)).toHaveLength(1);
  });

  it('is not taken from somebody else', async () => {
    const [one, two] = [await somebody(), await somebody()];
    await claim(one);
    expect(await claim({ ...two, account: one.account })).toBe('taken');
    expect(await links.personOf(one.account)).toBe(one.person);
    expect(await links.of(two.person)).toBeUndefined();
    expect(await links.tried('slack:T0:UNEW', two.hash)).toEqual({ person: two.person }); // the code is still theirs
  });

  it('moves to another account: the one before is free, and was what the caller had seen', async () => {
    const who = await somebody();
    await claim(who);
    const hash = codeHash(`again ${who.person}`);
    await links.offer({ person: who.person, key, hash, lifeMs: CODE_LIFE_MS, fact: offered });
    const next = { person: who.person, hash, account: 'slack:T0:UNEXT' };
    expect(await claim(next)).toBe('moved');
    expect(await claim({ ...next, before: who.account })).toBe('linked');
    expect(await links.personOf(who.account)).toBeUndefined();
    expect(await links.of(who.person)).toMatchObject({ account: 'slack:T0:UNEXT' });
  });

  it('ends once, on both sides, and in the audit', async () => {
    const who = await somebody();
    await claim(who);
    const ending = {
      person: who.person,
      account: who.account,
      fact: { event: 'unlinked', at: AT, person: who.person, account: who.account, evidence: {} } as const,
    };
    expect(await links.remove({ ...ending, account: 'slack:T0:UNOT' })).toBe(false);
    const ends = await Promise.all([links.remove(ending), links.remove(ending)]);
    expect(ends.filter(Boolean)).toHaveLength(1);
    expect(await links.personOf(who.account)).toBeUndefined();
    expect(await links.of(who.person)).toBeUndefined();
    expect((await facts()).filter(({ event, person }) => event === 'unlinked' && person === who.person)).toHaveLength(
      1,
    );
    // What was linked once is remembered on both sides, whatever became of it.
    expect(await links.formerOf(who.person)).toEqual([who.account]);
    expect(await links.formerOf(who.account)).toEqual([who.person]);
    expect(await links.formerOf('slack:T0:UNOT')).toEqual([]);
  });
});

describe('the names on cards', () => {
  it('follow the links, and stay as they were while Redis is away, which is told once', async () => {
    const observed: Observation[] = [];
    const observe = (seen: Observation) => void observed.push(seen);
    const names = await followLinks({ ...opened, observe, everyMs: 3_600_000 });
    const who = await somebody();
    await claim(who);
    expect(names.accountOf(who.person)).toBeUndefined();
    await names.refresh();
    expect(names.accountOf(who.person)).toBe(who.account);
    names.stop();

    const side = connectRedis({ url: redisUrl(), observe: () => undefined });
    const lasting = await followLinks({
      redis: side.commands,
      namespace: opened.namespace,
      observe,
      everyMs: 3_600_000,
    });
    await side.close();
    await lasting.refresh();
    await lasting.refresh();
    lasting.stop();
    expect(lasting.accountOf(who.person)).toBe(who.account);
    expect(observed.filter(({ kind }) => kind === 'trouble')).toHaveLength(1);
  });
});
