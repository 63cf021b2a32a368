// Whether a group of Slack has enough people: the names under which its accounts would answer, and what is known of them.
import { describe, expect, it } from 'vitest';
import { answersFrom, knownOf } from '../../src/adapters/directory/known.ts';
import { parsePeople } from '../../src/adapters/directory/people-file.ts';
import { Failure } from '../../src/domain/failure.ts';
import type { Links } from '../../src/flow/ports.ts';
import { slackShortage } from '../../src/flow/staffing.ts';
import { anApproval, aSubmission, awaiting } from '../support/samples.ts';

const people = [{ id: 'alice', slack: ['T0:UALICE'] }, { id: 'bob', slack: ['T0:UBOB'] }, { id: 'dave' }];
const known = knownOf(parsePeople(JSON.stringify({ people, agents: [] })));
const directory = answersFrom(
  () => known,
  () => known,
);
/** dave's account is linked, and not listed. */
const links: Links = {
  personOf: async account => (account === 'slack:T0:UDAVE' ? 'dave' : undefined),
  of: async () => undefined,
  formerOf: async () => [],
};

function shortageOf(user: string, members: readonly string[] | Failure, quorum = 1): Promise<string | undefined> {
  const approvers = [{ type: 'slack_usergroup', id: 'S1' } as const];
  const approval = anApproval({ stages: [{ id: 'g', title: 'Group', quorum, have: 0, approvers }] });
  const record = { ...awaiting(approval), submission: aSubmission({ user: { id: user } }) };
  const membersOf = async () => {
    if (members instanceof Failure) throw members;
    return members;
  };
  return slackShortage({ directory, links, gatherings: { membersOf } }, record);
}

describe('a group of Slack', () => {
  it.each([
    ['the requester, by their person', 'alice', ['slack:T0:UALICE']],
    ['the requester, who is named by their account', 'slack:T0:UALICE', ['slack:T0:UALICE']],
    ['the requester, by an account that they have linked', 'dave', ['slack:T0:UDAVE']],
    ['nobody', 'alice', []],
  ])('of %s alone is too few', async (_which, user, members) => {
    expect(await shortageOf(user, members)).toContain('nobody there may');
  });

  it('has as many people as there are persons behind its accounts', async () => {
    expect(await shortageOf('alice', ['slack:T0:UDAVE', 'slack:T0:UBOB'], 2)).toBeUndefined();
    expect(await shortageOf('alice', ['slack:T0:UDAVE', 'slack:T0:UALICE'], 2)).toContain('only 1 person there may');
    expect(await shortageOf('dave', ['slack:T0:UDAVE', 'slack:T0:UX'], 1)).toBeUndefined();
  });

  it('that Slack does not tell of ends nothing; what cannot be mended is no silence', async () => {
    const away = new Failure('unverified_account', 'Slack is away.', { isTransient: true });
    expect(await shortageOf('alice', away)).toBeUndefined();
    const broken = new Failure('broken', 'It is broken.', { isTransient: false });
    await expect(shortageOf('alice', broken)).rejects.toBe(broken);
  });
});
