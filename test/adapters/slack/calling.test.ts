// Who is called by a card and by the lines below it: those whose answer is awaited, never whoever asked or is kept out.
import { describe, expect, it } from 'vitest';
import { callMessage } from '../../../src/adapters/slack/cards/lines.ts';
import type { Mentions } from '../../../src/adapters/slack/cards/people.ts';
import { remarkLine } from '../../../src/adapters/slack/cards/remarks.ts';
import { requestCard } from '../../../src/adapters/slack/cards/request-card.ts';
import type { Approval, Approver, Stage } from '../../../src/domain/decision.ts';
import type { RequestRecord } from '../../../src/domain/record.ts';
import { aRecord, aVote } from './records.ts';
import { said } from './said.ts';

const groups: { readonly [group: string]: readonly string[] } = {
  owners: ['bob', 'carol'],
  everybody: ['alice', 'bob', 'carol'],
  crowd: Array.from({ length: 9 }, (_, i) => `p${i}`),
};

const mentions: Mentions = {
  teamId: 'T0ACME',
  slackAccountsOf: person => (person === 'nemo' ? [] : [`slack:T0ACME:U0${person.toUpperCase()}`]),
  membersOf: group => groups[group] ?? [],
};

const group = (id: string): Approver => ({ type: 'group', id });
const stage = (approvers: Approver[], patch: Partial<Stage> = {}): Stage => ({
  id: 'owners',
  title: 'Owners',
  quorum: 1,
  have: 0,
  approvers,
  ...patch,
});

/** Bob owns the bot of this record; to keep him an approver here, nobody owns it. */
function asked(stages: Stage[], approval: Partial<Approval> = {}, patch: Partial<RequestRecord> = {}): RequestRecord {
  const { owner: _, ...record } = aRecord({ approval: { stages, ...approval }, ...patch });
  return record;
}

const card = (record: RequestRecord) => requestCard(record, mentions).blocks;
/** Accounts, user groups and channels that a message makes buzz. */
const buzzes = (value: unknown): string[] =>
  JSON.stringify(value).match(/(?<="(?:user_id|usergroup_id|range)":")[^"]+/g) ?? [];

describe('a card calls', () => {
  it('the people of a directory group, each by their account', () => {
    expect(buzzes(card(asked([stage([group('owners')])])))).toEqual(['U0BOB', 'U0CAROL']);
    expect(said(card(asked([stage([group('owners')])])))).toContain('waiting for one of <@U0BOB>, <@U0CAROL>\n');
  });

  it('neither the requester, nor an owner, nor whom a rule excludes, however policy names them', () => {
    const named = [group('everybody'), { type: 'user', id: 'slack:T0ACME:U0ALICE' } as const];
    const excluded = [{ user: 'carol', code: 'author', message: 'Wrote it' }];
    const blocks = card(asked([stage(named)], { excluded }));
    expect(buzzes(blocks)).toEqual(['U0BOB']);
    expect(said(blocks)).toContain('May not approve: carol (Wrote it)');
  });

  it('the requester, where policy lets people approve their own', () => {
    expect(buzzes(card(asked([stage([group('everybody')])], { self_approval: true })))).toContain('U0ALICE');
  });

  it('nobody who has answered', () => {
    const record = asked([stage([group('owners')], { quorum: 2, have: 1 })], {}, { votes: [aVote('bob')] });
    expect(said(card(record))).toContain('1 of 2 · waiting for <@U0CAROL>\n');
  });

  it('a user group of Slack beside people, and names who has no account', () => {
    const approvers = [{ type: 'user', id: 'nemo' } as const, { type: 'slack_usergroup', id: 'S0DBA' } as const];
    const blocks = card(asked([stage(approvers)]));
    expect(buzzes(blocks)).toEqual(['S0DBA']);
    expect(said(blocks)).toContain('waiting for one of nemo, <!subteam^S0DBA>');
  });

  it('nobody of a crowd: they are told one by one', () => {
    const blocks = card(asked([stage([group('crowd')])]));
    expect(buzzes(blocks)).toEqual([]);
    expect(said(blocks)).toContain('waiting for one of crowd (9 people)\n');
  });

  it('everybody in the channel, or nobody, as policy says', () => {
    const all = [group('owners'), { type: 'slack_usergroup', id: 'S0DBA' } as const];
    expect(buzzes(card(asked([stage(all)], { notify: 'channel' })))).toEqual(['channel']);
    expect(buzzes(card(asked([stage(all)], { notify: 'none' })))).toEqual([]);
  });

  it('nobody by a group or a channel of Slack either, where policy calls nobody: they stand there by their ids', () => {
    const ofSlack = [
      { type: 'slack_usergroup', id: 'S0DBA' },
      { type: 'slack_channel', id: 'C0ONCALL' },
    ] as const;
    expect(said(card(asked([stage([...ofSlack])], { notify: 'none' })))).toContain(
      'waiting for one of Slack user group S0DBA, members of the channel C0ONCALL',
    );
    expect(JSON.stringify(card(asked([stage([...ofSlack])])))).toContain('"channel_id":"C0ONCALL"');
  });

  it('nobody of a later stage, and says when it starts and who it will be', () => {
    const later = stage([group('owners')], { id: 'privacy', title: 'Privacy', open: false });
    const record = asked([stage([{ type: 'user', id: 'dave' }], { title: 'Data owners' }), later]);
    expect(buzzes(card(record))).toEqual(['U0DAVE']);
    expect(said(card(record))).toContain(
      '☐ Privacy: 0 of 1 · starts when Data owners have approved; then one of bob, carol',
    );
  });

  it.each([
    [1, ['bob'], '<@U0BOB>'],
    [1, ['bob', 'carol'], 'one of <@U0BOB>, <@U0CAROL>'],
    [2, ['bob', 'carol'], 'both of <@U0BOB>, <@U0CAROL>'],
    [2, ['bob', 'carol', 'dave'], '2 of <@U0BOB>, <@U0CAROL>, <@U0DAVE>'],
    [3, ['bob', 'carol', 'dave'], 'all of <@U0BOB>, <@U0CAROL>, <@U0DAVE>'],
  ])('and says whether each is needed: %i of %j', (quorum, people, words) => {
    const approvers = people.map(id => ({ type: 'user', id }) as const);
    expect(said(card(asked([stage(approvers, { quorum })])))).toContain(`· waiting for ${words}\n`);
  });
});

describe('a line below the card calls', () => {
  const record = asked([stage([group('owners')])], {}, { escalatedAt: '2026-11-24T07:30:00.000Z' });

  it.each([
    ['reminder', '🔔 Still waiting for one of <@U0BOB>, <@U0CAROL>. Expires 2026-11-24 08:00 UTC.\n'],
    [
      'escalated',
      '⏫ Escalated: no one has decided since 2026-11-24 07:00 UTC. Waiting for one of <@U0BOB>, <@U0CAROL>\n',
    ],
    ['called', '🔔 Now waiting for one of <@U0BOB>, <@U0CAROL>\n'],
  ] as const)('at a %s', (says, words) => {
    expect(said(remarkLine(record, says, mentions)?.blocks)).toBe(words);
  });

  it('everybody of the stages that are open together, and says which', () => {
    const both = asked([
      stage([group('owners')]),
      stage([{ type: 'user', id: 'dave' }], { id: 'release', title: 'Release' }),
    ]);
    expect(said(remarkLine(both, 'reminder', mentions)?.blocks)).toContain(
      'for one of <@U0BOB>, <@U0CAROL> (Owners) and <@U0DAVE> (Release).',
    );
  });
});

it('a message to one of a crowd says what is asked, until when, and where the card is', () => {
  const link = 'https://acme.slack.com/archives/C0/p1';
  const { blocks, text } = callMessage(asked([stage([group('crowd')])]), link);
  expect(said(blocks)).toContain('Your approval is needed: deploy service payments-api in prod');
  expect(JSON.stringify(blocks)).toContain(link);
  expect(text).toContain('decide by 2026-11-24 08:00 UTC');
});

describe('Approve asks once more', () => {
  const confirmOf = (approval: Partial<Approval>) =>
    JSON.stringify(card(asked([stage([group('owners')])], approval))).match(/"confirm":\{.*?Cancel/)?.[0];

  it.each([
    ['high', true],
    ['Critical', true],
    ['medium', false],
    ['low', false],
  ])('where the severity is %s: %s', (severity, isAsked) => {
    expect(confirmOf({ severity }) !== undefined).toBe(isAsked);
  });

  it('as policy says, whatever the severity', () => {
    expect(confirmOf({ severity: 'low', confirm: true })).toBeDefined();
    expect(confirmOf({ severity: 'critical', confirm: false })).toBeUndefined();
  });

  it('with the subject and who asks, in plain text; not before a form, which is a second look by itself', () => {
    expect(confirmOf({ severity: 'high' })).toContain(
      'deploy service payments-api in prod\\nRequested by release-bot for alice.',
    );
    expect(confirmOf({ severity: 'high', reason_required: 'always' })).toBeUndefined();
  });
});
