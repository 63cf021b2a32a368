// The role worker: takes in what is queued, asks policy, delivers callbacks, and watches the clock.
import { startEffects } from '../adapters/bullmq/effects.ts';
import { startIntakes } from '../adapters/bullmq/intakes.ts';
import { startRelay } from '../adapters/bullmq/relay.ts';
import { watchBundles } from '../adapters/opa/bundles.ts';
import { refuser } from '../adapters/redis/answers.ts';
import { keyspace } from '../adapters/redis/keyspace.ts';
import { startSweeper } from '../adapters/redis/sweeper.ts';
import { laneOf, performer } from '../flow/effects.ts';
import { wake } from '../flow/wake.ts';
import { doorOf } from './door.ts';
import { lanesOf } from './lanes.ts';
import { judging, type World } from './world.ts';

export async function startWorkerRole(world: World): Promise<void> {
  const { config, metrics, observe, redis, memory, store } = world;
  const { keys, policy, callbacks, checks, whenTold, atEnd } = world;
  const { namespace } = config;
  checks.push(() => policy.health());
  const bundles = watchBundles({ ...config.opa, observe });
  atEnd(() => bundles.stop());
  metrics.gauge({
    name: 'opa_bundles_refused',
    help: 'Policies that OPA could not load; those before are in force.',
    read: async () => bundles.refused(),
  });
  const judgeWorld = judging(world);
  const door = doorOf(world, { judging: judgeWorld });
  const lanes = lanesOf('worker');
  const effects = startEffects({
    connection: redis.forQueues('effects'),
    namespace,
    lanes,
    observe,
    perform: performer(lanes, { store, callbacks, ...judgeWorld }),
  });
  whenTold('The queue of effects', () => effects.stop());
  const relay = startRelay({
    namespace,
    blocking: redis.forBlocking('relay'),
    connection: redis.forQueues('relay'),
    outbox: keyspace(namespace).outbox,
    laneOf,
    observe,
  });
  whenTold('The relay of effects', () => relay.stop());
  const sweeper = startSweeper({ store: memory, wake: id => wake({ store, ...judgeWorld }, id), observe });
  whenTold('The clock', () => sweeper.stop());
  const intakes = await startIntakes({
    services: () => keys.intakes(),
    connection: redis.forQueues('intake'),
    namespace,
    publicKey: keys.publicKey,
    admit: ({ service, ...call }) => door.submit({ kind: 'service', ...service }, call),
    note: fact => store.note(fact),
    answerRefused: refuser({ redis: redis.commands, namespace }),
    now: memory.now,
    observe,
    concurrency: config.workerConcurrency,
  });
  whenTold('The intake queues', () => intakes.stop());
}
