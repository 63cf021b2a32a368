// Wires everything: the one file that may know every room. Builds the world, starts the roles, ends them in reverse.
import { randomUUID } from 'node:crypto';
import { startEffects } from './adapters/bullmq/effects.ts';
import { startIntake } from './adapters/bullmq/intake.ts';
import { startRelay } from './adapters/bullmq/relay.ts';
import { type CallbackAdapter, connectCallbacks } from './adapters/callback/connect.ts';
import { openDirectory } from './adapters/directory/directory.ts';
import { startHttp } from './adapters/http/start.ts';
import { createLog, type Log } from './adapters/log/log.ts';
import { logObservations } from './adapters/log/observed.ts';
import { createMetrics, type Metrics } from './adapters/metrics/metrics.ts';
import { connectOpa, type OpaPolicy } from './adapters/opa/connect.ts';
import { startWaiting } from './adapters/redis/changes.ts';
import { connectRedis, type RedisConnections } from './adapters/redis/connect.ts';
import { checkRedis, guardRedis } from './adapters/redis/guard.ts';
import { type Keys, openKeys } from './adapters/redis/keys.ts';
import { keyspace } from './adapters/redis/keyspace.ts';
import { openStore, type RedisStore } from './adapters/redis/store.ts';
import { startSweeper } from './adapters/redis/sweeper.ts';
import { createAccounts } from './adapters/slack/accounts.ts';
import { openInbound } from './adapters/slack/bolt.ts';
import { connectSlack } from './adapters/slack/connect.ts';
import { createMessenger } from './adapters/slack/messenger.ts';
import type { Config, Role } from './config.ts';
import type { EffectRef } from './domain/effect.ts';
import { Failure } from './domain/failure.ts';
import { decide } from './flow/decide.ts';
import { showCard } from './flow/escalate.ts';
import { callback, directMessage, notice, writeLine } from './flow/notify.ts';
import type { Accounts, Check, Directory, Messenger, Observe, Store } from './flow/ports.ts';
import { cancel, castVote, expire } from './flow/resolve.ts';
import { submit } from './flow/submit.ts';
import { witnessed } from './flow/witness.ts';

export type Countersign = {
  /** Where the API listens, in a process with the role `api`. */
  readonly api?: { readonly url: string };
  /** What Countersign leans on, and whether it is there. */
  readiness(): Promise<readonly Check[]>;
  /** Takes nothing new, ends what was begun, closes everything. */
  stop(): Promise<void>;
};

export type StartOptions = { readonly log?: Log };

/** What every role shares. */
type World = {
  readonly config: Config;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly observe: Observe;
  readonly redis: RedisConnections;
  readonly memory: RedisStore;
  /** The same memory, watched: what is stored is counted and logged. */
  readonly store: Store;
  readonly keys: Keys;
  readonly policy: OpaPolicy;
  readonly directory: Directory;
  readonly callbacks: CallbackAdapter;
  readonly checks: (() => Promise<Check>)[];
  /** Registers what must happen at the end; the newest goes first. */
  readonly atEnd: (close: () => unknown) => void;
};

/** Starts the roles of the configuration. Whatever fails on the way ends what was started before, and is thrown. */
export async function startCountersign(config: Config, options: StartOptions = {}): Promise<Countersign> {
  await using begun = new AsyncDisposableStack();
  const world = await openWorld(config, options, close => begun.defer(async () => void (await close())));
  const start: { readonly [role in Role]: (world: World) => Promise<unknown> } = {
    worker: startWorkerRole,
    slack: startSlackRole,
    api: async () => undefined, // last: it announces readiness
  };
  for (const role of config.roles) await start[role](world);
  const api = config.roles.includes('api') ? await startApiRole(world) : undefined;
  const all = begun.move();
  return {
    ...(api === undefined ? {} : { api }),
    readiness: () => readiness(world),
    stop: () => all.disposeAsync(),
  };
}

async function openWorld(config: Config, options: StartOptions, atEnd: World['atEnd']): Promise<World> {
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
  const memory = await openStore({ redis: redis.commands, namespace, retentionMs: config.retentionMs });
  atEnd(() => memory.close());
  const policy = connectOpa({ ...config.opa, observe });
  atEnd(() => policy.close());
  const callbacks = connectCallbacks({ hosts: config.callbacks.hosts, ...withSecret(config.callbacks.secret) });
  atEnd(() => callbacks.close());
  const people =
    config.peopleFile === undefined ? undefined : await openDirectory({ path: config.peopleFile, observe });
  atEnd(() => people?.stop());
  return {
    config,
    log,
    metrics,
    observe,
    redis,
    memory,
    store: witnessed(memory, observe),
    keys: openKeys({ redis: redis.commands, namespace, now: memory.now }),
    policy,
    directory: people ?? nobody,
    callbacks,
    checks: [() => checkRedis(redis.commands)],
    atEnd,
  };
}

/** Takes in what is queued, asks policy, and watches the clock. */
async function startWorkerRole(world: World): Promise<void> {
  const { config, observe, redis, memory, store, keys, policy, directory, callbacks, checks, atEnd } = world;
  const { namespace, defaultExpiresInMs: defaultExpiryMs } = config;
  checks.push(() => policy.health());
  const submitWorld = { store, directory, observe, policy, randomKey: randomUUID, defaultExpiryMs };
  const effects = startEffects({
    connection: redis.forQueues('effects'),
    namespace,
    lanes: ['decisions', 'callbacks'],
    observe,
    perform: ref => {
      switch (ref.effect.kind) {
        case 'decide':
          return decide({ store, policy }, ref.id);
        case 'callback':
          return callback({ store, callbacks }, ref);
        default:
          throw misdirected(ref);
      }
    },
  });
  atEnd(() => effects.stop());
  const relay = startRelay({
    namespace,
    blocking: redis.forBlocking('relay'),
    connection: redis.forQueues('relay'),
    outbox: keyspace(namespace).outbox,
    observe,
  });
  atEnd(() => relay.stop());
  const sweeper = startSweeper({ store: memory, expire: id => expire({ store }, id), observe });
  atEnd(() => sweeper.stop());
  const intake = startIntake({
    connection: redis.forQueues('intake'),
    namespace,
    publicKey: keys.publicKey,
    admit: call => submit(submitWorld, call),
    note: fact => store.note(fact),
    now: memory.now,
    observe,
    concurrency: config.workerConcurrency,
  });
  atEnd(() => intake.stop());
}

/** Shows requests in Slack and hears the clicks. */
async function startSlackRole(world: World): Promise<void> {
  const { config, observe, redis, memory, store, policy, directory, checks, atEnd } = world;
  const { slack: settings, approvalsChannel } = config;
  if (settings === undefined || approvalsChannel === undefined) throw unconfigured();
  const slack = connectSlack({ botToken: settings.botToken, apiUrl: settings.apiUrl, observe });
  const accounts = createAccounts(slack);
  const messenger = createMessenger({ slack, directory, observe });
  const { namespace } = config;
  const effects = startEffects({
    connection: redis.forQueues('messages'),
    namespace,
    lanes: ['messages'],
    observe,
    perform: ref => show({ store, messenger, directory, approvalsChannel }, ref),
  });
  atEnd(() => effects.stop());
  const resolveWorld = { store, policy, directory, accounts: accounts satisfies Accounts };
  const inbound = openInbound(
    {
      slack,
      directory,
      accounts,
      messenger,
      observe,
      castVote: ballot => castVote(resolveWorld, ballot),
      find: id => store.read(id),
      note: fact => store.note(fact),
      now: memory.now,
    },
    settings,
  );
  atEnd(() => inbound.stop());
  await inbound.start();
  checks.push(
    () => inbound.check(),
    () => policy.health(),
  );
}

type ShowWorld = { store: Store; messenger: Messenger; directory: Directory; approvalsChannel: string };

function show(world: ShowWorld, ref: EffectRef): Promise<void> {
  const { effect } = ref;
  switch (effect.kind) {
    case 'card':
      return showCard(world, ref);
    case 'vote_line': {
      const { vote, progress } = effect;
      return writeLine(world, ref, { kind: 'vote', vote, ...(progress === undefined ? {} : { progress }) });
    }
    case 'outcome_line':
      return writeLine(world, ref, { kind: 'outcome' });
    case 'direct_message':
      return directMessage(world, ref);
    case 'notice':
      return notice(world, ref, effect.channel);
    default:
      throw misdirected(ref);
  }
}

/** Answers services: takes requests, lets them wait, tells how it stands. */
async function startApiRole(world: World): Promise<{ readonly url: string }> {
  const { config, log, metrics, observe, redis, memory, store, keys, directory, callbacks, atEnd } = world;
  const { namespace, defaultExpiresInMs: defaultExpiryMs } = config;
  const blocking = redis.forBlocking('changes');
  const waiting = startWaiting({ read: id => store.read(id), redis: redis.commands, blocking, namespace, observe });
  atEnd(() => waiting.stop());
  const submitWorld = { store, directory, observe, randomKey: randomUUID, defaultExpiryMs };
  const http = await startHttp(
    {
      submit: ({ service, ...call }) => submit(submitWorld, { service: { id: service, auth: 'api_key' }, ...call }),
      read: id => store.read(id),
      wait: waiting.until,
      cancel: (id, service) => cancel({ store }, { id, service }),
      list: store.list,
      authenticate: keys.serviceOf,
      readiness: () => readiness(world),
      metrics: metrics.text,
      isCallbackAllowed: callbacks.isCallbackAllowed,
      log,
    },
    config.api,
  );
  atEnd(() => http.stop());
  metrics.gauge({ name: 'outbox_length', help: 'Effects not handed over yet.', read: () => outboxLength(world) });
  metrics.gauge({
    name: 'seconds_overdue',
    help: 'How far behind the oldest deadline is.',
    read: () => overdueS(memory),
  });
  return { url: http.url };
}

async function readiness({ checks }: World): Promise<readonly Check[]> {
  const found = await Promise.all(checks.map(check => check()));
  return [...new Map(found.map(check => [check.name, check])).values()];
}

function outboxLength({ redis, config }: World): Promise<number> {
  return redis.commands.xlen(keyspace(config.namespace).outbox);
}

async function overdueS(memory: RedisStore): Promise<number> {
  const next = await memory.nextDeadlineAt();
  return next === undefined ? 0 : Math.max(0, (memory.now() - next) / 1_000);
}

const nobody: Directory = {
  ownerOf: () => undefined,
  personOf: () => ({ kind: 'unknown' }),
  slackAccountsOf: () => [],
};

function withSecret(secret: string | undefined): { secret?: string } {
  return secret === undefined ? {} : { secret };
}

function misdirected({ effect }: EffectRef): Failure {
  const message = `No handler here performs the effect "${effect.kind}". Run the same version in every process.`;
  return new Failure('unknown_effect', message, { isTransient: false });
}

function unconfigured(): Failure {
  const message = 'The role slack needs SLACK_BOT_TOKEN and APPROVALS_CHANNEL. Set them; see .env.example.';
  return new Failure('slack_unconfigured', message, { isTransient: false });
}
