// The people file: who somebody is, what a broken edit does, and that nobody becomes somebody by accident.
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDirectory } from '../../../src/adapters/directory/directory.ts';
import type { LiveDirectory } from '../../../src/adapters/directory/known.ts';
import { parsePeople } from '../../../src/adapters/directory/people-file.ts';
import type { Observation } from '../../../src/flow/ports.ts';

const json = JSON.stringify({
  people: [
    { id: 'alice', slack: ['T0:U1'], groups: ['db-owners'], email: 'alice@example.com' },
    { id: 'bob', slack: ['T0:U2', 'T9:U2'], groups: [] },
    { id: 'carol' },
  ],
  agents: [{ id: 'release-bot', owner: 'alice' }],
});

let folder: string;
let path: string;
let directory: LiveDirectory | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'people-'));
  path = join(folder, 'people.json');
  await writeFile(path, json);
});

afterEach(async () => {
  directory?.stop();
  directory = undefined;
  await rm(folder, { recursive: true });
});

describe('reading', () => {
  it('maps accounts to people, people to accounts, agents to owners', async () => {
    directory = await openDirectory({ path });
    expect(directory.personOf('slack:T0:U1')).toEqual({ kind: 'person', id: 'alice', groups: ['db-owners'] });
    expect(directory.personOf('slack:T9:U2')).toEqual({ kind: 'person', id: 'bob', groups: [] });
    expect(directory.slackAccountsOf('bob')).toEqual(['slack:T0:U2', 'slack:T9:U2']);
    expect(directory.slackAccountsOf('carol')).toEqual([]);
    expect(directory.ownerOf('release-bot')).toBe('alice');
  });

  it.each(['slack:T0:U9', 'slack:T1:U1', 'alice', 'U1', 'constructor', '__proto__'])(
    'an account that nobody mapped is unknown: %s',
    async account => {
      directory = await openDirectory({ path });
      expect(directory.personOf(account)).toEqual({ kind: 'unknown' });
      expect(directory.ownerOf(account)).toBeUndefined();
    },
  );

  it('reads YAML as well', () => {
    const yaml = 'people:\n  - id: alice\n    slack: ["T0:U1"]\nagents:\n  - {id: bot, owner: alice}\n';
    expect(parsePeople(yaml).people).toEqual([{ id: 'alice', slack: ['T0:U1'], names: [], groups: [], roles: [] }]);
  });

  it('A10: two people on one Slack id approve nothing', async () => {
    const twice = {
      people: [
        { id: 'alice', slack: ['T0:U1'] },
        { id: 'eve', slack: ['T0:U1', 'T0:U7'] },
      ],
    };
    await writeFile(path, JSON.stringify(twice));
    directory = await openDirectory({ path });
    expect(directory.personOf('slack:T0:U1')).toEqual({ kind: 'ambiguous' });
    expect(directory.personOf('slack:T0:U7')).toEqual({ kind: 'person', id: 'eve', groups: [] });
    expect(directory.slackAccountsOf('alice')).toEqual([]);
  });

  it('one person who names an account twice is still one person', async () => {
    await writeFile(path, JSON.stringify({ people: [{ id: 'alice', slack: ['T0:U1', 'T0:U1'] }] }));
    directory = await openDirectory({ path });
    expect(directory.personOf('slack:T0:U1')).toMatchObject({ id: 'alice' });
  });
});

describe('faults', () => {
  it('all are told at once, each with where it is', () => {
    const broken = {
      people: [{ id: 'alice', slack: ['U1'] }, { id: '' }, { id: 'bob', team: 'x' }],
      agents: [{ id: 'bot' }],
    };
    const told = () => parsePeople(JSON.stringify(broken));
    expect(told).toThrow(
      /people\.0\.slack\.0: is not a team and a user id.*people\.1\.id.*people\.2: unknown member "team".*agents\.0\.owner/,
    );
  });

  it.each([
    [
      'an owner who is not a person',
      { people: [{ id: 'alice' }], agents: [{ id: 'bot', owner: 'zoe' }] },
      /owner of "bot" is "zoe"/,
    ],
    ['a person who is there twice', { people: [{ id: 'alice' }, { id: 'alice' }] }, /"alice" is there twice/],
    [
      'an agent with two owners',
      {
        people: [{ id: 'a' }, { id: 'b' }],
        agents: [
          { id: 'bot', owner: 'a' },
          { id: 'bot', owner: 'b' },
        ],
      },
      /"bot" is there twice/,
    ],
    ['an agent that is a person', { people: [{ id: 'a' }], agents: [{ id: 'a', owner: 'a' }] }, /is a person as well/],
    ['nothing', null, /the file/],
  ])('%s is a fault', (_, content, message) => {
    expect(() => parsePeople(JSON.stringify(content))).toThrow(message);
  });

  it('a missing file stops the start, and says which variable to set', async () => {
    await expect(openDirectory({ path: join(folder, 'none.json') })).rejects.toMatchObject({
      code: 'people_file_missing',
      message: expect.stringContaining('COUNTERSIGN_PEOPLE'),
    });
  });
});

describe('changes', () => {
  it.each([
    ['written into', (text: string) => writeFile(path, text)],
    [
      'replaced',
      async (text: string) => {
        await writeFile(join(folder, 'next'), text);
        await rename(join(folder, 'next'), path);
      },
    ],
  ])('a file that is %s is in force soon', async (_, write) => {
    const reloaded = Promise.withResolvers<void>();
    directory = await openDirectory({ path, pollMs: 100, onReload: reloaded.resolve });
    await write(JSON.stringify({ people: [{ id: 'dora', slack: ['T0:U1'] }] }));
    await reloaded.promise;
    expect(directory.personOf('slack:T0:U1')).toMatchObject({ id: 'dora' });
  });

  it('a broken edit keeps the people known before, and is told once', async () => {
    const told: Observation[] = [];
    directory = await openDirectory({ path, observe: observation => told.push(observation) });
    await writeFile(path, '{"people": [');
    expect(await directory.reload()).toBe(false);
    expect(await directory.reload()).toBe(false);
    expect(directory.personOf('slack:T0:U1')).toMatchObject({ id: 'alice' });
    expect(directory.fault).toContain('people file');
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ kind: 'trouble', where: 'directory', code: 'people_file_invalid' });
    await writeFile(path, json);
    expect(await directory.reload()).toBe(true);
    expect(directory.fault).toBeUndefined();
  });

  it('a file that is suddenly empty of people takes nobody away', async () => {
    directory = await openDirectory({ path });
    await writeFile(path, '{"people": []}');
    expect(await directory.reload()).toBe(false);
    expect(directory.membersOf('db-owners')).toEqual(['alice']);
    expect(await directory.check()).toMatchObject({ ok: true, detail: expect.stringContaining('nobody in it') });
  });

  it('a file that is gone for a moment takes nobody away', async () => {
    directory = await openDirectory({ path });
    await rm(path);
    expect(await directory.reload()).toBe(false);
    expect(directory.personOf('slack:T0:U1')).toMatchObject({ id: 'alice' });
  });
});
