// What each user of Redis may do: a server role its share of the namespace, a service its own intake and answers.

import { intakeQueue, queuePrefix } from '../../contract/queue.ts';
import type { Status } from '../../domain/lifecycle.ts';
import { type Keyspace, keyspace } from './keyspace.ts';

/** `server` is a process that takes every role, and the command line of an operator. */
export type ServerUser = 'server' | 'api' | 'worker' | 'slack' | 'sealer';
export type RedisUser = { readonly server: ServerUser } | { readonly service: string };

type Role = Exclude<ServerUser, 'server'>;
const ALL: readonly Role[] = ['api', 'worker', 'slack'];
const ALL_AND_SEALER: readonly Role[] = [...ALL, 'sealer'];

/** Which roles touch which keys: a name that the keyspace gains does not compile until it stands here. */
const holders: { readonly [name in keyof Keyspace]: readonly Role[] } = {
  // One commit touches all of these, whoever makes it.
  request: ALL,
  list: ALL,
  deadlines: ALL,
  undecided: ALL,
  unshown: ALL,
  reviews: ALL,
  services: ALL,
  audit: ALL_AND_SEALER,
  auditOf: ALL,
  sealing: ALL_AND_SEALER,
  usage: ALL,
  glass: ALL,
  outbox: ALL,
  changes: ALL,
  answers: ALL,
  answer: ALL,
  standing: ALL,
  standingScope: ALL,
  standings: ALL,
  links: ALL,
  link: ALL,
  linkedBefore: ALL,
  linksVersion: ALL,
  directory: ALL_AND_SEALER,
  keysUsed: ['api', 'worker'],
  intakes: ALL,
  keys: ['api', 'worker'],
  linkCode: ['api', 'slack'],
  linkOffer: ['api', 'slack'],
  linkTries: ['slack'],
  crowds: ['slack'],
  once: ['slack'],
  opaLog: ['api'],
  grantKey: ['api'],
  session: ['api'],
  tokenUsed: ['api'],
};

/** The queues of each role; an intake of a service is the worker's as well. */
const queues: { readonly [role in Role]: readonly string[] } = {
  api: [],
  worker: ['*'],
  slack: ['messages'],
  sealer: [],
};

/** Everything that data needs and nothing that runs the server: no KEYS, FLUSHALL, CONFIG, SHUTDOWN, ACL. */
const SERVER_COMMANDS = '-@all +@read +@write +@connection +@transaction +@scripting -@dangerous +info +time';

/** What `connectQueue` sends, and what BullMQ's script for adding a job runs. Held by a test against a real Redis. */
const SERVICE_COMMANDS =
  '-@all +ping +info +client|setname +evalsha +eval +get +xread +xrevrange ' +
  '+exists +hget +hmget +hset +hmset +incr +lpos +lpush +xadd +zadd +zscore';

/**
 * The rules of a user as an ACL line of Redis 7 has them (https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/),
 * from `resetkeys` on: name, state and password are for whoever writes the line.
 */
export function aclRules(user: RedisUser, namespace: string): string {
  const commands = 'service' in user ? SERVICE_COMMANDS : SERVER_COMMANDS;
  return ['resetchannels', 'resetkeys', ...patternsOf(user, namespace), ...commands.split(' ')].join(' ');
}

function patternsOf(user: RedisUser, namespace: string): readonly string[] {
  const keys = keyspace(namespace);
  if ('service' in user) {
    const { service } = user;
    const intake = `${queuePrefix(namespace)}:${intakeQueue(service)}`;
    return [`~${intake}:*`, `%R~${keys.answers(service)}`, `%R~${keys.answer(service, '*')}`];
  }
  if (user.server === 'server') return [`~{${namespace}}:*`];
  const role = user.server;
  const names = (Object.keys(holders) as (keyof Keyspace)[]).filter(name => holders[name].includes(role));
  return [
    ...names.map(name => `~${anyOf(keys, name)}`),
    ...queues[role].map(queue => `~${queuePrefix(namespace)}:${queue === '*' ? '*' : `${queue}:*`}`),
  ];
}

/** The pattern of all keys of one name. */
function anyOf(keys: Keyspace, name: keyof Keyspace): string {
  const key: string | ((...parts: [string, string & Status]) => string) = keys[name];
  return typeof key === 'string' ? key : key('*', '*' as string & Status);
}
