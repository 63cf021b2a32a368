// How long people and services wait: submit → told beside the naive pipeline at low load, and click → told while
// a thousand requests are pending.
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isApproved } from '../../src/client/index.ts';
import { connectQueue } from '../../src/client/queue.ts';
import { acme, buttonsOf, type Message, openWorkspace, type Workspace } from '../../src/local/slack/workspace.ts';
import { install, openCountersign } from './pipelines/countersign.ts';
import { openNaive } from './pipelines/naive.ts';
import type { Place } from './pipelines/pipeline.ts';
import type { Quantiles, Results } from './report.ts';
import { quantile } from './statistics.ts';

export type LatencyPlan = {
  readonly samples: number;
  readonly pending: number;
  readonly clicks: number;
  readonly note: (text: string) => void;
};

const CONCURRENCY = 16;
const BETWEEN_MS = 5;
const PEOPLE = resolve(import.meta.dirname, '../../src/local/demo/people.yaml');
/** The default policy, with the channel that the request names: see there. */
const DECISION_BY_CHANNEL = 'bench/decision';
/** Slack takes a few messages at once in each channel, then one a second; Countersign never sends more. */
const CARDS_IN_A_CHANNEL = 3;
/** Cards are posted while the clock runs for nobody; a crowded machine may take its time. */
const POSTED_WITHIN_MS = 120_000;

export async function measureLatency(where: Omit<Place, 'inFlight'>, plan: LatencyPlan): Promise<Results['latencyMs']> {
  const place = { ...where, inFlight: CONCURRENCY };
  const { naive, submitTold } = await measureSubmit(place, plan);
  plan.note('submit → told measured');
  const clickTold = await measureClicks(place, plan);
  plan.note('click → told measured');
  return { naive, submitTold, clickTold, pending: plan.pending };
}

/** One request at a time, taking turns. */
async function measureSubmit(place: Place, { samples }: LatencyPlan) {
  const pipelines = { naive: await openNaive(place), submitTold: await openCountersign(place) };
  const seen = { naive: [] as number[], submitTold: [] as number[] };
  for (const { resume } of Object.values(pipelines)) await resume();
  for (let n = 0; n < samples * 1.1; n++) {
    for (const name of ['naive', 'submitTold'] as const) {
      const startedAt = performance.now();
      await pipelines[name].ask?.();
      if (n >= samples * 0.1) seen[name].push(performance.now() - startedAt); // the first ones only warm up
      await pause(BETWEEN_MS);
    }
  }
  for (const { close } of Object.values(pipelines)) await close();
  return { naive: quantiles(seen.naive), submitTold: quantiles(seen.submitTold) };
}

async function measureClicks(place: Place, { pending, clicks }: LatencyPlan): Promise<Quantiles> {
  const channels = Array.from({ length: Math.ceil(pending / CARDS_IN_A_CHANNEL) }, (_, n) => `C0BENCH${n}`);
  const workspace = await openWorkspace({ rateLimits: false, seed: withChannels(channels) });
  const { namespace, key, stop } = await install({ ...place, decisionPath: DECISION_BY_CHANNEL }, ['worker', 'slack'], {
    SLACK_MODE: 'socket',
    SLACK_API_URL: workspace.apiUrl,
    SLACK_BOT_TOKEN: workspace.botToken,
    SLACK_APP_TOKEN: workspace.appToken,
    APPROVALS_CHANNEL: 'C0APPROVALS',
    COUNTERSIGN_PEOPLE: PEOPLE,
  });
  const sdk = connectQueue({ redisUrl: place.redisUrl, namespace, key });
  const seen: number[] = [];
  try {
    const ids: string[] = [];
    for (let n = 0; n < pending; n += CONCURRENCY) {
      const some = Array.from({ length: Math.min(CONCURRENCY, pending - n) }, (_, i) => n + i);
      const sent = some.map(k => sdk.submit(deployment(k, channels[k % channels.length] ?? '')));
      ids.push(...(await Promise.all(sent)).map(({ id }) => id));
    }
    const cards = await postedCards(workspace, channels, pending);
    // Spread over all that is pending, and never the same request twice.
    const step = Math.max(1, Math.floor(pending / (clicks * 1.1)));
    for (let n = 0; n < clicks * 1.1 && n * step < pending; n++) {
      const id = ids[n * step] ?? '';
      const card = cards.get(id);
      if (card === undefined) throw new Error(`${id} has no card`);
      const told = sdk.wait(id, { timeoutMs: 30_000 });
      await pause(BETWEEN_MS); // the waiter is waiting
      const startedAt = performance.now();
      const delivered = workspace.as('bob').click(card, 'approve');
      const answer = await told;
      if (n >= clicks * 0.1) seen.push(performance.now() - startedAt);
      await delivered;
      if (!isApproved(answer)) throw new Error(`${id} ended ${answer.status} instead of approved`);
    }
    return quantiles(seen);
  } finally {
    await sdk.close();
    await stop();
    await workspace.close();
  }
}

function deployment(n: number, channel: string) {
  return {
    action: 'deploy',
    user: { id: 'alice', role: 'release-engineer' },
    resource: { type: 'service', id: `payments-${n}`, environment: 'prod' },
    params: { version: '4.12.0', channel },
    reason: 'a fix that customers wait for',
  };
}

function withChannels(ids: readonly string[]) {
  const members = ['U0ALICE', 'U0BOB', 'U0BOT'];
  return { ...acme, channels: [...acme.channels, ...ids.map(id => ({ id, name: id.toLowerCase(), members }))] };
}

/** The cards by request, once all of them are there. */
async function postedCards(
  workspace: Workspace,
  channels: readonly string[],
  count: number,
): Promise<Map<string, Message>> {
  const hasAll = () => workspace.calls.filter(({ method, ok }) => method === 'chat.postMessage' && ok).length >= count;
  await workspace.until(`${count} cards`, hasAll, POSTED_WITHIN_MS);
  return new Map(
    channels.flatMap(channel =>
      workspace.history(channel).map(message => {
        const { value = '' } = buttonsOf(message).find(({ action_id }) => action_id === 'approve') ?? {};
        return [value.split('.')[0] ?? '', message] as const;
      }),
    ),
  );
}

function quantiles(values: readonly number[]): Quantiles {
  return { p50: quantile(values, 0.5), p99: quantile(values, 0.99) };
}
