// Crowd: where one service asks for more than its channel can show soon, one message says how many are to come.
import {
  type Crowd,
  type CrowdAct,
  type CrowdMessage,
  folded,
  held,
  MANY,
  missing,
  nextAct,
  refused,
  stands,
  turnedAway,
  unposted,
} from '../domain/crowd.ts';
import { Failure } from '../domain/failure.ts';
import type { CrowdPart, Crowds, CrowdTeller, Observe, Store } from './ports.ts';

export type CrowdWorld = {
  readonly store: Pick<Store, 'now' | 'read'>;
  readonly crowds: Crowds;
  readonly teller: CrowdTeller;
  readonly observe: Observe;
  /** Where a decision that names no channel goes. */
  readonly approvalsChannel: string;
  readonly randomKey: () => string;
};

/** One service in one channel, as people see it. */
type Seen = {
  readonly service: string;
  readonly channel: string;
  readonly parts: CrowdPart[];
  message?: CrowdMessage | 'illegible';
};

/**
 * Looks once at who waits, and does what is due about each crowd. Any number of processes may look: a message is held by a
 * compare-and-set before Slack is spoken to about it, so that one of them acts. Told to end, it begins with no other.
 */
export async function tellOfCrowds(world: CrowdWorld, signal?: AbortSignal): Promise<void> {
  const troubles: unknown[] = [];
  for (const seen of await allSeen(world)) {
    if (signal?.aborted === true) return;
    if (seen.message === 'illegible') continue;
    // One that cannot be told just now must not keep the others from being told.
    await attend(world, seen, seen.message).catch(error => troubles.push(error));
  }
  if (troubles.length > 0) throw troubles[0];
}

async function allSeen({ crowds, approvalsChannel }: CrowdWorld): Promise<Iterable<Seen>> {
  const [parts, messages] = [await crowds.parts(), await crowds.messages()];
  const all = new Map<string, Seen>();
  const at = (service: string, channel: string) => {
    const key = JSON.stringify([service, channel]);
    const seen = all.get(key) ?? { service, channel, parts: [] };
    all.set(key, seen);
    return seen;
  };
  for (const part of parts) at(part.service, part.channel ?? approvalsChannel).parts.push(part);
  for (const { service, channel, message } of messages) at(service, channel).message = message;
  return all.values();
}

async function attend(world: CrowdWorld, seen: Seen, message: CrowdMessage | undefined): Promise<void> {
  const { store, crowds, randomKey } = world;
  const waiting = seen.parts.reduce((sum, part) => sum + part.waiting, 0);
  const now = store.now();
  // Whether there is something to do is asked before it is read what they have in common.
  if (nextAct(message, { waiting }, now) === undefined) return;
  const crowd = await described(world, seen.parts, waiting);
  const act = nextAct(message, crowd, now);
  if (act === undefined) return;
  if (act === 'forget') {
    await crowds.keep(message, undefined);
    return;
  }
  const { service, channel } = seen;
  const current = message ?? unposted({ service, channel, id: randomKey() }, now);
  const holding = held(current, act, crowd, now);
  if (await crowds.keep(message, holding)) await perform(world, act, holding, crowd);
}

async function described({ store, crowds }: CrowdWorld, parts: readonly CrowdPart[], waiting: number): Promise<Crowd> {
  const common = waiting === 0 ? undefined : await crowds.inCommon(parts);
  if (common === undefined) return { waiting };
  const { firstEndsAt, id, isOneAction, isOneUser } = common;
  const submission = isOneAction || isOneUser ? (await store.read(id))?.submission : undefined;
  return {
    waiting,
    firstEndsAt,
    ...(submission !== undefined && isOneAction ? { action: submission.action } : {}),
    ...(submission !== undefined && isOneUser ? { user: submission.user.id } : {}),
  };
}

/** Does what the message is held for, and gives it back. What became of a call without an answer is found out later. */
async function perform(world: CrowdWorld, act: CrowdAct, holding: CrowdMessage, crowd: Crowd): Promise<void> {
  const after = await done(world, act, holding, crowd).catch(error => failed(world, act, holding, error));
  if (after !== 'again') {
    await world.crowds.keep(holding, after);
    return;
  }
  const posting = held(holding, 'post', crowd, world.store.now());
  if (await world.crowds.keep(holding, posting)) await perform(world, 'post', posting, crowd);
}

function failed({ store, observe }: CrowdWorld, act: CrowdAct, holding: CrowdMessage, error: unknown): CrowdMessage {
  if (!(error instanceof Failure)) throw error;
  const { code, isTransient, retryAfterMs } = error;
  if (retryAfterMs !== undefined) return turnedAway(holding, act, retryAfterMs, store.now());
  if (isTransient) return holding;
  const message = `A channel is not told how many requests wait for their card there. ${error.message}`;
  observe({ kind: 'trouble', where: 'slack', code, message });
  return refused(holding, store.now());
}

async function done(
  { store, teller }: CrowdWorld,
  act: CrowdAct,
  holding: CrowdMessage,
  crowd: Crowd,
): Promise<CrowdMessage | undefined | 'again'> {
  switch (act) {
    case 'post':
      return stands(holding, await teller.post(holding, crowd), crowd, store.now());
    case 'update': {
      if (holding.ts === undefined) return holding;
      await teller.update(holding, holding.ts, crowd);
      return stands(holding, holding.ts, crowd, store.now());
    }
    case 'search': {
      const found = await teller.find(holding);
      const [first] = found ?? [];
      if (first !== undefined) return stands(holding, first, undefined, store.now());
      const mayLook = found !== undefined;
      return mayLook && crowd.waiting > MANY ? 'again' : missing(holding, mayLook, crowd, store.now());
    }
    case 'fold': {
      for (const ts of (await teller.find(holding)) ?? []) if (ts !== holding.ts) await teller.remove(holding, ts);
      return folded(holding, store.now());
    }
    case 'forget':
      return undefined;
    default:
      return act satisfies never;
  }
}
