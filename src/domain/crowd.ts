// A crowd: requests of one service that wait for their first card in one channel. Of many, one message tells.
import { isResolved } from './lifecycle.ts';
import { type RequestRecord, timestamp } from './record.ts';

/** Above this a channel takes so long to show them all that it must be said how many are to come. */
export const MANY = 20;

/** What a request that waits for its first card is counted by. */
export type Awaited = {
  readonly service: string;
  /** The channel that policy names; absent: the approvals channel, also where policy's own has refused the card. */
  readonly channel?: string;
  readonly expiresAt: string;
  readonly action: string;
  readonly user: string;
};

/** Undefined where people are not asked, are asked no more, or see the card already. */
export function awaitsCard(record: RequestRecord): Awaited | undefined {
  const { status, approval, cards, unreachable, service, expiresAt, submission } = record;
  if (isResolved(status) || approval === undefined || cards.some(({ ts }) => ts !== undefined)) return undefined;
  const { channel } = approval;
  const isOpen = channel !== undefined && unreachable.every(refused => refused.channel !== channel);
  const place = isOpen ? { channel } : {};
  return { service: service.id, ...place, expiresAt, action: submission.action, user: submission.user.id };
}

/** What its message says of a crowd. */
export type Crowd = {
  readonly waiting: number;
  /** RFC 3339: when the first of them ends. */
  readonly firstEndsAt?: string;
  /** Where they have it in common. */
  readonly action?: string;
  readonly user?: string;
};

/** The one message of a service in a channel: kept in one place, so that whoever speaks to Slack about it is alone. */
export type CrowdMessage = {
  readonly service: string;
  readonly channel: string;
  /** Names the message in its metadata, so that it is found again. */
  readonly id: string;
  /** RFC 3339, when it was first to be posted, and when it was last. */
  readonly since: string;
  readonly lastPostAt: string;
  /** How often it was sent to Slack: without `ts` it may stand there or not, and more than once after the second time. */
  readonly posts: number;
  readonly ts?: string;
  /** What it says, as far as Slack has answered. */
  readonly said?: Crowd;
  /** The most that waited at once. */
  readonly most: number;
  /** RFC 3339. Until then nobody speaks to Slack about it: somebody does already, or has just done so. */
  readonly notBefore: string;
  /** RFC 3339, when it was last looked for further messages of the same. */
  readonly lookedAt?: string;
};

/** Longer than any call to Slack may take. */
const HELD_MS = 12_000;
/** So often it is brought up to date. */
const SAID_EVERY_MS = 4_000;
/** After a refusal, or once somebody has deleted it. */
const AGAIN_AFTER_MS = 60_000;
/** When to look for a message that came late, after the last post. */
const LOOKS_AFTER_MS = [5_000, 30_000, 120_000, 600_000];
const LAST_LOOK_MS = 600_000;

export type CrowdAct =
  /** It is sent to Slack. */
  | 'post'
  /** Nobody knows what became of it: it is looked for. */
  | 'search'
  /** It is made to say how many wait, or that none does. */
  | 'update'
  /** What was sent more than once is looked for, and all but one taken away. */
  | 'fold'
  /** It says what there is to say, or will never stand there. */
  | 'forget';

/** What is to be done about a crowd just now; nothing where undefined. */
export function nextAct(message: CrowdMessage | undefined, crowd: Crowd, now: number): CrowdAct | undefined {
  const isLarge = crowd.waiting > MANY;
  if (message === undefined) return isLarge ? 'post' : undefined;
  if (now < Date.parse(message.notBefore)) return undefined;
  if (message.posts === 0) return isLarge ? 'post' : 'forget';
  if (message.ts === undefined) return 'search';
  if (!saysTheSame(message.said, crowd)) return 'update';
  if (message.posts > 1 && lookIsDue(message, now)) return 'fold';
  const isSettled = message.posts === 1 || now >= Date.parse(message.lastPostAt) + LAST_LOOK_MS;
  return crowd.waiting === 0 && isSettled ? 'forget' : undefined;
}

function saysTheSame(said: Crowd | undefined, crowd: Crowd): boolean {
  const parts = ['waiting', 'firstEndsAt', 'action', 'user'] as const;
  return said !== undefined && parts.every(part => said[part] === crowd[part]);
}

function lookIsDue({ lastPostAt, lookedAt = lastPostAt }: CrowdMessage, now: number): boolean {
  const posted = Date.parse(lastPostAt);
  return LOOKS_AFTER_MS.some(ms => Date.parse(lookedAt) < posted + ms && posted + ms <= now);
}

/** A message that is yet to be. */
export function unposted(at: { service: string; channel: string; id: string }, now: number): CrowdMessage {
  const time = timestamp(now);
  return { ...at, since: time, lastPostAt: time, posts: 0, most: 0, notBefore: time };
}

/** Stored before Slack is spoken to: whoever could store it is alone until it is given back, or the time is over. */
export function held(message: CrowdMessage, act: CrowdAct, { waiting }: Crowd, now: number): CrowdMessage {
  const posted = act === 'post' ? { posts: message.posts + 1, lastPostAt: timestamp(now) } : {};
  return { ...message, ...posted, most: Math.max(message.most, waiting), notBefore: timestamp(now + HELD_MS) };
}

/** It stands there and says so much; what it says is not known where it was only found. */
export function stands(message: CrowdMessage, ts: string, said: Crowd | undefined, now: number): CrowdMessage {
  const { said: _, ...rest } = message;
  const notBefore = timestamp(said === undefined ? now : now + SAID_EVERY_MS);
  return { ...rest, ts, ...(said === undefined ? {} : { said }), notBefore };
}

/** Slack took nothing this time, and said when to come back. */
export function turnedAway(message: CrowdMessage, act: CrowdAct, afterMs: number, now: number): CrowdMessage {
  const posts = act === 'post' ? message.posts - 1 : message.posts;
  return { ...message, posts, notBefore: timestamp(now + afterMs) };
}

/** Slack takes it not at all, or lets nobody change it any more: a fresh one may come in a while. */
export function refused({ ts: _, said: __, ...message }: CrowdMessage, now: number): CrowdMessage {
  return { ...message, posts: 0, notBefore: timestamp(now + AGAIN_AFTER_MS) };
}

/** Not to be seen, or nobody may look: looked for again, until it is needed no more and can hardly come. Undefined: given up. */
export function missing(message: CrowdMessage, mayLook: boolean, crowd: Crowd, now: number): CrowdMessage | undefined {
  const lastLook = Date.parse(message.lastPostAt) + (mayLook ? LAST_LOOK_MS : 0);
  if (crowd.waiting === 0 && now >= lastLook) return undefined;
  return { ...message, notBefore: timestamp(now + AGAIN_AFTER_MS / 2) };
}

/** All but one of it have been taken away, as far as they were to be seen. */
export function folded(message: CrowdMessage, now: number): CrowdMessage {
  return { ...message, lookedAt: timestamp(now), notBefore: timestamp(now) };
}
