// The results, as a table for people or one JSON object for scripts.

export type ByInFlight = { readonly [inFlight: string]: number };

/** Requests a second and ratios, medians over the turns. */
export type Throughput = {
  readonly bare: ByInFlight;
  readonly naive: ByInFlight;
  readonly countersign: ByInFlight;
  readonly naiveLoop: ByInFlight;
  readonly countersignLoop: ByInFlight;
  readonly ratio: ByInFlight;
  readonly loopRatio: ByInFlight;
  readonly batchedRatio: ByInFlight;
  readonly batchedLoopRatio: ByInFlight;
  readonly fairRatio: ByInFlight;
  readonly fairLoopRatio: ByInFlight;
  readonly turns: number;
};

export type Quantiles = { readonly p50: number; readonly p99: number };

export type Results = {
  readonly seedRule: Throughput;
  readonly defaultPolicy: Throughput;
  readonly latencyMs: {
    readonly naive: Quantiles;
    readonly submitTold: Quantiles;
    readonly clickTold: Quantiles;
    readonly pending: number;
  };
  readonly policyUs: number;
};

export function toJson({ seedRule, defaultPolicy, latencyMs, policyUs }: Results): string {
  return JSON.stringify({
    seed_rule: throughputJson(seedRule),
    default_policy: throughputJson(defaultPolicy),
    latency_ms: {
      naive: each(latencyMs.naive, ms => round(ms, 2)),
      submit_told: each(latencyMs.submitTold, ms => round(ms, 2)),
      click_told: each(latencyMs.clickTold, ms => round(ms, 2)),
    },
    policy_us: round(policyUs, 1),
  });
}

function throughputJson(throughput: Throughput) {
  return {
    naive: each(throughput.naive, rate => round(rate, 0)),
    countersign: each(throughput.countersign, rate => round(rate, 0)),
    ratio: each(throughput.ratio, value => round(value, 3)),
    closed_loop_ratio: each(throughput.loopRatio, value => round(value, 3)),
    batched_ratio: each(throughput.batchedRatio, value => round(value, 3)),
    batched_closed_loop_ratio: each(throughput.batchedLoopRatio, value => round(value, 3)),
    fair_ratio: each(throughput.fairRatio, value => round(value, 3)),
    fair_closed_loop_ratio: each(throughput.fairLoopRatio, value => round(value, 3)),
  };
}

export function toTable({ seedRule, defaultPolicy, latencyMs, policyUs }: Results): string {
  const { naive, submitTold, clickTold, pending } = latencyMs;
  const isEnough = [seedRule, defaultPolicy].every(({ turns }) => turns >= 3);
  return [
    '',
    ...throughputLines("The seed's three-line rule", seedRule),
    ...throughputLines('The default policy package', defaultPolicy),
    row('Latency at low load, ms', ['p50', 'p99']),
    row('  naive: add → end of its processor', numbers(naive, 2)),
    row('  Countersign: submit → told', numbers(submitTold, 2)),
    row(`  Countersign: click → told, ${pending} pending`, numbers(clickTold, 2)),
    '',
    row('One evaluation of the default policy', [`${policyUs.toFixed(0)} µs`]),
    '',
    'naive        a BullMQ worker that asks OPA and returns: nothing stored, nobody told (in its loop, told in-process)',
    'batched      the same, with many questions in one call of OPA and many jobs in one of BullMQ when several wait',
    'fair         the naive worker that also tells the asker, through Redis: what nobody who waits can do without',
    'Countersign  signed envelope verified, OPA asked, decision and audit stored in one commit, requester told',
    'bare         BullMQ with an empty worker: the most that this queue can do on this machine',
    'drained      a full queue is worked off · told: each submitter waits for its answer before the next request',
    `One run, one Redis (AOF everysec), one OPA; short turns side by side, medians. Compare ratios: rates are the machine's.`,
    ...(isEnough ? [] : ['Fewer than three turns fitted into the time: take these numbers as a sketch.']),
    '',
  ].join('\n');
}

function throughputLines(title: string, t: Throughput): string[] {
  return [
    row(`${title}, in flight`, Object.keys(t.naive)),
    row('  Countersign ÷ naive, drained', numbers(t.ratio, 2)),
    row('  Countersign ÷ naive, told', numbers(t.loopRatio, 2)),
    row('  Countersign ÷ batched naive, drained', numbers(t.batchedRatio, 2)),
    row('  Countersign ÷ batched naive, told', numbers(t.batchedLoopRatio, 2)),
    row('  Countersign ÷ fair naive, drained', numbers(t.fairRatio, 2)),
    row('  Countersign ÷ fair naive, told', numbers(t.fairLoopRatio, 2)),
    row('  Countersign drained, requests/s', numbers(t.countersign, 0)),
    row('  naive drained', numbers(t.naive, 0)),
    row('  bare drained', numbers(t.bare, 0)),
    row('  Countersign told, requests/s', numbers(t.countersignLoop, 0)),
    row('  naive told', numbers(t.naiveLoop, 0)),
    '',
  ];
}

function row(label: string, cells: readonly string[]): string {
  return label.padEnd(44) + cells.map(cell => cell.padStart(9)).join('');
}

function numbers(values: ByInFlight | Quantiles, digits: number): string[] {
  return Object.values(values).map(value => value.toFixed(digits));
}

function each<T extends { readonly [name: string]: number }>(values: T, change: (value: number) => number) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
