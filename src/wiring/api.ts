// The role api: answers services, lets them wait, tells how it stands.
import type { CallingPerson, HttpCaller } from '../adapters/http/ports.ts';
import { startHttp } from '../adapters/http/start.ts';
import { readDecisionLog } from '../adapters/opa/decision-log.ts';
import { keyspace } from '../adapters/redis/keyspace.ts';
import { type OpaLog, openOpaLog } from '../adapters/redis/opa-log.ts';
import type { RedisStore } from '../adapters/redis/store.ts';
import { startWaiting } from '../adapters/redis/waiting.ts';
import { corroborate } from '../domain/corroboration.ts';
import type { Workload } from '../domain/record.ts';
import { personFacts } from '../flow/identities.ts';
import type { Caller, KeyCaller, ServiceCaller } from '../flow/ports.ts';
import { auditOf } from './audit.ts';
import { callersOf } from './callers.ts';
import { doorOf } from './door.ts';
import { openGrants } from './grants.ts';
import { readiness, type World } from './world.ts';

export async function startApiRole(world: World): Promise<{ readonly url: string }> {
  const { config, log, metrics, observe, redis, memory, store } = world;
  const { directory, whenTold, atEnd } = world;
  const { namespace } = config;
  const blocking = redis.forBlocking('changes');
  const waiting = startWaiting({ read: id => store.read(id), redis: redis.commands, blocking, namespace, observe });
  atEnd(() => waiting.stop());
  const grants = await openGrants(world);
  const auditLog = auditOf(config, redis);
  const opaLog = openOpaLog({ redis: redis.commands, namespace, retentionMs: config.retentionMs });
  const door = doorOf(world, {
    openGrant: grants.open,
    waiting,
    corroborated: async record => corroborate(await auditLog.chainOf(record), await opaLog.of(record.id)),
  });
  const { opaLogToken } = config.api;
  const jobs = callersOf(world);
  const http = await startHttp(
    {
      submit: ({ service, workload, ...call }) => door.submit(asService(service, workload), call),
      read: (caller, id) => door.read(callerOf(caller), id),
      list: (caller, call) => door.list(callerOf(caller), call),
      wait: (caller, id) => door.wait(callerOf(caller), id),
      decisions: (caller, id) => door.decisions(callerOf(caller), id),
      cancel: (id, service) => door.cancel(asService(service), id),
      grantOf: grants.mint,
      redeem: ({ service, ...call }) => door.redeem(asService(service), call),
      revoke: (caller, call) => door.revoke(callerOf(caller), call),
      jwks: grants.jwks,
      ...(opaLogToken === undefined ? {} : { opaLog: { token: opaLogToken, take: events => keepLog(opaLog, events) } }),
      vote: ({ person, ...call }) => door.vote(asPerson(person), call),
      review: ({ person, ...call }) => door.review.close(asPerson(person), call),
      ...jobs,
      // The directory says of agents, too, what it knows; they are nobody who votes.
      groupsOf: id => personFacts(directory, id)?.groups,
      standing: caller => door.standing.list(callerOf(caller)),
      revokeStanding: (caller, id) => door.standing.revoke(callerOf(caller), id),
      links: {
        offer: person => door.link.offer(asPerson(person)),
        standing: person => door.link.show(asPerson(person)),
        remove: person => door.link.unlink(asPerson(person)),
      },
      readiness: () => readiness(world),
      metrics: metrics.text,
      onOverBudget: (service, budget) => observe({ kind: 'over_budget', service, budget }),
      log,
    },
    { ...config.api, budgets: config.budgets },
  );
  whenTold('The API', () => http.stop());
  metrics.gauge({ name: 'outbox_length', help: 'Effects not handed over yet.', read: () => outboxLength(world) });
  metrics.gauge({
    name: 'audit_unsealed_seconds',
    help: 'How long the oldest entry of the audit waits to be sealed.',
    read: async () => (world.sealing.lagMs() ?? 0) / 1_000,
  });
  metrics.gauge({
    name: 'seconds_overdue',
    help: 'How far behind the oldest deadline is.',
    read: () => overdueS(memory),
  });
  return { url: http.url };
}

function asService(id: string, workload?: Workload): ServiceCaller {
  return { kind: 'service', id, ...(workload === undefined ? { auth: 'api_key' } : { auth: 'workload', workload }) };
}

function asPerson({ user: person, groups, key }: CallingPerson): KeyCaller {
  return { kind: 'key', person, groups, evidence: { transport: 'api_key', api_key: key } };
}

function callerOf({ service, person }: HttpCaller): Caller {
  return person === undefined ? asService(service) : asPerson(person);
}

async function keepLog(opaLog: OpaLog, events: unknown): Promise<boolean> {
  const decisions = readDecisionLog(events);
  if (decisions === undefined) return false;
  await opaLog.add(decisions);
  return true;
}

function outboxLength({ redis, config }: World): Promise<number> {
  return redis.commands.xlen(keyspace(config.namespace).outbox);
}

async function overdueS(memory: RedisStore): Promise<number> {
  const next = await memory.nextDeadlineAt();
  return next === undefined ? 0 : Math.max(0, (memory.now() - next) / 1_000);
}
