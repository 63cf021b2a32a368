// npm run bench: what Countersign costs beside a pipeline that stores nothing and tells nobody.
//   --neighbours   instead: what one service gets while another asks for too much, with limits; ends with 1 where one is broken
//   --json   one JSON object on the last line   --quick   a smoke run, too short to compare anything
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type OpaService, type RedisService, startOpa, startRedis } from '../../src/local/setup/services.ts';
import { measureLatency } from './latency.ts';
import { measureNeighbours, neighboursTable } from './neighbours.ts';
import { policyCostUs } from './policy-cost.ts';
import { type Results, toJson, toTable } from './report.ts';
import { measureThroughput, type ThroughputPlan } from './throughput.ts';

const POLICIES = resolve(import.meta.dirname, '../../policies');
const CHANNELS = resolve(import.meta.dirname, 'channels');
const SEED_RULE = 'approvals/allow';
const DEFAULT_POLICY = 'approvals/main/decision';
const IN_FLIGHT = [1, 16, 64];

const { values: args } = parseArgs({
  options: { json: { type: 'boolean' }, quick: { type: 'boolean' }, neighbours: { type: 'boolean' } },
});
const isQuick = args.quick === true;

const note = (text: string) =>
  void process.stderr.write(`${(performance.now() / 1_000).toFixed(0).padStart(4)} s  ${text}\n`);

const plan: ThroughputPlan = {
  inFlight: IN_FLIGHT,
  drained: inFlight => (isQuick ? 20 : inFlight === 1 ? 150 : 400),
  warmUp: isQuick ? 20 : 2_500,
  loopMs: isQuick ? 50 : 300,
  turns: isQuick ? { least: 1, most: 1, withinMs: 0 } : { least: 3, most: 15, withinMs: 18_000 },
  note,
};

const latencyPlan = isQuick
  ? { samples: 10, pending: 20, clicks: 5, note }
  : { samples: 300, pending: 1_000, clicks: 100, note };

async function measure(redis: RedisService, opa: OpaService): Promise<Results> {
  const where = { redisUrl: redis.url, opaUrl: opa.url };
  const seedRule = await measureThroughput({ ...where, decisionPath: SEED_RULE }, plan);
  const defaultPolicy = await measureThroughput({ ...where, decisionPath: DEFAULT_POLICY }, plan);
  const latencyMs = await measureLatency({ ...where, decisionPath: DEFAULT_POLICY }, latencyPlan);
  const policyUs = await policyCostUs(POLICIES, DEFAULT_POLICY);
  return { seedRule, defaultPolicy, latencyMs, policyUs };
}

if (args.neighbours === true) await neighbours();
else await cost();

async function neighbours(): Promise<void> {
  const opa = await startOpa({ policies: [POLICIES] });
  try {
    const rows = await measureNeighbours(opa.url, note);
    process.stdout.write(args.json === true ? `${JSON.stringify({ neighbours: rows })}\n` : neighboursTable(rows));
    if (!rows.every(({ holds }) => holds)) process.exitCode = 1;
  } finally {
    await opa.stop();
  }
}

async function cost(): Promise<void> {
  const [redis, opa] = await Promise.all([startRedis(), startOpa({ policies: [POLICIES, CHANNELS] })]);
  try {
    const results = await measure(redis, opa);
    process.stdout.write(args.json === true ? `${toJson(results)}\n` : toTable(results));
  } finally {
    await Promise.all([redis.stop(), opa.stop()]);
  }
}
