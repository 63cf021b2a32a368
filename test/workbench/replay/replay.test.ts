// A real past, replayed against real candidates.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectOpa, type OpaPolicy } from '../../../src/adapters/opa/connect.ts';
import { connectTogether, TOGETHER_ROOT, togetherRule } from '../../../src/adapters/opa/together.ts';
import type { StoredEntry } from '../../../src/domain/audit/chain.ts';
import { startOwnOpa } from '../../../src/workbench/own-opa.ts';
import { pastDecisions } from '../../../src/workbench/replay/history.ts';
import { type Candidate, replay } from '../../../src/workbench/replay/replay.ts';
import { failingOf, moved, pagesPerWeek, type Report } from '../../../src/workbench/replay/report.ts';
import { candidate, type Edit, LAX_REFUNDS_STRICT_DEPLOYS, POLICIES } from '../../support/candidate.ts';
import { gathered, past } from '../../support/history.ts';
import { scratchDir } from '../../support/scratch.ts';
import { findFreePort, startOpa } from '../../support/services.ts';

const TIMEOUT_MS = 20_000; // a test machine may be busy with other tests
const DECISION = 'approvals/main/decision';
const connect = (url: string) => connectOpa({ url, decisionPath: DECISION, timeoutMs: TIMEOUT_MS });

const ends: (() => Promise<unknown>)[] = [];
let entries: StoredEntry[];
let today: OpaPolicy;

beforeAll(async () => {
  today = await serve(POLICIES);
  entries = await gathered(past({ policy: today, requests: 400, weeks: 4 }));
}, 120_000);
afterAll(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function serve(policies: string): Promise<OpaPolicy> {
  const server = await startOpa({ policies: [policies] });
  ends.push(() => server.stop());
  const policy = connect(server.url);
  ends.push(() => policy.close());
  return policy;
}

/** Asked alone, or many in one call; and how often one call was enough. */
async function serveBoth(policies: string) {
  const server = await startOwnOpa(policies, { root: TOGETHER_ROOT, rego: togetherRule(DECISION) });
  ends.push(() => server.stop());
  expect(server.hasRule).toBe(true);
  const alone = connect(server.url);
  ends.push(() => alone.close());
  const many = connectTogether({ url: server.url, decisionPath: DECISION, timeoutMs: TIMEOUT_MS });
  ends.push(() => many.close());
  const calls: boolean[] = [];
  const askAll: Candidate['askAll'] = async inputs => {
    const answers = await many.askAll(inputs);
    calls.push(answers !== undefined);
    return answers;
  };
  const together: Candidate = { ask: alone.ask, askAll };
  return { alone: { ask: alone.ask } as Candidate, together, calls, stop: () => server.stop() };
}

async function against(policy: Candidate, base?: Candidate): Promise<Report> {
  async function* stream() {
    yield* entries;
  }
  const { revision, ...found } = await replay(pastDecisions(stream()), {
    candidate: policy,
    ...(base === undefined ? {} : { base }),
  });
  const about = { report: 'countersign-replay', version: 1, source: 'here' } as const;
  const asked = { policies: 'next', ...(revision === undefined ? {} : { revision }) };
  return { ...about, ...found, candidate: asked, tookMs: 1 };
}

/** Two values at once, for such refunds. */
function clash(params: string): Edit {
  const twice = `quorum := 3 if input.params.${params}\n\nquorum := 4 if input.params.${params}`;
  return {
    file: 'approvals/actions/refund/policy.rego',
    text: 'default quorum := 2',
    by: `default quorum := 2\n\n${twice}`,
  };
}

const CLASH = clash('amount_cents > 0');

/** What is found, without which requests are named as examples: that follows the order of the answers. */
function figuresOf({ speed: _s, ...report }: Report): unknown {
  const text = JSON.stringify(report, (name, value) => (name === 'examples' ? undefined : value));
  const figures = JSON.parse(text) as Record<string, unknown>;
  const sorted = Object.entries(figures).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.map(item => JSON.stringify(item)).sort() : value,
  ]);
  return Object.fromEntries(sorted);
}

const edited = (edits: readonly Edit[]) => serve(candidate(join(scratchDir(), 'next'), edits));

describe('a replay', () => {
  it('against the same policies finds every decision the same, of every phase', async () => {
    const report = await against(today);
    const recorded = entries.filter(({ event }) => event === 'decided').length;
    expect(recorded).toBeGreaterThan(500);
    expect(report.decisions).toBe(recorded);
    expect(report.differences.same.count).toBe(recorded);
    expect(Object.keys(report.phases).sort()).toEqual(['submit', 'vote']);
    expect(report.behind).toEqual([]);
    expect(report.people).toEqual([]);
    expect(report.masked).toBeGreaterThan(0);
    expect(failingOf(report, ['loosened', 'tightened', 'changed_approvers', 'undefined', 'broken'])).toEqual([]);
  }, 60_000);

  it('finds what a candidate loosens and what it tightens, for whom, and which rules are behind it', async () => {
    const report = await against(await edited(LAX_REFUNDS_STRICT_DEPLOYS), today);
    const { loosened, tightened, broken } = report.differences;
    expect(loosened.count).toBeGreaterThan(0);
    expect(tightened.count).toBeGreaterThan(0);
    expect(broken.count + report.differences.undefined.count).toBe(0);

    // What should differ, counted from the record alone: refunds by support between the old and the new limit.
    const between = entries.filter(({ event, submission }) => {
      const { action, user, params } = (submission ?? {}) as {
        action?: string;
        user?: { role?: string };
        params?: { amount_cents?: number };
      };
      const amount = params?.amount_cents ?? 0;
      return (
        event === 'submitted' && action === 'refund' && user?.role === 'support' && amount > 10_000 && amount <= 25_000
      );
    });
    const automatic = moved(report, 'require_approval', ['allow']);
    expect(automatic.count).toBe(between.length);
    expect(between.map(({ request }) => request)).toEqual(expect.arrayContaining([...automatic.examples]));
    const pages = pagesPerWeek(report);
    const weeks = report.weeks.length;
    expect((pages.recorded - pages.candidate) * weeks).toBeCloseTo(between.length, 6);

    // Mallory approved deployments as a member of the Slack user group that is no longer asked. Nobody else loses a say.
    expect(report.people.map(({ person, codes }) => ({ person, codes }))).toEqual([
      { person: 'mallory', codes: ['not_eligible'] },
    ]);

    const kinds = report.behind.map(({ action, phase, difference }) => `${action} ${phase} ${difference}`);
    expect(kinds).toContain('deploy submit tightened');
    expect(kinds).toContain('refund submit loosened');
    expect(new Set(report.behind.map(({ action }) => action))).toEqual(new Set(['deploy', 'refund']));
    const deploy = report.behind.find(({ action, phase }) => action === 'deploy' && phase === 'submit');
    expect(deploy?.asks).toEqual(['release: 2 instead of 1', 'release: without slack_usergroup S0DBA']);
    expect(failingOf(report, ['loosened', 'broken'])).toEqual(['loosened']);
    expect(report.speed.base?.samples).toBe(report.speed.candidate.samples);
  }, 60_000);

  it('tells a candidate that cannot be evaluated from one that has no answer', async () => {
    const broken = await against(await edited([CLASH]));
    expect(broken.differences.broken.count).toBeGreaterThan(0);
    expect(
      broken.behind.filter(({ difference }) => difference === 'broken').every(({ action }) => action === 'refund'),
    ).toBe(true);
    expect(broken.behind[0]?.rulesNow.join()).toMatch(/pdp_eval_error.*policy\.rego/);

    const elsewhere = scratchDir();
    writeFileSync(join(elsewhere, 'other.rego'), 'package approvals.other\n\ndecision := true\n');
    const silent = await against(await serve(elsewhere));
    expect(silent.differences.undefined.count).toBe(silent.decisions);
    expect(failingOf(silent, ['undefined'])).toEqual(['undefined']);
  }, 60_000);

  it.each<[string, readonly Edit[], readonly boolean[]]>([
    ['a candidate that differs', LAX_REFUNDS_STRICT_DEPLOYS, [true]],
    ['a candidate that cannot be evaluated for a few', [clash('amount_cents > 250000')], [false, true]],
    ['a candidate that cannot be evaluated for many', [CLASH], [false]],
  ])(
    'finds of %s in calls of many what it finds one by one',
    async (_what, edits, answered) => {
      const { alone, together, calls } = await serveBoth(candidate(join(scratchDir(), 'next'), edits));
      const [one, many] = [await against(alone), await against(together)];
      expect([...new Set(calls)].sort()).toEqual(answered);
      expect(figuresOf(many)).toEqual(figuresOf(one));
      expect(many.decisions).toBe(entries.filter(({ event }) => event === 'decided').length);
    },
    60_000,
  );

  it('of policies that own every package asks one by one', async () => {
    const dir = candidate(join(scratchDir(), 'next'), []);
    rmSync(join(dir, '.manifest'));
    const server = await startOwnOpa(dir, { root: TOGETHER_ROOT, rego: togetherRule(DECISION) });
    ends.push(() => server.stop());
    expect(server.hasRule).toBe(false);
    const policy = connect(server.url);
    ends.push(() => policy.close());
    const report = await against(policy);
    expect(report.differences.same.count).toBe(report.decisions);
  }, 60_000);

  it('ends with a failure when the candidate is gone: no finding is made up', async () => {
    const gone = connect(`http://127.0.0.1:${await findFreePort()}`);
    ends.push(() => gone.close());
    await expect(against(gone)).rejects.toMatchObject({ code: 'pdp_unavailable' });
  }, 60_000);

  it('ends with a failure when the candidate goes while many are asked in a call', async () => {
    const { together, calls, stop } = await serveBoth(POLICIES);
    const gone: Candidate = {
      ask: together.ask,
      async askAll(inputs) {
        if (calls.length === 2) await stop();
        return together.askAll?.(inputs);
      },
    };
    await expect(against(gone)).rejects.toMatchObject({ code: 'pdp_unavailable' });
    expect(calls.filter(Boolean).length).toBeGreaterThan(0);
  }, 60_000);

  it('of nothing fails wherever something was to be shown', async () => {
    const all = entries;
    entries = [];
    const report = await against(today);
    entries = all;
    expect(report).toMatchObject({ decisions: 0, weeks: [], flows: [] });
    expect(failingOf(report, ['loosened'])).toEqual(['nothing']);
    expect(failingOf(report, [])).toEqual([]);
  });
});
