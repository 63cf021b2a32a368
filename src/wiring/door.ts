// The front door of a role: all use cases, made from what the role has. Who is behind an account differs by role, nothing else.
import { randomBytes, randomUUID } from 'node:crypto';
import { Failure } from '../domain/failure.ts';
import type { OpenedGrant } from '../domain/grant-claims.ts';
import { CODE_BYTES, linkCode } from '../domain/link.ts';
import { type DoorWorld, openDoor } from '../flow/door.ts';
import type { Accounts, UseCases } from '../flow/ports.ts';
import { judging, type World } from './world.ts';

type Entrance = Pick<DoorWorld, 'judging' | 'isEmailMatched'> &
  Partial<Pick<DoorWorld, 'waiting' | 'corroborated'>> & {
    /** What Slack says of those who come here. */
    readonly accounts?: Accounts;
    readonly openGrant?: (token: string) => OpenedGrant;
  };

export function doorOf(world: World, { accounts, openGrant = unknown, ...more }: Entrance): UseCases {
  const { config, memory, keys, store, policy, directory, links, standing, callbacks, observe } = world;
  const find = world.slack?.accounts.find;
  return openDoor({
    store,
    keys,
    policy,
    directory,
    links,
    standing,
    observe,
    peek: id => memory.peek(id),
    waiting: { until: () => notHere('waited for') },
    corroborated: () => notHere('asked what OPA logged'),
    accounts: accounts ?? { ...nobodyInSlack, ...(find === undefined ? {} : { find }) },
    ...more,
    redeeming: { ...judging(world), openGrant },
    isCallbackAllowed: callbacks.isCallbackAllowed,
    defaultExpiryMs: config.defaultExpiresInMs,
    randomKey: randomUUID,
    newCode: () => linkCode(randomBytes(CODE_BYTES)),
  });
}

/** Nobody comes here from Slack. */
const nobodyInSlack: Accounts = {
  kindOf: async () => 'stranger',
  emailOf: async () => undefined,
  usergroupsOf: async () => [],
  channelsOf: async () => [],
};

/** Those who wait, and those who read what OPA logged, come to the API alone. */
async function notHere(what: string): Promise<never> {
  const message = `Nothing is ${what} in this process. Ask the role api.`;
  throw new Failure('not_in_this_role', message, { isTransient: false });
}

/** Grants are presented to the API alone. */
function unknown(): OpenedGrant {
  return { ok: false, code: 'grant_unknown_key' };
}
