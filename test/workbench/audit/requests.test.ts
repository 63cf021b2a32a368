// Lists and exports of the audit, over a past of the real steps: who approved what, and what other programs are given.
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { connectOpa } from '../../../src/adapters/opa/connect.ts';
import type { StoredEntry } from '../../../src/domain/audit/chain.ts';
import { isBehind } from '../../../src/domain/log/position.ts';
import type { AuditLine } from '../../../src/flow/ports.ts';
import { exported, heading } from '../../../src/workbench/audit/exported.ts';
import { linesIn } from '../../../src/workbench/audit/period.ts';
import { type RequestFilter, requestsIn } from '../../../src/workbench/audit/requests.ts';
import { gathered, past } from '../../support/history.ts';
import { opaUrl } from '../../support/services.ts';

let lines: readonly AuditLine[];
beforeAll(async () => {
  const policy = connectOpa({ url: opaUrl(), decisionPath: 'approvals/main/decision', timeoutMs: 20_000 });
  const entries = await gathered(past({ policy, requests: 150 })).finally(() => policy.close());
  lines = entries
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .map((entry, i) => ({ position: `${Date.parse(entry.at)}-${i}`, entry: entry as unknown as StoredEntry }));
}, 60_000);

const log = {
  async *lines(after?: string) {
    for (const line of lines) if (after === undefined || isBehind(line.position, after)) yield line;
  },
};
const list = (filter: RequestFilter) => gathered(requestsIn(log.lines(), filter));

it('lists everything that ended once, by when it ended, with whose answers counted', async () => {
  const all = await list({});
  expect(new Set(all.map(({ request }) => request)).size).toBe(150);
  expect(all.map(({ resolved_at }) => resolved_at)).toEqual(all.map(({ resolved_at }) => resolved_at).toSorted());
  const byPeople = all.filter(({ status, resolved_by }) => status === 'approved' && resolved_by === 'people');
  expect(byPeople.length).toBeGreaterThan(5);
  for (const line of byPeople) expect(line.approved_by).not.toEqual([]);
});

it('says who approved what in a month, and pages without losing or repeating one', async () => {
  const period = { sinceMs: Date.parse('2026-10-01T00:00:00Z'), untilMs: Date.parse('2026-11-01T00:00:00Z') };
  const found = await list({ ...period, who: 'carol', outcome: 'approved' });
  expect(found.length).toBeGreaterThan(0);
  for (const line of found) {
    expect(line.resolved_at?.slice(0, 7)).toBe('2026-10');
    expect([...line.approved_by, ...line.denied_by]).toContain('carol');
  }
  const [first] = found;
  expect(await list({ ...period, who: 'carol', outcome: 'approved', after: first?.position ?? '' })).toEqual(
    found.slice(1),
  );
});

it('an export goes on where it ended: two halves are the whole', async () => {
  const whole = await gathered(linesIn(log, {}));
  const after = whole[200]?.position ?? '';
  expect([...whole.slice(0, 201), ...(await gathered(linesIn(log, {}, after)))]).toEqual(whole);
  expect(JSON.parse(exported(whole[0] as AuditLine, 'jsonl'))).toEqual(whole[0]);
  const sinceMs = Date.parse('2026-11-01T00:00:00Z');
  const since = await gathered(linesIn(log, { sinceMs }));
  expect(since).toEqual(whole.filter(line => 'entry' in line && Date.parse(String(line.entry.at)) >= sinceMs));
});

it('no cell of a table begins as a formula does, whatever somebody wrote, and quotes hold', () => {
  const cells = heading('csv').split(',').length;
  fc.assert(
    fc.property(fc.constantFrom('=', '+', '-', '@', '\t=', ' =', '\r'), fc.string(), (begin, rest) => {
      const fact = { v: 2, event: `${begin}${rest}`, at: `${begin}x` };
      const row = exported({ position: '1-0', fact }, 'csv');
      const found = [...row.matchAll(/"((?:[^"]|"")*)"(?:,|\r\n$)/g)].map(([, cell = '']) => cell);
      expect(found).toHaveLength(cells);
      for (const cell of found) expect(cell).not.toMatch(/^\s*[=+\-@]/);
    }),
  );
});
