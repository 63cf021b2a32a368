// Rates of the three pipelines, interleaved: what disturbs the machine disturbs all of them alike.
import { openBare } from './pipelines/bare.ts';
import { openCountersign } from './pipelines/countersign.ts';
import { openNaive } from './pipelines/naive.ts';
import type { OpenPipeline, Place } from './pipelines/pipeline.ts';
import { closedLoopRate, drainRate } from './rates.ts';
import type { ByInFlight, Throughput } from './report.ts';
import { median } from './statistics.ts';

export type ThroughputPlan = {
  readonly inFlight: readonly number[];
  /** How many requests are drained, by how many are in flight. */
  readonly drained: (inFlight: number) => number;
  readonly loopMs: number;
  readonly rounds: { readonly least: number; readonly most: number; readonly withinMs: number };
  readonly note: (text: string) => void;
};

type Series = 'bare' | 'naive' | 'countersign' | 'naiveLoop' | 'countersignLoop';

export async function measureThroughput(where: Omit<Place, 'inFlight'>, plan: ThroughputPlan): Promise<Throughput> {
  const seen = new Map<string, number[]>();
  const record = (series: Series, inFlight: number, rate: number) => {
    const key = `${series} ${inFlight}`;
    seen.set(key, [...(seen.get(key) ?? []), rate]);
  };
  const { least, most, withinMs } = plan.rounds;
  const endAt = performance.now() + withinMs;
  let rounds = 0;
  while (rounds < least || (rounds < most && performance.now() < endAt)) {
    for (const inFlight of plan.inFlight) await oneTurn({ ...where, inFlight }, plan, rounds, record);
    rounds += 1;
    plan.note(`${where.decisionPath}: round ${rounds}`);
  }
  const medians = (series: Series): ByInFlight =>
    Object.fromEntries(plan.inFlight.map(n => [n, median(seen.get(`${series} ${n}`) ?? [])]));
  return {
    bare: medians('bare'),
    naive: medians('naive'),
    countersign: medians('countersign'),
    naiveLoop: medians('naiveLoop'),
    countersignLoop: medians('countersignLoop'),
    rounds,
  };
}

const contestants: readonly { name: 'naive' | 'countersign'; loop: Series; open: OpenPipeline }[] = [
  { name: 'naive', loop: 'naiveLoop', open: openNaive },
  { name: 'countersign', loop: 'countersignLoop', open: openCountersign },
];

/** Each pipeline is open only while it is measured: an idle worker polls, too. Who begins alternates. */
async function oneTurn(
  place: Place,
  plan: ThroughputPlan,
  round: number,
  record: (series: Series, inFlight: number, rate: number) => void,
): Promise<void> {
  const { inFlight } = place;
  const count = plan.drained(inFlight);
  const bare = await openBare(place);
  record('bare', inFlight, await drainRate(bare, count));
  await bare.close();
  for (const { name, loop, open } of round % 2 === 0 ? contestants : contestants.toReversed()) {
    const pipeline = await open(place);
    await drainRate(pipeline, Math.ceil(count / 10)); // warm: code compiled, connections made
    record(name, inFlight, await drainRate(pipeline, count));
    record(loop, inFlight, await closedLoopRate(pipeline, inFlight, plan.loopMs));
    await pipeline.close();
  }
}
