// Rates of the pipelines, measured in short turns one after the other: what disturbs the machine disturbs all alike.
import { openBare } from './pipelines/bare.ts';
import { openCountersign } from './pipelines/countersign.ts';
import { openBatched, openFair, openNaive } from './pipelines/naive.ts';
import type { Pipeline, Place } from './pipelines/pipeline.ts';
import { closedLoopRate, drainRate } from './rates.ts';
import type { ByInFlight, Throughput } from './report.ts';
import { median } from './statistics.ts';

export type ThroughputPlan = {
  readonly inFlight: readonly number[];
  /** How many requests are drained in a turn, by how many are in flight. */
  readonly drained: (inFlight: number) => number;
  readonly loopMs: number;
  /** Requests that each pipeline has worked off before anything is measured: compiled code is compared with compiled code. */
  readonly warmUp: number;
  /** For each number in flight: at least so many turns, then more while there is time; warming up counts. */
  readonly turns: { readonly least: number; readonly most: number; readonly withinMs: number };
  readonly note: (text: string) => void;
};

type Turn = {
  readonly bare: number;
  readonly naive: number;
  readonly naiveLoop: number;
  readonly countersign: number;
  readonly batched: number;
  readonly batchedLoop: number;
  readonly fair: number;
  readonly fairLoop: number;
  readonly countersignLoop: number;
};

export async function measureThroughput(where: Omit<Place, 'inFlight'>, plan: ThroughputPlan): Promise<Throughput> {
  for (const open of [openBare, openNaive, openBatched, openFair, openCountersign]) {
    const pipeline = await open({ ...where, inFlight: 16 });
    await drainRate(pipeline, plan.warmUp);
    await pipeline.close();
  }
  const seen = new Map<number, readonly Turn[]>();
  for (const inFlight of plan.inFlight) {
    seen.set(inFlight, await takeTurns({ ...where, inFlight }, plan));
    plan.note(`${where.decisionPath}, ${inFlight} in flight: ${seen.get(inFlight)?.length} turns`);
  }
  const medians = (of: (turn: Turn) => number): ByInFlight =>
    Object.fromEntries(plan.inFlight.map(n => [n, median((seen.get(n) ?? []).map(of))]));
  return {
    bare: medians(turn => turn.bare),
    naive: medians(turn => turn.naive),
    naiveLoop: medians(turn => turn.naiveLoop),
    countersign: medians(turn => turn.countersign),
    countersignLoop: medians(turn => turn.countersignLoop),
    // Of each turn by itself, so that a minute in which the machine was busy elsewhere counts for neither side.
    ratio: medians(turn => turn.countersign / turn.naive),
    loopRatio: medians(turn => turn.countersignLoop / turn.naiveLoop),
    batchedRatio: medians(turn => turn.countersign / turn.batched),
    batchedLoopRatio: medians(turn => turn.countersignLoop / turn.batchedLoop),
    fairRatio: medians(turn => turn.countersign / turn.fair),
    fairLoopRatio: medians(turn => turn.countersignLoop / turn.fairLoop),
    turns: Math.min(...[...seen.values()].map(turns => turns.length)),
  };
}

async function takeTurns(place: Place, plan: ThroughputPlan): Promise<readonly Turn[]> {
  const { inFlight } = place;
  const count = plan.drained(inFlight);
  const { least, most, withinMs } = plan.turns;
  const endAt = performance.now() + withinMs;
  const bare = await openBare(place);
  const naive = await openNaive(place);
  const batched = await openBatched(place);
  const fair = await openFair(place);
  const countersign = await openCountersign(place);
  const looped = [naive, batched, fair, countersign];
  const both = async (pipeline: Pipeline) => ({
    drained: await drainRate(pipeline, count),
    looped: await closedLoopRate(pipeline, inFlight, plan.loopMs),
  });
  try {
    for (const pipeline of [bare, ...looped]) await drainRate(pipeline, count); // connections made
    for (const pipeline of looped) await closedLoopRate(pipeline, inFlight, plan.loopMs);
    const turns: Turn[] = [];
    while (turns.length < least || (turns.length < most && performance.now() < endAt)) {
      const rates = new Map<Pipeline, Awaited<ReturnType<typeof both>>>();
      const isForwards = turns.length % 2 === 0;
      for (const pipeline of isForwards ? looped : looped.toReversed()) rates.set(pipeline, await both(pipeline));
      const of = (pipeline: Pipeline) => rates.get(pipeline) ?? { drained: Number.NaN, looped: Number.NaN };
      turns.push({
        bare: await drainRate(bare, count),
        naive: of(naive).drained,
        naiveLoop: of(naive).looped,
        batched: of(batched).drained,
        batchedLoop: of(batched).looped,
        fair: of(fair).drained,
        fairLoop: of(fair).looped,
        countersign: of(countersign).drained,
        countersignLoop: of(countersign).looped,
      });
    }
    return turns;
  } finally {
    for (const pipeline of [...looped, bare]) await pipeline.close();
  }
}
