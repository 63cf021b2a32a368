// The page: whole by itself, harmless whatever others wrote, and without a value of any request.
import { expect, it } from 'vitest';
import type { PastDecision } from '../../../src/workbench/replay/history.ts';
import { html } from '../../../src/workbench/replay/markup.ts';
import { pageOf } from '../../../src/workbench/replay/page.ts';
import type { Report } from '../../../src/workbench/replay/report.ts';
import { reservoir, timesOf } from '../../../src/workbench/replay/speed.ts';
import { openTally } from '../../../src/workbench/replay/tally.ts';
import { blocksOf } from '../../../src/workbench/replay/text.ts';
import { answer, needsPeople } from '../../support/samples.ts';

const SECRET = 'hunter2-never-to-be-shown';
const EVIL = '<script>alert(1)</script>\u202e';

function aPast(patch: Partial<PastDecision> = {}): PastDecision {
  const input = {
    action: EVIL,
    user: { id: 'alice', password: SECRET },
    resource: { type: 'bucket', id: SECRET },
    params: { secret: SECRET },
    reason: SECRET,
    service: { id: 'deployer', auth: 'api_key' },
    request: { id: 'req_1', digest: 'sha256:0', submitted_at: '', expires_at: '' },
    phase: 'submit',
    now: '2026-11-24T12:00:00.000Z',
    votes: [],
  } as const;
  const ruling = { kind: 'answer', decision: answer('allow') } as const;
  const at = '2026-11-24T12:00:00.000Z';
  return { kind: 'decision', id: 'req_1', at, phase: 'submit', input, ruling, reasons: [], isMasked: false, ...patch };
}

function reportOf(fill: (tally: ReturnType<typeof openTally>) => void): Report {
  const tally = openTally();
  fill(tally);
  return {
    report: 'countersign-replay',
    version: 1,
    candidate: { policies: './policies-next' },
    source: 'audit.jsonl',
    ...tally.result(),
    speed: { candidate: timesOf([1, 2, 3]), isSlower: false },
    tookMs: 1_000,
  };
}

const people = { kind: 'answer', decision: needsPeople(), policy: {} } as const;

it('shows what others wrote as text, and no value of a request', () => {
  const report = reportOf(tally => tally.add(aPast(), people));
  const page = pageOf(report);
  expect(page).not.toContain('<script');
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;\\u{202e}');
  expect(page + JSON.stringify(report) + JSON.stringify(blocksOf(report))).not.toContain(SECRET);
});

it('needs nothing from anywhere, in light and in dark', () => {
  const page = pageOf(reportOf(tally => tally.add(aPast({ id: 'req_1' }), people)));
  expect(page).toContain("default-src 'none'");
  expect(page).not.toMatch(/https?:|src=|@import|url\(/);
  expect(page).toContain('prefers-color-scheme: dark');
  expect(page.match(/<svg /g)).toHaveLength(2);
  expect(page).not.toMatch(/NaN|Infinity|\[object/);
});

it('of nothing says so, without drawings of nothing', () => {
  const page = pageOf(reportOf(tally => tally.skip({ kind: 'skip', why: 'no_question' })));
  expect(page).toContain('Nothing could be replayed');
  expect(page).toContain('1 not replayable: recorded by a version that did not keep the question');
  expect(page).not.toContain('<svg');
  expect(page).not.toMatch(/NaN|Infinity/);
});

it('stays finite however many kinds of difference there are: the rest is one number', () => {
  const report = reportOf(tally => {
    for (let i = 0; i < 700; i++)
      tally.add(aPast({ input: { ...aPast().input, action: `action-${i}` } as PastDecision['input'] }), people);
  });
  expect(report.behind).toHaveLength(500);
  expect(report.unlisted).toBe(200);
  expect(report.differences.tightened).toMatchObject({ count: 700, examples: ['req_1'] });
});

it('puts each submission into the week of its Monday', () => {
  const report = reportOf(tally => {
    for (const day of ['2026-11-22', '2026-11-23', '2026-11-29'])
      tally.add(aPast({ at: `${day}T23:59:59.000Z` }), people);
  });
  expect(report.weeks).toEqual([
    { week: '2026-11-16', requests: 1, recorded: 0, candidate: 1 },
    { week: '2026-11-23', requests: 2, recorded: 0, candidate: 2 },
  ]);
});

it('html escapes what is put in, once', () => {
  const inner = html`<b>${'a & b'}</b>`;
  expect(html`<p title="${`"'`}">${inner}${undefined}${[1, inner]}</p>`.text).toBe(
    '<p title="&quot;&#39;"><b>a &amp; b</b>1<b>a &amp; b</b></p>',
  );
});

it('a sample is fair and bounded', () => {
  let turn = 0;
  const { sample, offer } = reservoir<number>(3, undefined, () => [0.9, 0.1, 0.5][turn++ % 3] as number);
  for (let i = 0; i < 6; i++) offer(i);
  expect(sample).toEqual([4, 1, 2]);
});
