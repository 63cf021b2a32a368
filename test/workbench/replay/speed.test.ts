// Whether a candidate takes longer, and beside what that is said.
import { describe, expect, it } from 'vitest';
import type { PolicyInput } from '../../../src/domain/policy-input.ts';
import type { Policy } from '../../../src/flow/ports.ts';
import { measureSpeed, openSample } from '../../../src/workbench/replay/speed.ts';

const input = { action: 'refund' } as unknown as PolicyInput;

/** Answers at once, and says that it took so long. */
const taking = (tookMs: number): Policy => ({
  ask: async () => ({
    kind: 'answer',
    decision: { contract: 1, outcome: 'allow', reasons: [], votes: [], obligations: [] },
    policy: {},
    tookMs,
  }),
});

function sampled(times: readonly (number | undefined)[]) {
  const sample = openSample();
  for (const tookMs of times) sample.offer({ input, ...(tookMs === undefined ? {} : { tookMs }) });
  return sample;
}

describe('without --base a candidate is held against what was recorded', () => {
  it.each([
    ['slower by half and by what can be measured again', 4, true],
    ['slower by less', 2.5, false],
    ['as fast', 2, false],
  ])('%s', async (_what, tookMs, isSlower) => {
    const speed = await measureSpeed(sampled([2, 2, 2]), taking(tookMs));
    expect(speed).toEqual({
      against: 'recorded',
      candidate: { p50: tookMs, p99: tookMs, samples: 3 },
      recorded: { p50: 2, p99: 2, samples: 3 },
      isSlower,
    });
  });

  it('of the questions whose time is known, and of no others', async () => {
    const speed = await measureSpeed(sampled([undefined, 3, undefined]), taking(3));
    expect(speed).toMatchObject({ against: 'recorded', recorded: { samples: 1 }, candidate: { samples: 1 } });
  });

  it('and against nothing where none is', async () => {
    expect(await measureSpeed(sampled([undefined, undefined]), taking(900))).toEqual({
      candidate: { p50: 900, p99: 900, samples: 2 },
      isSlower: false,
    });
  });
});

it('with --base the base is asked, whatever was recorded', async () => {
  const speed = await measureSpeed(sampled([1, undefined]), taking(4), taking(2));
  expect(speed).toMatchObject({ against: 'base', base: { p50: 2, samples: 2 }, isSlower: true });
  expect(speed.recorded).toBeUndefined();
});
