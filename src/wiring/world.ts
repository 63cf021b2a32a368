// The world that every role shares: connections, memory, policy, people, and who is told what happens.
import { type CallbackAdapter, connectCallbacks } from '../adapters/callback/connect.ts';
import { openDirectory } from '../adapters/directory/directory.ts';
import { openEndpoint } from '../adapters/directory/endpoint.ts';
import type { LiveDirectory } from '../adapters/directory/known.ts';
import { createLog, type Log } from '../adapters/log/log.ts';
import { logObservations } from '../adapters/log/observed.ts';
import { createMetrics, type Metrics } from '../adapters/metrics/metrics.ts';
import type { OpaPolicy } from '../adapters/opa/connect.ts';
import { connectPolicy } from '../adapters/opa/shadow.ts';
import { sharedOut } from '../adapters/opa/share.ts';
import { connectRedis, type RedisConnections } from '../adapters/redis/connect.ts';
import { openDirectoryCopy } from '../adapters/redis/directory-copy.ts';
import { checkRedis, guardRedis } from '../adapters/redis/guard.ts';
import { type Keys, openKeys } from '../adapters/redis/keys.ts';
import { openLinks } from '../adapters/redis/links.ts';
import { type SealingWatcher, watchSealing } from '../adapters/redis/sealing.ts';
import { openStanding } from '../adapters/redis/standing.ts';
import { openStore, type RedisStore } from '../adapters/redis/store.ts';
import { createAccounts, type SlackAccounts } from '../adapters/slack/accounts.ts';
import { connectSlack, type Slack } from '../adapters/slack/connect.ts';
import type { Config } from '../config.ts';
import { heldBack } from '../flow/held-back.ts';
import type { JudgeWorld } from '../flow/judge.ts';
import { witnessed, witnessedLinks } from '../flow/observed.ts';
import type { Check, Directory, LinkBook, Observe, StandingApprovals, Store, Workloads } from '../flow/ports.ts';
import type { Ending } from './ending.ts';

export type StartOptions = { readonly log?: Log };

/** What every role shares. */
export type World = {
  readonly config: Config;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly observe: Observe;
  readonly redis: RedisConnections;
  readonly memory: RedisStore;
  /** The same memory, watched: what is stored is counted and logged. */
  readonly store: Store;
  readonly keys: Keys;
  readonly standing: StandingApprovals;
  readonly policy: OpaPolicy;
  readonly directory: Directory;
  readonly workloads: Workloads;
  readonly links: LinkBook;
  readonly callbacks: CallbackAdapter;
  readonly sealing: SealingWatcher;
  /** Slack, where it is configured: the role slack shows and hears, the others only ask who somebody is. */
  readonly slack?: { readonly client: Slack; readonly accounts: SlackAccounts };
  readonly checks: (() => Promise<Check>)[];
  readonly whenTold: Ending['whenTold'];
  readonly atEnd: Ending['atEnd'];
};

/** Connects to everything and looks at the Redis before trusting it; throws where that cannot be done. */
export async function openWorld(config: Config, options: StartOptions, ending: Ending): Promise<World> {
  const { whenTold, atEnd } = ending;
  const { namespace } = config;
  const log = options.log ?? createLog({ level: config.logLevel, isPretty: process.stderr.isTTY === true });
  const metrics = createMetrics();
  const toLog = logObservations(log);
  const observe: Observe = seen => {
    metrics.observe(seen);
    toLog(seen);
  };
  const redis = connectRedis({ url: config.redis.url, observe });
  atEnd(() => redis.close());
  const { lossWindow, warnings } = await guardRedis(redis.commands, config.redis.isUnsafeAllowed);
  log.info({ where: 'redis' }, lossWindow);
  for (const warning of warnings) log.warn({ where: 'redis' }, warning);
  const memory = await openStore({
    redis: redis.commands,
    namespace,
    retentionMs: config.retentionMs,
    budgets: config.budgets,
  });
  atEnd(() => memory.close());
  const asked = connectPolicy({ ...config.opa, observe });
  const { maxLagMs: mostMs } = config.audit;
  const sealing = watchSealing({ redis: redis.commands, namespace, now: memory.now, mostMs });
  atEnd(() => sealing.stop());
  const shared = sharedOut(asked, { atOnce: config.budgets.policyAtOnce, observe });
  const policy = heldBack(shared, sealing, mostMs);
  atEnd(() => policy.close());
  const callbacks = connectCallbacks({ hosts: config.callbacks.hosts, ...withSecret(config.callbacks.secret) });
  atEnd(() => callbacks.close());
  const people = await openPeople(config, redis, observe);
  atEnd(() => people?.stop());
  return {
    config,
    log,
    metrics,
    observe,
    redis,
    memory,
    store: witnessed(memory, observe),
    standing: openStanding({ redis: redis.commands, namespace, retentionMs: config.retentionMs }),
    keys: openKeys({ redis: redis.commands, namespace, now: memory.now }),
    policy,
    directory: people ?? nobody,
    workloads: people ?? { rules: () => [] },
    links: witnessedLinks(openLinks({ redis: redis.commands, namespace }), observe),
    callbacks,
    sealing,
    ...slackOf(config, observe),
    checks: [
      () => checkRedis(redis.commands),
      () => sealing.check(),
      ...(people === undefined ? [] : [() => people.check()]),
    ],
    whenTold,
    atEnd,
  };
}

/** What Countersign leans on, each thing once. */
export async function readiness({ checks }: World): Promise<readonly Check[]> {
  const found = await Promise.all(checks.map(check => check()));
  return [...new Map(found.map(check => [check.name, check])).values()];
}

export async function openPeople(
  { people, namespace }: Pick<Config, 'people' | 'namespace'>,
  redis: RedisConnections,
  observe: Observe,
): Promise<LiveDirectory | undefined> {
  switch (people?.kind) {
    case undefined:
      return undefined;
    case 'file':
      return openDirectory({ path: people.path, observe });
    case 'endpoint':
      return openEndpoint({ ...people, copy: openDirectoryCopy(redis.commands, namespace), observe });
    default:
      return people satisfies never;
  }
}

export function slackOf({ slack }: Config, observe: Observe): Pick<World, 'slack'> {
  if (slack === undefined) return {};
  const client = connectSlack({ botToken: slack.botToken, apiUrl: slack.apiUrl, observe });
  return { slack: { client, accounts: createAccounts(client) } };
}

export const nobody: Directory = {
  whoIs: () => ({ kind: 'unknown' }),
  namesOf: () => [],
  ownerOf: () => undefined,
  factsOf: () => undefined,
  membersOf: () => [],
  personOf: () => ({ kind: 'unknown' }),
  personOfEmail: () => ({ kind: 'unknown' }),
  slackAccountsOf: () => [],
  hasAccount: () => false,
};

function withSecret(secret: string | undefined): { secret?: string } {
  return secret === undefined ? {} : { secret };
}

/** What a question to policy is put together of. */
export function judging({ config, policy, directory, links, standing, slack }: World): JudgeWorld {
  const { isEmailMatched } = config;
  return { policy, directory, links, standing, isEmailMatched, ...(slack && { accounts: slack.accounts }) };
}
