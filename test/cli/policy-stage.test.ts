// What a scenario is played with: policies with other data, and the people who are known.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/domain/canonical.ts';
import { castOf } from '../../src/workbench/policy/cast.ts';
import { overlaidCopy } from '../../src/workbench/policy/overlaid.ts';
import { opa, POLICIES } from '../policies/opa.ts';

let place: string;

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'countersign-stage-'));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

describe('policies with other data', () => {
  /** All data that OPA reads in a folder, and no rules. */
  async function dataIn(folder: string): Promise<JsonObject> {
    const asked = ['calendar', 'actions.refund.limits', 'emergency.settings'].map(path => `data.approvals.${path}`);
    const said = await opa(['eval', '-b', folder, '-f', 'json', `[${asked.join(', ')}]`]);
    expect(said.stderr).toBe('');
    return JSON.parse(said.stdout).result[0].expressions[0].value;
  }

  it('have the same data where nothing is laid over it, and leave nothing behind', async () => {
    const copy = await overlaidCopy(POLICIES, [{}]);
    expect(await dataIn(copy.folder)).toEqual(await dataIn(POLICIES));
    await copy.remove();
    expect(existsSync(copy.folder)).toBe(false);
  });

  it('have each layer over the one before: objects merged, lists replaced, null taken away', async () => {
    const copy = await overlaidCopy(POLICIES, [
      {
        approvals: {
          calendar: { freezes: [{ name: 'a' }, { name: 'b' }] },
          actions: { refund: { limits: { one_cents: 7 } } },
        },
      },
      { approvals: { calendar: { freezes: [{ name: 'c' }], hours: null } } },
    ]);
    const [calendar, limits] = (await dataIn(copy.folder)) as unknown as [JsonObject, JsonObject];
    expect(calendar.freezes).toEqual([{ name: 'c' }]);
    expect(calendar.exceptions).toEqual([]);
    expect(calendar).not.toHaveProperty('hours');
    expect(limits).toEqual({ alone_cents: 10_000, one_cents: 7 });
    await copy.remove();
  });

  it('have no data that the bundle does not own', async () => {
    await expect(overlaidCopy(POLICIES, [{ aprovals: {} }])).rejects.toThrow(
      'The data "aprovals" is not in these policies, so no rule reads it. Write data from the top, below approvals.',
    );
  });
});

describe('who is known', () => {
  const facts = (...groups: string[]) => ({ groups, roles: [] });

  it('are those of a file and those who are listed, each with an account; a change keeps the account', async () => {
    const file = join(place, 'people.json');
    const people = [
      { id: 'alice', slack: ['T1:U1'], groups: ['a'] },
      { id: 'bob', groups: ['b'] },
    ];
    writeFileSync(file, JSON.stringify({ people, agents: [{ id: 'bot', owner: 'alice' }] }));
    const cast = await castOf({ file, people: { carol: facts('c') }, agents: { second: 'carol' } });
    const before = cast({});
    expect(before.membersOf('b')).toEqual(['bob']);
    expect([before.ownerOf('bot'), before.ownerOf('second')]).toEqual(['alice', 'carol']);
    expect(before.slackAccountsOf('alice')).toEqual(['slack:T1:U1']);
    for (const person of ['bob', 'carol']) {
      const [account = ''] = before.slackAccountsOf(person);
      expect(before.personOf(account)).toMatchObject({ kind: 'person', id: person });
    }
    const after = cast({ alice: facts('b'), bob: null });
    expect(after.membersOf('b')).toEqual(['alice']);
    expect(after.slackAccountsOf('alice')).toEqual(['slack:T1:U1']);
    expect(after.factsOf('bob')).toBeUndefined();
  });

  it('is anybody where nobody says who there is, and every group has members of its own', async () => {
    const anybody = (await castOf({ people: { bob: facts('b') }, isAnybody: true }))({});
    expect(anybody.factsOf('zoe')).toEqual(facts());
    expect(anybody.membersOf('b')).toEqual(expect.arrayContaining(['bob', 'somebody 9 of b']));
    const both = new Set([...anybody.membersOf('c'), ...anybody.membersOf('d')]);
    expect(both.size).toBe(18);
    const [account = ''] = anybody.slackAccountsOf('zoe');
    expect(anybody.personOf(account)).toEqual({ kind: 'person', id: 'zoe', groups: [] });
  });

  it('cannot be read from a file that is not there', async () => {
    await expect(castOf({ file: join(place, 'none.yaml') })).rejects.toThrow('cannot be read. Check the path.');
    const broken = join(place, 'broken.yaml');
    writeFileSync(broken, 'people: [');
    await expect(castOf({ file: broken })).rejects.toThrow(`${broken}: The people file cannot be used`);
  });
});
