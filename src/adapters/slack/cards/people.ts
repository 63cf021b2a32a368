// How people and groups are named on a card: a mention where our own directory knows their Slack account, else their id.
import { parseAccount } from '../../../domain/account.ts';
import type { Approver } from '../../../domain/decision.ts';
import type { CountedVote } from '../../../domain/vote.ts';
import { shown } from '../visible.ts';
import { joined, type RichTextElement, words } from './blocks.ts';
import { asWord } from './facts.ts';

export type Mentions = {
  /** Slack accounts (`slack:T:U`) of a person, from the directory. */
  readonly slackAccountsOf: (person: string) => readonly string[];
  /** The workspace that the card is shown in; accounts of another one are not mentioned. */
  readonly teamId: string | undefined;
};

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

/** Somebody whom the request or policy names: the mention and, because the mention is our mapping, the id as given. */
export function person(id: string, mentions: Mentions, maxBytes = NAME_BYTES): RichTextElement[] {
  const users = mentions.slackAccountsOf(id).map(account => userIdOf(account, mentions.teamId));
  const user = users.find(known => known !== undefined);
  const name = words(shown(asWord(id), maxBytes).text, { code: true });
  return user === undefined ? [name] : [{ type: 'user', user_id: user }, words(' '), name];
}

/** Somebody who voted: the account that clicked, or the person where they voted elsewhere. */
export function voter({ by, surface }: CountedVote, mentions: Mentions): RichTextElement[] {
  const user = userIdOf(by.id, mentions.teamId);
  const name = words(shown(by.user, NAME_BYTES).text, { code: true });
  const known = user === undefined ? [name] : [{ type: 'user' as const, user_id: user }];
  return surface === 'slack' ? known : [...known, words(` (by ${surface.toUpperCase()})`)];
}

export function approver({ type, id }: Approver, mentions: Mentions): RichTextElement[] {
  switch (type) {
    case 'user': {
      const own = userIdOf(id, mentions.teamId);
      if (own !== undefined) return [{ type: 'user', user_id: own }];
      const [first] = person(id, mentions, APPROVER_BYTES);
      return first === undefined ? [] : [first];
    }
    case 'group':
      return [words(`@${shown(id, APPROVER_BYTES).text}`)];
    case 'slack_usergroup':
      return USERGROUP_ID.test(id)
        ? [{ type: 'usergroup', usergroup_id: id }]
        : [words(`@${shown(id, APPROVER_BYTES).text}`)];
    case 'slack_channel':
      return CHANNEL_ID.test(id)
        ? [words('members of '), { type: 'channel', channel_id: id }]
        : [words(`members of #${shown(id, APPROVER_BYTES).text}`)];
    default:
      return type satisfies never;
  }
}

/** A list cut to `most` members, with the number of those left out. */
export function several(parts: readonly (readonly RichTextElement[])[], most: number): RichTextElement[] {
  const left = parts.length - most;
  const named = joined(parts.slice(0, most), ', ');
  return left > 0 ? [...named, words(` and ${left} more`)] : named;
}
