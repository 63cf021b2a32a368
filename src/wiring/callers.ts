// Who calls the API: the holder of a key, or a job that showed a token of its platform.
import { randomUUID } from 'node:crypto';
import type { HttpPorts } from '../adapters/http/ports.ts';
import { createIdTokens } from '../adapters/oidc/id-tokens.ts';
import { openSessions } from '../adapters/redis/sessions.ts';
import { exchange, workloadWith } from '../flow/workload.ts';
import type { World } from './world.ts';

export function callersOf(world: World): Pick<HttpPorts, 'authenticate' | 'exchange'> {
  const { keys, workloads, redis, memory, config } = world;
  const { now } = memory;
  const sessions = openSessions({ redis: redis.commands, namespace: config.namespace, now });
  const idTokens = createIdTokens();
  return {
    async authenticate(key) {
      const holder = await keys.holderOf(key);
      if (holder !== undefined) return holder;
      const job = await workloadWith({ workloads, sessions }, key);
      return job && { kind: 'service', id: job.service, key: job.session, workload: job.workload };
    },
    exchange: ({ token, key = randomUUID() }) =>
      exchange({ workloads, idTokens, sessions, now }, { token, gesture: key }),
  };
}
