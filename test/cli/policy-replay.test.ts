// `countersign policy replay` as a person or a pipeline runs it: from the audit in Redis, or from a file.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { connectOpa } from '../../src/adapters/opa/connect.ts';
import type { Report } from '../../src/workbench/replay/report.ts';
import { candidate, LAX_REFUNDS_STRICT_DEPLOYS, POLICIES } from '../support/candidate.ts';
import { cardOf } from '../support/cards.ts';
import { gathered, past } from '../support/history.ts';
import { perTest } from '../support/house.ts';
import { scratchDir } from '../support/scratch.ts';
import { opaUrl } from '../support/services.ts';
import { countersign } from './spawned.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

const houses = perTest();
const replay = (args: readonly string[], env = {}) => countersign(['policy', 'replay', ...args], env);

async function exported(dir: string, requests: number): Promise<string> {
  const policy = connectOpa({ url: opaUrl(), decisionPath: 'approvals/main/decision', timeoutMs: 20_000 });
  try {
    const file = join(dir, 'audit.jsonl');
    const entries = await gathered(past({ policy, requests }));
    writeFileSync(file, entries.map(entry => `${JSON.stringify(entry)}\n`).join(''));
    return file;
  } finally {
    await policy.close();
  }
}

it('from a file: tells, writes both reports, and ends with 1 for what must not be', async () => {
  const dir = scratchDir();
  const file = await exported(dir, 120);
  const next = candidate(join(dir, 'next'), LAX_REFUNDS_STRICT_DEPLOYS);
  const [json, page] = [join(dir, 'report.json'), join(dir, 'report.html')];
  const ended = await replay([
    '--from',
    file,
    '--candidate',
    next,
    '--json',
    json,
    '--html',
    page,
    '--fail-on',
    'loosened,broken',
  ]);
  expect(ended.err).toContain('Found what must not be: loosened.');
  expect(ended.code).toBe(1);
  expect(ended.out).toMatch(/loosened +\d+ .*e\.g\. req_/);
  expect(ended.out).toContain('release: 2 instead of 1');
  const report = JSON.parse(readFileSync(json, 'utf8')) as Report;
  expect(report).toMatchObject({ report: 'countersign-replay', version: 1, source: file });
  expect(report.differences.loosened.count).toBeGreaterThan(0);
  const html = readFileSync(page, 'utf8');
  expect(html).toContain('<!doctype html>');
  for (const text of [ended.out, JSON.stringify(report), html]) {
    expect(text).not.toMatch(/amount_cents|EUR|the customer sent it back|order-\d/);
  }
});

it('from the audit of an installation: a real request and its click, found the same and found tighter', async () => {
  const house = await houses.open();
  const { id } = await house.http.submit({
    action: 'deploy',
    user: { id: 'alice', role: 'engineer' },
    resource: { type: 'service', id: 'web', environment: 'prod' },
    params: { version: '1' },
  });
  await house.workspace.as('U0BOB').click(await cardOf(house.workspace, id), 'approve');
  await house.http.wait(id);
  const same = await replay(
    ['--candidate', POLICIES, '--json', '-', '--fail-on', 'loosened,tightened,broken,undefined'],
    house.env,
  );
  expect(same.err).toBe('');
  expect(same.code).toBe(0);
  expect(JSON.parse(same.out)).toMatchObject({
    decisions: 2,
    differences: { same: { count: 2 } },
    people: [],
    candidate: { policies: POLICIES, revision: 'dev' },
    speed: { against: 'recorded', recorded: { samples: 2 }, candidate: { samples: 2 } },
  });
  const next = candidate(join(scratchDir(), 'next'), LAX_REFUNDS_STRICT_DEPLOYS);
  const tighter = await replay(['--candidate', next, '--json', '-', '--fail-on', 'tightened'], house.env);
  expect(tighter.code).toBe(1);
  expect(JSON.parse(tighter.out)).toMatchObject({
    differences: { tightened: { count: 2, examples: [id] } },
    phases: { submit: { tightened: 1 }, vote: { tightened: 1 } },
  });
});

it.each<[string, (dir: string) => readonly string[], RegExp]>([
  ['no candidate', () => [], /required option '--candidate/],
  ['a candidate that is not there', () => ['--candidate', '/nowhere'], /nothing at \/nowhere/],
  ['a file that is not there', () => ['--candidate', POLICIES, '--from', '/nowhere'], /no file \/nowhere/],
  [
    'an unknown finding',
    () => ['--candidate', POLICIES, '--fail-on', 'worse'],
    /does not know worse; it knows loosened/,
  ],
  ['a duration that is none', () => ['--candidate', POLICIES, '--since', 'monday'], /30d or 12h/],
])('refuses %s as wrong usage', async (_what, args, words) => {
  const ended = await replay(args(''));
  expect(ended.err).toMatch(words);
  expect(ended.code).toBe(2);
});

it('a candidate that does not compile is told in the words of OPA', async () => {
  const dir = scratchDir();
  writeFileSync(join(dir, 'audit.jsonl'), '');
  mkdirSync(join(dir, 'next'));
  writeFileSync(join(dir, 'next', 'p.rego'), 'package approvals.main\n\ndecision := unknown_thing\n');
  const ended = await replay(['--candidate', join(dir, 'next'), '--from', join(dir, 'audit.jsonl')]);
  expect(ended.err).toContain('rego_unsafe_var_error');
  expect(ended.code).toBe(1);
});

it('slower is said of what was recorded, of --base where it is given, and of nothing where there is neither', async () => {
  const dir = scratchDir();
  const file = await exported(dir, 20);
  const bare = join(dir, 'untimed.jsonl');
  writeFileSync(bare, readFileSync(file, 'utf8').replaceAll(/,"took_ms":[\d.]+/g, ''));
  const slower = ['--candidate', POLICIES, '--fail-on', 'slower'];
  expect((await replay([...slower, '--from', file])).out).toContain('compared with the recorded times');
  const beside = await replay([...slower, '--from', bare, '--base', POLICIES]);
  expect(beside.out).toContain("compared with today's policies");
  expect(beside.err).not.toContain('--base');
  const unknown = await replay([...slower, '--from', bare]);
  expect(unknown.err).toContain('no times are recorded. Give --base');
  expect(unknown.code).toBe(1);
});

it('a file of other things replays nothing, says why, and is no success where something was to be shown', async () => {
  const file = join(scratchDir(), 'audit.jsonl');
  writeFileSync(file, 'no json\n{"event":"envelope_refused","at":"2026-11-24T12:00:00Z"}\n\n');
  const ended = await replay(['--candidate', POLICIES, '--from', file, '--fail-on', 'broken']);
  expect(ended.err).toContain('1 lines are not JSON, the first of them line 1');
  expect(ended.err).toContain('Nothing could be replayed');
  expect(ended.code).toBe(1);
  expect((await replay(['--candidate', POLICIES, '--from', file])).code).toBe(0);
});
