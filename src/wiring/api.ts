// The role api: answers services, lets them wait, tells how it stands.
import { randomBytes, randomUUID } from 'node:crypto';
import { startHttp } from '../adapters/http/start.ts';
import { readDecisionLog } from '../adapters/opa/decision-log.ts';
import { auditOf } from '../adapters/redis/audit.ts';
import { startWaiting } from '../adapters/redis/changes.ts';
import { keyspace } from '../adapters/redis/keyspace.ts';
import { type OpaLog, openOpaLog } from '../adapters/redis/opa-log.ts';
import type { RedisStore } from '../adapters/redis/store.ts';
import { personAccount } from '../domain/account.ts';
import { corroborate } from '../domain/corroboration.ts';
import { usesLeft } from '../domain/grant.ts';
import { CODE_BYTES, linkCode } from '../domain/link.ts';
import { personFacts } from '../flow/identities.ts';
import { type KeyCaller, offerCode, standingOf, unlinkPerson } from '../flow/link.ts';
import type { Accounts } from '../flow/ports.ts';
import { redeem } from '../flow/redeem.ts';
import { cancel, castVote } from '../flow/resolve.ts';
import { closeReview } from '../flow/review.ts';
import { revoke, revokeByPerson } from '../flow/revoke.ts';
import { revokeStanding } from '../flow/stand.ts';
import { submit } from '../flow/submit.ts';
import { openGrants } from './grants.ts';
import { judging, readiness, type World } from './world.ts';

export async function startApiRole(world: World): Promise<{ readonly url: string }> {
  const { config, log, metrics, observe, redis, memory, store } = world;
  const { keys, policy, directory, links, standing, callbacks, whenTold, atEnd } = world;
  const { namespace, defaultExpiresInMs: defaultExpiryMs } = config;
  const blocking = redis.forBlocking('changes');
  const waiting = startWaiting({ read: id => store.read(id), redis: redis.commands, blocking, namespace, observe });
  atEnd(() => waiting.stop());
  const grants = await openGrants(world);
  const find = world.slack?.accounts.find;
  const accounts: Accounts = { ...nobodyInSlack, ...(find === undefined ? {} : { find }) };
  const resolveWorld = { store, policy, directory, links, accounts };
  const linkWorld = { store, directory, links, newCode: () => linkCode(randomBytes(CODE_BYTES)) };
  const submitWorld = { store, directory, standing, observe, randomKey: randomUUID, defaultExpiryMs };
  const audit = { redis: redis.commands, namespace };
  const opaLog = openOpaLog({ ...audit, retentionMs: config.retentionMs });
  const { opaLogToken } = config.api;
  const http = await startHttp(
    {
      submit: ({ service, ...call }) => submit(submitWorld, { service: { id: service, auth: 'api_key' }, ...call }),
      read: id => store.read(id),
      peek: id => memory.peek(id),
      wait: waiting.until,
      cancel: (id, service) => cancel({ store }, { id, service }),
      grantOf: grants.mint,
      redeem: async ({ key = randomUUID(), ...call }) => {
        const reply = await redeem({ store, ...judging(world), openGrant: grants.open }, { key, ...call });
        return reply.kind === 'refusal' ? reply : { ...reply, usesLeft: usesLeft(reply.record) };
      },
      revoke: call => revoke({ store }, call),
      revokeByPerson: ({ person, ...call }) =>
        revokeByPerson(resolveWorld, {
          ...call,
          account: personAccount(person.user),
          evidence: { transport: 'api_key', api_key: person.key },
        }),
      jwks: grants.jwks,
      decisionsOf: async record => corroborate(await auditOf(audit, record), await opaLog.of(record.id)),
      ...(opaLogToken === undefined ? {} : { opaLog: { token: opaLogToken, take: events => keepLog(opaLog, events) } }),
      list: store.list,
      vote: ({ person, key = randomUUID(), digest, ...ballot }) => {
        const account = personAccount(person.user);
        return castVote(resolveWorld, {
          ...ballot,
          account,
          // A denial is another gesture than an approval, also under a key that was used for one.
          key: `${account}:${ballot.vote}:${key}`,
          evidence: { transport: 'api_key', api_key: person.key },
          ...(digest === undefined ? {} : { digest, card: digest }),
        });
      },
      review: ({ person, ...closing }) => {
        const evidence = { transport: 'api_key', api_key: person.key } as const;
        const account = personAccount(person.user);
        return closeReview(resolveWorld, { ...closing, account, key: `${account}:review:${randomUUID()}`, evidence });
      },
      authenticate: keys.holderOf,
      // The directory says of agents, too, what it knows; they are nobody who votes.
      groupsOf: id => personFacts(directory, id)?.groups,
      standing: () => standing.inForce(memory.now()),
      revokeStanding: call => revokeStanding({ store, standing }, call),
      links: {
        offer: person => offerCode(linkWorld, keyCaller(person)),
        standing: person => standingOf(linkWorld, person.user),
        remove: person => unlinkPerson(linkWorld, keyCaller(person)),
      },
      readiness: () => readiness(world),
      metrics: metrics.text,
      isCallbackAllowed: callbacks.isCallbackAllowed,
      onOverBudget: (service, budget) => observe({ kind: 'over_budget', service, budget }),
      log,
    },
    { ...config.api, budgets: config.budgets },
  );
  whenTold('The API', () => http.stop());
  metrics.gauge({ name: 'outbox_length', help: 'Effects not handed over yet.', read: () => outboxLength(world) });
  metrics.gauge({
    name: 'seconds_overdue',
    help: 'How far behind the oldest deadline is.',
    read: () => overdueS(memory),
  });
  return { url: http.url };
}

function keyCaller({ user, key }: { readonly user: string; readonly key: string }): KeyCaller {
  return { person: user, evidence: { transport: 'api_key', api_key: key } };
}

/** Nobody comes here from Slack. */
const nobodyInSlack: Accounts = {
  kindOf: async () => 'stranger',
  emailOf: async () => undefined,
  usergroupsOf: async () => [],
  channelsOf: async () => [],
};

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
