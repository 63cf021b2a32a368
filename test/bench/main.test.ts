// The benchmark itself: a smoke run of everything it measures, so that it does not rot, and its arithmetic.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { median, quantile } from './statistics.ts';

const byInFlight = { '1': expect.any(Number), '16': expect.any(Number), '64': expect.any(Number) };
const throughput = {
  ...{ naive: byInFlight, countersign: byInFlight, ratio: byInFlight, closed_loop_ratio: byInFlight },
  ...{ batched_ratio: byInFlight, batched_closed_loop_ratio: byInFlight },
  ...{ fair_ratio: byInFlight, fair_closed_loop_ratio: byInFlight },
};
const quantiles = { p50: expect.any(Number), p99: expect.any(Number) };

describe('npm run bench', () => {
  it('measures everything and prints one JSON object on its last line', { timeout: 120_000 }, async () => {
    const bench = spawn(process.execPath, [resolve(import.meta.dirname, 'main.ts'), '--quick', '--json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [out, complaints, [code]] = await Promise.all([text(bench.stdout), text(bench.stderr), once(bench, 'close')]);
    expect(code, complaints).toBe(0);
    const result: unknown = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '');
    expect(result).toEqual({
      seed_rule: throughput,
      default_policy: throughput,
      latency_ms: { naive: quantiles, submit_told: quantiles, click_told: quantiles },
      policy_us: expect.any(Number),
    });
    expect(JSON.stringify(result)).not.toContain('null'); // what NaN becomes
  });
});

describe('statistics', () => {
  it.each([
    [[3], 3],
    [[1, 3], 2],
    [[9, 1, 5], 5],
    [[4, 1, 3, 2], 2.5],
  ])('the median of %j is %d', (values, expected) => expect(median(values)).toBe(expected));

  it.each([
    [0.5, 50],
    [0.99, 99],
    [1, 100],
  ])('the quantile %d of 1…100 is %d', (q, expected) => {
    expect(
      quantile(
        Array.from({ length: 100 }, (_, i) => 100 - i),
        q,
      ),
    ).toBe(expected);
  });
});
