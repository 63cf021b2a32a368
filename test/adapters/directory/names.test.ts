// Whom a name means: each way of writing it, and that a name of two is nobody's.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answersFrom, knownOf } from '../../../src/adapters/directory/known.ts';
import { parsePeople } from '../../../src/adapters/directory/people-file.ts';

const people = [
  { id: 'alice', email: 'Alice@example.com', names: ['ally', 'al'] },
  { id: 'bob', names: ['robert', 'al', ' jose\u0301 '] },
  { id: 'Ann', email: 'ann@example.com' },
  { id: 'ann', email: 'other.ann@example.com' },
  { id: 'mallory', names: ['alice', 'release-bot'] },
];
const known = knownOf(
  parsePeople(
    JSON.stringify({
      people,
      agents: [
        { id: 'release-bot', owner: 'alice' },
        { id: 'Night Job', owner: 'bob' },
      ],
    }),
  ),
);
const directory = answersFrom(
  () => known,
  () => known,
);
const person = (id: string) => ({ kind: 'person', id });

describe('a name', () => {
  it.each([
    ['bob', person('bob')],
    ['Bob', person('bob')],
    [' BOB\t', person('bob')],
    ['robert', person('bob')],
    ['alice@EXAMPLE.com', person('alice')],
    ['ALLY', person('alice')],
    ['jos\u00e9', person('bob')],
    ['alice', person('alice')], // whoever calls a login of theirs so takes nothing from her
    ['Alice', { kind: 'ambiguous', people: ['alice', 'mallory'] }],
    ['al', { kind: 'ambiguous', people: ['alice', 'bob'] }],
    ['Ann', person('Ann')],
    ['ann', person('ann')],
    ['ANN', { kind: 'ambiguous', people: ['Ann', 'ann'] }],
    ['release-bot', { kind: 'agent', id: 'release-bot', owner: 'alice' }],
    ['Release-Bot', { kind: 'ambiguous', people: ['mallory', 'alice'] }],
    ['night job', { kind: 'agent', id: 'Night Job', owner: 'bob' }],
    ['zoe', { kind: 'unknown' }],
    ['', { kind: 'unknown' }],
    ['b\u200bob', { kind: 'unknown' }],
  ])('%j', (name, answer) => {
    expect(directory.whoIs(name)).toEqual(answer);
  });

  it('finds the groups of whoever it means, and the owner of the agent', () => {
    expect(directory.factsOf('BOB')).toEqual({ groups: [], roles: [] });
    expect(directory.factsOf('al')).toBeUndefined();
    expect(directory.ownerOf('NIGHT JOB')).toBe('bob');
    expect(directory.ownerOf('Release-Bot')).toBeUndefined();
  });

  it('means the same in whatever case and whatever is around it, unless an id stands there as it is', () => {
    const spelt = fc.constantFrom('bob', 'robert', 'alice@example.com', 'ally', 'al', 'night job', 'zoe');
    const space = fc.constantFrom('', ' ', '\t', '\u00a0');
    fc.assert(
      fc.property(spelt, space, space, fc.boolean(), (name, before, after, isLoud) => {
        const written = `${before}${isLoud ? name.toUpperCase() : name}${after}`;
        expect(directory.whoIs(written)).toEqual(directory.whoIs(name));
      }),
    );
  });
});
