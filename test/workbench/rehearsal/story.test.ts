// Stories as people write them: what each line means, and what is said of a line that means nothing.
import { expect, it } from 'vitest';
import { parseScenarios, type Scenario } from '../../../src/workbench/rehearsal/scenario.ts';

const REQUEST = 'request: { action: refund, user: { id: alice }, resource: { type: order, id: o } }';

function faultsOf(text: string): readonly string[] {
  const parsed = parseScenarios(text, 'f.yaml');
  return parsed.ok ? [] : parsed.faults;
}

/** A file with one scenario whose story these lines are; the first of them is line 5. */
function told(...lines: readonly string[]): string {
  const story = lines.map(line => `      - ${line}`).join('\n');
  return `${REQUEST}\nscenarios:\n  - name: one\n    story:\n${story}\n    expect: pending\n`;
}

function scenarioOf(text: string): Scenario {
  const parsed = parseScenarios(text, 'f.yaml');
  const [scenario] = parsed.ok ? parsed.scenarios : [];
  if (scenario === undefined) throw new Error(faultsOf(text).join('\n'));
  return scenario;
}

it('reads every kind of line', () => {
  const { story } = scenarioOf(
    told(
      'bob approves',
      '"carol denies: not now"',
      'dave approves: { surface: cli, after: 2h, standing: { duration: 7d, uses: 3 } }',
      'wait: 1h30m',
      'at: "2026-11-24T14:00:00Z"',
      'redeem: { service: other, request: { params: { n: 1 } } }',
      'revoke',
      'cancel',
      'bob reviews: nothing was lost',
      'bob ends the standing approval',
      'submit: { params: { n: 2 }, expect: denied }',
      'people: { bob: [finance], carol: null, dave: { roles: [chief] } }',
      'data: { approvals: { calendar: { freezes: [] } } }',
    ),
  );
  const answer = { kind: 'answer', surface: 'slack', kindOfAccount: 'member', groups: [] };
  expect(story.map(({ step }) => step)).toMatchObject([
    { ...answer, by: 'bob', vote: 'approve' },
    { ...answer, by: 'carol', vote: 'deny', reason: 'not now' },
    { ...answer, by: 'dave', surface: 'cli', afterMs: 7_200_000, standing: { duration: '7d', uses: 3 } },
    { kind: 'wait', ms: 5_400_000 },
    { kind: 'until', at: Date.parse('2026-11-24T14:00:00Z') },
    { kind: 'redeem', service: 'other', acting: { action: 'refund', params: { n: 1 } } },
    { kind: 'revoke' },
    { kind: 'cancel' },
    { kind: 'review', by: 'bob', note: 'nothing was lost' },
    { kind: 'end_standing', by: 'bob' },
    { kind: 'submit', submission: { action: 'refund', params: { n: 2 } } },
    {
      kind: 'people',
      people: { bob: { groups: ['finance'], roles: [] }, carol: null, dave: { groups: [], roles: ['chief'] } },
    },
    { kind: 'data', data: { approvals: { calendar: { freezes: [] } } } },
  ]);
});

it('takes what is expected of a line inside it or beside it, and a single word for what it most likely means', () => {
  const { story } = scenarioOf(
    told(
      'bob approves: { expect: { counted: false } }',
      'wait: 5m\n        expect: { reminders: 1 }',
      'redeem: { expect: grant_expired }',
      'cancel:\n        expect: cancelled',
    ),
  );
  expect(story.map(({ expect }) => expect)).toEqual([
    { counted: false },
    { reminders: 1 },
    { verdict: 'grant_expired' },
    { status: 'cancelled' },
  ]);
});

const faults: readonly (readonly [line: string, place: string, words: RegExp])[] = [
  ['bob nods', 'f.yaml:5: scenarios.0.story.0', /is not a line of a story; write for example "bob approves"/],
  ['wait: soon', 'f.yaml:5: scenarios.0.story.0.wait', /is not a duration; write 20m or 1h/],
  ['wait', 'f.yaml:5: scenarios.0.story.0', /is of the wrong type; write a text/],
  ['at: noon', 'f.yaml:5: scenarios.0.story.0.at', /is not a moment; write "2026/],
  ['bob approves: { surfaces: cli }', 'f.yaml:5:', /bob approves\.surfaces is not a known member; correct its name/],
  ['bob reviews', 'f.yaml:5:', /note is missing; write a text/],
  ['submit: { user: { id: "" } }', 'f.yaml:5: scenarios.0.story.0.submit.user.id', /./],
  ['people: { bob: finance }', 'f.yaml:5:', /bob is neither a list of groups nor/],
  ['redeem:\n        expects: redeemed', 'f.yaml:5: scenarios.0.story.0', /is not a line of a story/],
  ['cancel: { expect: { state: x } }', 'f.yaml:5:', /expect\.state is not a known member/],
  ['cancel: { expect: pending }\n        expect: pending', 'f.yaml:6:', /is there twice; keep one/],
  ['submit\n        expect: pending', 'f.yaml:5:', /End the line above this one with ":"/],
];

it.each(faults)('says where and why of "%s"', (line, place, words) => {
  const [first = ''] = faultsOf(told(line));
  expect(first).toContain(place);
  expect(first).toMatch(words);
});

it('tells every fault of a file at once', () => {
  expect(faultsOf(told('bob nods', 'wait: soon', 'carol shrugs'))).toHaveLength(3);
});

it('wants something to be expected, and one story', () => {
  const silent = `${REQUEST}\nscenarios:\n  - name: one\n    story: [bob approves]\n`;
  expect(faultsOf(silent)).toEqual([expect.stringContaining('expects nothing; write for example "expect: approved"')]);
  const twice = `${REQUEST}\nscenarios:\n  - name: one\n    story: []\n    votes: []\n    expect: pending\n`;
  expect(faultsOf(twice)).toEqual([expect.stringContaining('f.yaml:5:')]);
});
