// Stories played against a policy of a few lines: when things happen, who is known, and what an outage does.
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/canonical.ts';
import type { Decision } from '../../../src/domain/decision.ts';
import { Failure } from '../../../src/domain/failure.ts';
import type { PolicyInput } from '../../../src/domain/policy-input.ts';
import { castOf } from '../../../src/workbench/policy/cast.ts';
import { compared } from '../../../src/workbench/rehearsal/compare.ts';
import { rehearse, type World } from '../../../src/workbench/rehearsal/rehearse.ts';
import { parseScenarios } from '../../../src/workbench/rehearsal/scenario.ts';

const HEAD = `people: { alice: [], bob: [owners], carol: [owners] }
request: { action: a, user: { id: alice }, resource: { type: t, id: r } }
scenarios:
  - name: one
`;

/** One of the group owners must approve; reminded after 10 minutes, escalated after 20, over after 30. */
function oneOwner({ votes }: PolicyInput): Decision {
  const verdicts = votes.map(({ by }) =>
    by.groups.includes('owners') ? { by: by.id, counted: true } : { by: by.id, counted: false, code: 'not_eligible' },
  );
  const counted = votes.filter((_, i) => verdicts[i]?.counted);
  const stage = {
    id: 'owners',
    quorum: 1,
    have: counted.length,
    approvers: [{ type: 'group', id: 'owners' } as const],
  };
  const common: Omit<Decision, 'outcome'> = { contract: 1, reasons: [], votes: verdicts, obligations: [] };
  if (counted.some(({ vote }) => vote === 'deny')) return { ...common, outcome: 'deny' };
  if (counted.length > 0) return { ...common, outcome: 'allow', grant: { ttl: '5m', max_uses: 1 } };
  const approval = {
    stages: [stage],
    expires_in: '30m',
    remind_after: ['10m'],
    escalate: { after: '20m', channel: 'C1' },
  };
  return { ...common, outcome: 'require_approval', approval };
}

type Answering = (input: PolicyInput, layers: readonly JsonObject[]) => Decision;

/** Plays the only scenario of a file. */
async function played(text: string, answer: Answering = oneOwner) {
  const parsed = parseScenarios(text, 'f.yaml');
  if (!parsed.ok) throw new Error(parsed.faults.join('\n'));
  const [scenario] = parsed.scenarios;
  if (scenario === undefined) throw new Error('no scenario');
  const { people, service, submission, now, data, story } = scenario;
  const isAnybody = people === undefined;
  const world: World = {
    directoryWith: await castOf({ ...(typeof people === 'object' ? { people } : {}), isAnybody }),
    policyWith: async layers => ({
      ask: async input => ({ kind: 'answer', decision: answer(input, layers), policy: {} }),
    }),
  };
  const steps = story.map(({ step }) => step);
  const plan = { service: { id: service, auth: 'api_key' }, submission, now, data, steps } as const;
  const performance = await rehearse(world, plan);
  return { performance, rows: compared(scenario, performance) };
}

const story = (...lines: readonly string[]) =>
  `${HEAD}    story:\n${lines.map(line => `      - ${line}\n`).join('')}    expect: {}\n`;

/** Minutes after the submission at which each line of the story happened. */
async function minutes(...lines: readonly string[]) {
  const { performance } = await played(story(...lines));
  return performance.scenes.map(({ at }) => (at - performance.asked.at) / 60_000);
}

describe('time in a story', () => {
  it('brings an answer a minute after what was done before, and at once after time has passed', async () => {
    expect(
      await minutes('alice approves', 'alice approves', 'wait: 5m', 'alice approves', 'wait: 20s', 'cancel'),
    ).toEqual([1, 2, 7, 7, 7 + 1 / 3, 7 + 1 / 3]);
    expect(await minutes('wait: 20s', 'alice approves', 'people: { bob: [] }', 'alice approves')).toEqual([
      1 / 3,
      1,
      1,
      2,
    ]);
    expect(await minutes('alice approves: { after: 7m }', 'at: "2026-11-24T10:09:00Z"')).toEqual([7, 9]);
  });

  it('lets the clock do everything on the way, each at its moment', async () => {
    const { performance } = await played(story('wait: 2h'));
    const [scene] = performance.scenes;
    expect(scene?.record).toMatchObject({
      status: 'expired',
      reminders: 1,
      escalatedAt: '2026-11-24T10:20:00.000Z',
      resolution: { by: 'clock', at: '2026-11-24T10:30:00.000Z' },
    });
    expect(scene?.told.map(effect => ('says' in effect ? effect.says : effect.kind))).toEqual(
      expect.arrayContaining(['reminder', 'escalated', 'direct_message']),
    );
  });

  it('lets a late answer come before the clock, where only the checks at the vote keep it from counting', async () => {
    const { performance } = await played(story('bob approves: { after: 31m }', 'bob approves'));
    expect(performance.scenes).toMatchObject([
      { verdict: 'expired', isRefused: true, record: { status: 'expired', votes: [] } },
      { verdict: 'already_resolved' },
    ]);
  });

  it('is told in order', () => {
    const parsed = parseScenarios(story('wait: 10m', 'bob approves: { after: 5m }'), 'f.yaml');
    expect(parsed).toMatchObject({
      ok: false,
      faults: [expect.stringMatching(/f\.yaml:7: .+ is before 2026-11-24T10:10/)],
    });
  });
});

describe('people in a story', () => {
  it('are those who are listed, as they are at that moment', async () => {
    const { performance } = await played(
      story(
        'people: { bob: [], carol: null }',
        'bob approves',
        'carol approves',
        'people: { bob: [owners] }',
        'bob approves',
      ),
    );
    expect(performance.scenes.map(({ verdict }) => verdict)).toEqual([
      undefined,
      'not_eligible',
      'not_eligible',
      undefined,
      'counted',
    ]);
    expect(performance.scenes[2]?.words).toContain('Nobody here is called carol: list them among the people.');
    expect(performance.scenes[1]?.words).not.toContain('Nobody here');
  });

  it('may be anybody where nobody says who there is: a group has members, and a voter is in none', async () => {
    const unsaid = story('zoe approves').replace(/^people: .*\n/, '');
    const { performance } = await played(unsaid);
    expect(performance.asked.record.status).toBe('pending');
    expect(performance.scenes[0]?.verdict).toBe('not_eligible');
    const nobody = await played(story('zoe approves').replace(/^people: .*\n/, 'people: {}\n'));
    expect(nobody.performance.asked.record.resolution?.reason).toContain('Nobody can approve this');
  });

  it('answer with a key of their own only where the directory knows them', async () => {
    const { performance } = await played(story('zoe approves: { surface: cli }', 'bob approves: { surface: api }'));
    expect(performance.scenes.map(({ verdict }) => verdict)).toEqual(['unknown_person', 'counted']);
    expect(performance.record.votes).toMatchObject([{ by: { id: 'person:bob', user: 'bob' }, surface: 'api' }]);
  });
});

describe('a story', () => {
  it('goes on with the newest request, and says of one that is refused why', async () => {
    const { performance } = await played(
      story(
        'submit: { params: { n: 1 }, idempotency_key: k }',
        'submit: { params: { n: 2 }, idempotency_key: k }',
        'bob approves',
      ),
    );
    expect(performance.scenes.map(({ verdict }) => verdict)).toEqual([undefined, 'conflict', 'counted']);
    expect(performance.record.submission.params).toEqual({ n: 1 });
  });

  it('asks policy with the data of the moment', async () => {
    const seen: (readonly JsonObject[])[] = [];
    const text = story('bob approves', 'data: { limits: { low: 1 } }', 'redeem').replace(
      '  - name',
      '  - data: { a: 1 }\n    name',
    );
    await played(text, (input, layers) => {
      seen.push(layers);
      return oneOwner(input);
    });
    expect(seen).toEqual([[{ a: 1 }], [{ a: 1 }], [{ a: 1 }, { limits: { low: 1 } }]]);
  });

  it('ends at once where policy cannot be asked, for nobody would be there to ask again', async () => {
    const outage = new Failure('pdp_unavailable', 'OPA does not answer. Start it.', { isTransient: true });
    const silent = (): never => {
      throw outage;
    };
    await expect(played(story('bob approves'), silent)).rejects.toBe(outage);
    const later: Answering = input => (input.phase === 'redeem' ? silent() : oneOwner(input));
    await expect(played(story('bob approves', 'redeem'), later)).rejects.toBe(outage);
  });

  it('is held against every expectation, of lines and of the end', async () => {
    const { rows } = await played(
      `${HEAD}    story:
      - wait: 20m
        expect: { escalated: true, reminders: 1, waits_for: group owners, told: [escalated], status: pending }
      - bob approves: { expect: { verdict: not_eligible, counted: false } }
    expect: { status: approved, resolved_by: policy, standing: used, review: open }
`,
    );
    expect(rows.filter(({ isMet }) => !isMet).map(({ what, expected, actual }) => [what, expected, actual])).toEqual([
      ['step 2, bob approves: counted', 'false', 'true'],
      ['step 2, bob approves: verdict', 'not_eligible', 'counted'],
      ['resolved_by', 'policy', 'people'],
      ['review', 'open', 'none'],
      ['standing', 'used', 'none'],
    ]);
    expect(rows).toHaveLength(11);
  });
});
