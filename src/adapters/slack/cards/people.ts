// How people and groups are named on a card: a mention where our own directory knows their Slack account, else their id.
import { parseAccount } from '../../../domain/account.ts';
import { MOST_MENTIONED, uncalled } from '../../../domain/called.ts';
import type { Approver } from '../../../domain/decision.ts';
import type { RequestRecord } from '../../../domain/record.ts';
import { shown } from '../../../domain/visible.ts';
import type { CountedVote } from '../../../domain/vote.ts';
import { joined, type RichTextElement, words } from './blocks.ts';
import { asWord } from './facts.ts';

export type Mentions = {
  /** Slack accounts (`slack:T:U`) of a person, from the directory. */
  readonly slackAccountsOf: (person: string) => readonly string[];
  /** The people of a group of the directory; left out: it is not known. */
  readonly membersOf?: (group: string) => readonly string[];
  /** The workspace that the card is shown in; accounts of another one are not mentioned. */
  readonly teamId: string | undefined;
  /** People are named, and nobody is mentioned. */
  readonly isQuiet?: boolean;
};

/** The same people, named and not called. */
export function quiet(mentions: Mentions): Mentions {
  return { ...mentions, teamId: mentions.teamId, isQuiet: true };
}

const NAME_BYTES = 40;
const APPROVER_BYTES = 28;
const USER_ID = /^[UW][A-Z0-9]{2,30}$/;
const CHANNEL_ID = /^[CG][A-Z0-9]{2,30}$/;
const USERGROUP_ID = /^S[A-Z0-9]{2,30}$/;

/** Slack's user id of an account in this workspace. */
export function userIdOf(account: string, teamId: string | undefined): string | undefined {
  const parsed = parseAccount(account);
  if (parsed?.kind !== 'slack' || (teamId !== undefined && parsed.team !== teamId)) return undefined;
  return USER_ID.test(parsed.user) ? parsed.user : undefined;
}

/** Somebody whom the request names: the id as given and, because the mention is our mapping, the account behind it. */
export function person(id: string, mentions: Mentions, maxBytes = NAME_BYTES): RichTextElement[] {
  const user = mentions.isQuiet === true ? undefined : userOf(id, mentions);
  const name = named(id, maxBytes);
  return user === undefined ? [name] : [name, words(' ('), { type: 'user', user_id: user }, words(')')];
}

/** Somebody who did something, which we know of ourselves: their mention, else their name. */
export function doer(id: string, mentions: Mentions): RichTextElement {
  const user = mentions.isQuiet === true ? undefined : userOf(id, mentions);
  return user === undefined ? named(id) : { type: 'user', user_id: user };
}

/** Somebody who is not called: a posted mention makes a phone buzz. */
export function named(id: string, maxBytes = NAME_BYTES): RichTextElement {
  return words(shown(asWord(id), maxBytes).text, { code: true });
}

/** Somebody whose answer is awaited, so that Slack tells them; by the name alone where the account is the requester's. */
export function called(id: string, record: RequestRecord, mentions: Mentions): RichTextElement[] {
  const user = mentions.isQuiet === true ? undefined : userOf(id, mentions);
  const isBarred = user !== undefined && uncalled(record).some(name => userOf(name, mentions) === user);
  return user === undefined || isBarred ? [named(id, APPROVER_BYTES)] : [{ type: 'user', user_id: user }];
}

function userOf(id: string, { slackAccountsOf, teamId }: Mentions): string | undefined {
  const users = [id, ...slackAccountsOf(id)].map(account => userIdOf(account, teamId));
  return users.find(known => known !== undefined);
}

/** Somebody who voted, with the account that clicked or, where they voted elsewhere, the one that is theirs. */
export function voter({ by, surface }: CountedVote, mentions: Mentions): RichTextElement[] {
  const user = userIdOf(by.id, mentions.teamId) ?? userOf(by.user, mentions);
  const name = user === undefined ? named(by.user) : ({ type: 'user', user_id: user } as const);
  return surface === 'slack' ? [name] : [name, words(` (by ${surface.toUpperCase()})`)];
}

/** A group or channel that only Slack knows; without its mention where nobody is to be called. */
export function gathering({ type, id }: Approver, isLoud: boolean): RichTextElement[] {
  if (type === 'slack_usergroup') {
    return isLoud && USERGROUP_ID.test(id)
      ? [{ type: 'usergroup', usergroup_id: id }]
      : [words('Slack user group '), named(id, APPROVER_BYTES)];
  }
  return isLoud && CHANNEL_ID.test(id)
    ? [words('members of '), { type: 'channel', channel_id: id }]
    : [words('members of the channel '), named(id, APPROVER_BYTES)];
}

/** Whom policy names to review, as one of a list. */
export function approver(one: Approver, mentions: Mentions): RichTextElement[] {
  if (one.type === 'slack_usergroup' || one.type === 'slack_channel') return gathering(one, true);
  const people = one.type === 'user' ? [one.id] : (mentions.membersOf?.(one.id) ?? []);
  if (people.length === 0 || people.length > MOST_MENTIONED) return [named(one.id, APPROVER_BYTES)];
  const users = people.map(id => {
    const user = userOf(id, mentions);
    return user === undefined ? [named(id, APPROVER_BYTES)] : [{ type: 'user' as const, user_id: user }];
  });
  return several(users, MOST_MENTIONED);
}

/** A list cut to `most` members, with the number of those left out. */
export function several(
  parts: readonly (readonly RichTextElement[])[],
  most: number,
  separator = ', ',
): RichTextElement[] {
  const left = parts.length - most;
  const named = joined(parts.slice(0, most), separator);
  return left > 0 ? [...named, words(` and ${left} more`)] : named;
}
