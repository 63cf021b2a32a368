// Who may link what, each refusal by its name; and what a link counts for, held against a directory that changes.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answersFrom, knownOf } from '../../src/adapters/directory/known.ts';
import { parsePeople } from '../../src/adapters/directory/people-file.ts';
import { openAuditTail } from '../../src/adapters/redis/audit.ts';
import { openKeys } from '../../src/adapters/redis/keys.ts';
import { openLinks } from '../../src/adapters/redis/links.ts';
import { Failure } from '../../src/domain/failure.ts';
import { floor } from '../../src/domain/floor.ts';
import { MOST_TRIES } from '../../src/domain/link.ts';
import { refusalSentence } from '../../src/domain/refusal.ts';
import type { AccountKind } from '../../src/domain/vote.ts';
import { gather } from '../../src/flow/gather.ts';
import { slackAccountsOf } from '../../src/flow/identities.ts';
import { linkByCode, offerCode, standingOf, unlinkAccount, unlinkPerson } from '../../src/flow/link.ts';
import type { Accounts, KeyEvidence, LinkBook } from '../../src/flow/ports.ts';
import { identify } from '../../src/flow/voters.ts';
import { type Opened, openOn } from '../adapters/redis/opened.ts';
import { aSubmission, aVote, awaiting } from '../support/samples.ts';
import { redisUrl } from '../support/services.ts';

type Listed = { id: string; slack?: string[]; groups?: string[]; email?: string };

let opened: Opened;
let links: LinkBook;
let people: Listed[];
let kinds: Map<string, AccountKind | Failure>;
let emails: Map<string, string>;
let count = 0;
/** Letters that are in no account of another test: the memory is shared. */
let own: string;
beforeAll(async () => {
  opened = await openOn(redisUrl());
  links = openLinks(opened);
  const keys = openKeys({ redis: opened.redis, namespace: opened.namespace, now: opened.store.now });
  key = { transport: 'api_key', api_key: (await keys.createForPerson('whoever')).info.id };
});
afterAll(() => opened.close());
beforeEach(() => {
  own = `N${++count}`;
  people = [
    { id: `bob${own}`, groups: ['db-owners'] },
    { id: `eve${own}`, groups: [] },
    { id: `carol${own}`, slack: [`T0:UCAROL${own}`] },
    { id: 'alice', slack: [`T0:UALICE${own}`] },
  ];
  kinds = new Map();
  emails = new Map();
});

const known = () =>
  knownOf(parsePeople(JSON.stringify({ people, agents: [{ id: `bot${own}`, owner: people[0]?.id }] })));
const accounts: Accounts = {
  async kindOf(account) {
    const kind = kinds.get(account) ?? 'member';
    if (kind instanceof Failure) throw kind;
    return kind;
  },
  emailOf: async account => emails.get(account),
  usergroupsOf: async () => [],
  channelsOf: async () => [],
};
const world = (isEmailMatched = false) => ({
  directory: answersFrom(known, known),
  accounts,
  links,
  store: opened.store,
  isEmailMatched,
  newCode: () => `CODE${count}-${Math.random().toString(36).slice(2)}`,
});

const account = (name: string) => `slack:T0:U${name}${own}`;
let key: KeyEvidence;
const evidenceOf = (from: string) => {
  const [, team = '', user = ''] = from.split(':');
  return { transport: 'socket', team, user, action_ts: '1.0' } as const;
};
const ask = (name: string) => offerCode(world(), { person: `${name}${own}`, evidence: key });
const codeOf = async (name: string) => {
  const offered = await ask(name);
  return offered.kind === 'offered' ? offered.code : '';
};
const type = (from: string, code: string, isEmailMatched = false) =>
  linkByCode(world(isEmailMatched), { account: from, code, evidence: evidenceOf(from) });
const unlink = (from: string) => unlinkAccount(world(), { account: from, evidence: evidenceOf(from) });
async function linked(name: string, from = account(name.toUpperCase())) {
  expect(await type(from, await codeOf(name))).toMatchObject({ kind: 'linked', person: `${name}${own}` });
  return from;
}
async function audit() {
  const lines = [];
  for await (const line of openAuditTail(opened).after()) if (JSON.stringify(line).includes(own)) lines.push(line);
  return lines.flatMap(line => ('fact' in line ? [line.fact] : []));
}
const list = (id: string, slack: string[]) => {
  people = people.map(person => (person.id === id ? { ...person, slack } : person));
};

describe('a person and an account', () => {
  it('are linked by the code, and the audit names both and not the code', async () => {
    const code = await codeOf('bob');
    expect(await type(account('X'), code)).toEqual({ kind: 'linked', person: `bob${own}` });
    expect(await identify(world(), account('X'))).toEqual({
      kind: 'voter',
      voter: { id: account('X'), user: `bob${own}`, groups: ['db-owners'], kind: 'member', matched_by: 'link' },
    });
    const facts = await audit();
    expect(facts).toMatchObject([
      {
        event: 'link_offered',
        person: `bob${own}`,
        evidence: { who: { person: `bob${own}`, matched_by: 'key' }, via: key },
      },
      {
        event: 'linked',
        person: `bob${own}`,
        account: account('X'),
        evidence: { who: { account: account('X') }, via: { team: 'T0' } },
      },
    ]);
    expect(JSON.stringify(facts)).not.toContain(code);
  });

  it('stay linked until one of the two ends it; then the account is nobody’s', async () => {
    const from = await linked('bob');
    expect(await unlinkPerson(world(), { person: `bob${own}`, evidence: key })).toMatchObject({ account: from });
    expect(await identify(world(), from)).toMatchObject({ voter: { user: from, groups: [] } });
    await linked('bob');
    expect(await unlink(from)).toMatchObject({ kind: 'unlinked', person: `bob${own}` });
    expect((await audit()).filter(({ event }) => event === 'unlinked')).toHaveLength(2);
  });

  it('move: the person hears which account it was before, and that one is nobody’s', async () => {
    const before = await linked('bob');
    expect(await type(account('NEW'), await codeOf('bob'))).toMatchObject({ kind: 'linked', before });
    expect(await identify(world(), before)).toMatchObject({ voter: { user: before } });
    expect(await identify(world(), account('NEW'))).toMatchObject({ voter: { user: `bob${own}` } });
    expect((await audit()).at(-1)).toMatchObject({ event: 'linked', before });
  });
});

describe('a link is refused, told why, and written down', () => {
  const wrong = async (from: string, code: string, isEmailMatched = false) => {
    const result = await type(from, code, isEmailMatched);
    if (result.kind !== 'refusal') throw new Error('it was linked');
    expect(refusalSentence(result)).toMatch(/[a-z].*\.|countersign link$/);
    expect((await audit()).at(-1)).toMatchObject({ event: 'link_refused', code: result.code, account: from });
    expect(JSON.stringify((await audit()).at(-1))).not.toContain(code);
    return result.code;
  };

  it('link_code_unknown: the same words for a code that never was, was used, or was replaced', async () => {
    const [used, replaced] = [await codeOf('bob'), await codeOf('eve')];
    await type(account('X'), used);
    await ask('eve');
    const codes = ['NEVER-WAS00', used, replaced, '?'];
    for (const code of codes) expect(await wrong(account('Y'), code)).toBe('link_code_unknown');
  });

  it('link_tries_used_up: after five wrong ones, also for the right one', async () => {
    for (let i = 0; i < MOST_TRIES; i++) await wrong(account('X'), `WRONG-${i}`);
    const code = await codeOf('bob');
    expect(await wrong(account('X'), code)).toBe('link_tries_used_up');
    expect(await type(account('Y'), code)).toMatchObject({ kind: 'linked' });
  });

  it.each(['guest', 'bot', 'deleted', 'external', 'stranger'] as const)(
    'link_not_a_member: A8 A9 a %s, before any code is looked at',
    async kind => {
      kinds.set(account('X'), kind);
      const code = await codeOf('bob');
      for (let i = 0; i < MOST_TRIES + 1; i++) expect(await wrong(account('X'), code)).toBe('link_not_a_member');
      expect(await type(account('Y'), code)).toMatchObject({ kind: 'linked' });
    },
  );

  it('link_account_listed: the directory says whose account it is, whoever has the code', async () => {
    expect(await wrong(account('CAROL'), await codeOf('bob'))).toBe('link_account_listed');
    expect(await wrong(account('CAROL'), 'NEVER-WAS00')).toBe('link_account_listed');
  });

  it('link_account_listed: also where it knows the account by its address', async () => {
    people = people.map(person => (person.id === `eve${own}` ? { ...person, email: 'eve@acme.example' } : person));
    emails.set(account('X'), 'eve@acme.example');
    expect(await wrong(account('X'), await codeOf('bob'), true)).toBe('link_account_listed');
    expect(await type(account('X'), await codeOf('eve'), true)).toMatchObject({ kind: 'linked' });
  });

  it('link_person_listed: the directory names another account for the person; no code is given, none is good', async () => {
    const code = await codeOf('bob');
    list(`bob${own}`, [`T0:UDESK${own}`]);
    expect(await ask('bob')).toMatchObject({ kind: 'refusal', code: 'link_person_listed' });
    expect(await wrong(account('X'), code)).toBe('link_person_listed');
    expect(await ask('carol')).toMatchObject({ kind: 'refusal', code: 'link_person_listed' });
  });

  it('link_account_taken: the account is linked to somebody else, who keeps it', async () => {
    const from = await linked('bob');
    expect(await wrong(from, await codeOf('eve'))).toBe('link_account_taken');
    expect(await identify(world(), from)).toMatchObject({ voter: { user: `bob${own}` } });
  });

  it('unknown_person: whoever asked for the code has left the directory', async () => {
    const code = await codeOf('bob');
    people = people.filter(({ id }) => id !== `bob${own}`);
    people.push({ id: 'somebody' });
    expect(await wrong(account('X'), code)).toBe('unknown_person');
  });

  it('ambiguous_person: A10 an account that the directory gives to two', async () => {
    const code = await codeOf('bob');
    list(`carol${own}`, [`T0:UX${own}`]);
    list(`eve${own}`, [`T0:UX${own}`]);
    expect(await wrong(account('X'), code)).toBe('ambiguous_person');
  });

  it('unverified_account: Slack does not say who it is; no try is counted', async () => {
    kinds.set(account('X'), new Failure('unverified_account', 'Slack is away.', { isTransient: true }));
    const code = await codeOf('bob');
    for (let i = 0; i < MOST_TRIES; i++) expect(await wrong(account('X'), code)).toBe('unverified_account');
    kinds.clear();
    expect(await type(account('X'), code)).toMatchObject({ kind: 'linked' });
  });

  it('link_none: there is nothing to unlink, for the account or for the person', async () => {
    expect(await unlink(account('X'))).toMatchObject({ kind: 'refusal', code: 'link_none' });
    expect(await unlinkPerson(world(), { person: `bob${own}`, evidence: key })).toMatchObject({ code: 'link_none' });
  });
});

describe('the directory comes first, at every click', () => {
  it('whoever left it loses the link, and has it back with their place', async () => {
    const from = await linked('bob');
    const all = people;
    people = people.filter(({ id }) => id !== `bob${own}`);
    people.push({ id: 'agent-owner' });
    expect(await identify(world(), from)).toMatchObject({ voter: { user: from, groups: [] } });
    people = all;
    expect(await identify(world(), from)).toMatchObject({ voter: { user: `bob${own}` } });
  });

  it.each([
    ['another account for the person', () => list(`bob${own}`, [`T0:UDESK${own}`]), 'nobody'],
    [
      'an account for the person that it gives to two',
      () => {
        list(`bob${own}`, [`T0:UDESK${own}`]);
        list(`eve${own}`, [`T0:UDESK${own}`]);
      },
      'nobody',
    ],
    ['somebody else for the account', () => list(`eve${own}`, [`T0:UBOB${own}`]), 'eve'],
  ] as const)('a link is overruled as soon as it names %s', async (_what, change, who) => {
    const from = await linked('bob');
    change();
    expect(await identify(world(), from)).toMatchObject({ voter: { user: who === 'nobody' ? from : `${who}${own}` } });
    expect(await standingOf(world(), `bob${own}`)).toMatchObject({ linked: { account: from, counts: false } });
  });

  it('an agent is nobody who links', async () => {
    const offered = await offerCode(world(), { person: `bot${own}`, evidence: key });
    const code = offered.kind === 'offered' ? offered.code : '';
    expect(await type(account('X'), code)).toMatchObject({ code: 'unknown_person' });
  });

  it('a link and an address that say different people make neither', async () => {
    const from = await linked('bob');
    people = people.map(person => (person.id === `eve${own}` ? { ...person, email: 'eve@acme.example' } : person));
    emails.set(from, 'eve@acme.example');
    expect(await identify(world(true), from)).toMatchObject({ kind: 'refusal', code: 'ambiguous_person' });
    expect(await identify(world(), from)).toMatchObject({ voter: { user: `bob${own}` } });
  });

  it('A9: a guest is not known by an address, be it that of a person', async () => {
    const from = account('GUEST');
    people = people.map(person => (person.id === `bob${own}` ? { ...person, email: `bob${own}@acme.test` } : person));
    emails.set(from, `bob${own}@acme.test`);
    expect(await identify(world(true), from)).toMatchObject({ voter: { user: `bob${own}`, matched_by: 'email' } });
    for (const kind of ['guest', 'external', 'deleted', 'stranger'] as const) {
      kinds.set(from, kind);
      expect(await identify(world(true), from)).toMatchObject({ voter: { user: from, kind } });
    }
  });

  it('too old to be believed, it lets nobody be mentioned by a link, and the card goes on', () => {
    const stale = () => {
      throw new Failure('directory_stale', 'The directory is too old.', { isTransient: true });
    };
    const directory = answersFrom(stale, known);
    expect(slackAccountsOf(directory, () => account('X'), `bob${own}`)).toEqual([]);
    expect(slackAccountsOf(directory, () => account('X'), `carol${own}`)).toEqual([`slack:T0:UCAROL${own}`]);
    const broken = answersFrom(() => {
      throw new TypeError('a fault of ours');
    }, known);
    expect(() => slackAccountsOf(broken, () => account('X'), `bob${own}`)).toThrow('a fault of ours');
  });

  it('mentions and messages go where it says, and by a link only where it says nothing', async () => {
    const from = await linked('bob');
    const lately = (person: string) => (person === `bob${own}` ? from : undefined);
    const reach = (person: string) => slackAccountsOf(world().directory, lately, `${person}${own}`);
    expect(reach('bob')).toEqual([from]);
    expect(reach('eve')).toEqual([]);
    list(`eve${own}`, [`T0:UBOB${own}`]);
    expect(reach('bob')).toEqual([]);
    list(`bob${own}`, [`T0:UDESK${own}`]);
    expect(reach('bob')).toEqual([`slack:T0:UDESK${own}`]);
  });
});

describe('one person under all their names', () => {
  const requested = (user: string) => ({ ...awaiting(), submission: aSubmission({ user: { id: user } }) });
  const judged = async (record: ReturnType<typeof awaiting>, by: { id: string; user: string }) =>
    floor(record, aVote({ by }), await gather(world(), { ...aVote({ by }).by }, record))?.code;

  it('B1: nobody approves their own request through an account that they linked, however the request names them', async () => {
    const from = await linked('bob');
    const bob = `bob${own}`;
    expect(await judged(requested(bob), { id: from, user: bob })).toBe('self_approval');
    expect(await judged(requested(from), { id: from, user: bob })).toBe('self_approval');
    expect(await judged(requested(from), { id: `person:${bob}`, user: bob })).toBe('self_approval');
    expect(await judged({ ...requested('alice'), owner: from }, { id: `person:${bob}`, user: bob })).toBe(
      'self_approval',
    );
    expect(await judged(requested('alice'), { id: from, user: bob })).toBeUndefined();
  });

  it('B1: nor by one whose link the directory overrules', async () => {
    const from = await linked('bob');
    const bob = `bob${own}`;
    list(bob, [`T0:UDESK${own}`]);
    expect(await judged(requested(bob), { id: from, user: from })).toBe('self_approval');
    expect(await judged(requested(`slack:T0:UDESK${own}`), { id: from, user: from })).toBe('self_approval');
  });

  it('B1: nor by one that they had linked once, also when the directory has listed another account for them since', async () => {
    const from = await linked('bob');
    const bob = `bob${own}`;
    await unlink(from);
    list(bob, [`T0:UDESK${own}`]);
    expect(await judged(requested(bob), { id: from, user: from })).toBe('self_approval');
    expect(await judged(requested(from), { id: `person:${bob}`, user: bob })).toBe('self_approval');
    list(`carol${own}`, [from.slice('slack:'.length)]);
    expect(await judged(requested(bob), { id: from, user: `carol${own}` })).toBeUndefined();
    expect(await judged(requested(from), { id: `person:${bob}`, user: bob })).toBeUndefined();
  });

  it('B1: an account that somebody else has linked since is still the one before, and both their other accounts are', async () => {
    const from = await linked('bob');
    const bob = `bob${own}`;
    const eve = `eve${own}`;
    const second = account('SECOND');
    await linked('bob', second);
    await linked('eve', from);
    for (const asked of [bob, second, eve]) {
      expect(await judged(requested(asked), { id: from, user: eve })).toBe('self_approval');
    }
    expect(await judged(requested(from), { id: `person:${bob}`, user: bob })).toBe('self_approval');
    expect(await judged(requested('alice'), { id: from, user: eve })).toBeUndefined();
  });

  it('B1: a link that stands keeps them, also where the directory says that the account is somebody else’s', async () => {
    const from = await linked('bob');
    list(`carol${own}`, [from.slice('slack:'.length)]);
    expect(await judged(requested(`bob${own}`), { id: from, user: `carol${own}` })).toBe('self_approval');
  });

  it('B8: one account has one vote, whoever it was taken for when it was given', async () => {
    const from = account('X');
    const record = { ...requested('alice'), votes: [{ ...aVote({ by: { id: from, user: 'carol' } }), counted: true }] };
    expect(await judged(record, { id: from, user: from })).toBe('already_voted');
    expect(await judged(record, { id: from, user: 'dave' })).toBe('already_voted');
  });

  it('B8: a vote by an account, which is linked and unlinked before its person votes by key, is their one vote', async () => {
    const from = account('X');
    const record = { ...requested('alice'), votes: [{ ...aVote({ by: { id: from, user: from } }), counted: true }] };
    await linked('bob', from);
    await unlink(from);
    expect(await judged(record, { id: `person:bob${own}`, user: `bob${own}` })).toBe('already_voted');
  });

  it('B8: a vote given before the link, by the account, is their one vote; a denial is still heard', async () => {
    const from = account('X');
    const before = { ...aVote({ by: { id: from, user: from } }), counted: true };
    const record = { ...requested('alice'), votes: [before] };
    await linked('bob', from);
    const bob = { id: `person:bob${own}`, user: `bob${own}` };
    expect(await judged(record, bob)).toBe('already_voted');
    expect(
      floor(record, aVote({ by: bob, vote: 'deny' }), await gather(world(), { ...aVote({ by: bob }).by }, record)),
    ).toBeUndefined();
    expect(await judged(record, { id: 'person:eve', user: 'eve' })).toBeUndefined();
  });
});
