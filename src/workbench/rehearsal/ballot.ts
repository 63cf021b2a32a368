// Who does something in a story, as the flow receives it: from which account, and what Slack would say of that account.

import { isSlackAccount, parseAccount, personAccount, slackAccount } from '../../domain/account.ts';
import { present } from '../../domain/present.ts';
import { timestamp } from '../../domain/record.ts';
import type { Accounts, CastVote, Directory, SlackEvidence } from '../../flow/ports.ts';
import type { Answer } from './step.ts';

type Moment = {
  readonly id: string;
  readonly directory: Directory;
  readonly now: number;
  /** Names the gesture. */
  readonly key: string;
};

/** Somebody whom the directory does not know comes from an account that is nobody's, as in production. */
export function ballotOf(answer: Answer, { id, directory, now, key }: Moment): CastVote {
  const { by, vote, reason, surface, standing } = answer;
  const account = surface === 'slack' ? slackAccountOf(directory, by) : personAccount(by);
  return {
    id,
    account,
    vote,
    surface,
    key,
    ...present({ reason, standing }),
    evidence: surface === 'slack' ? slackEvidence(account, now) : { transport: 'api_key', api_key: 'rehearsal' },
  };
}

export function slackEvidence(account: string, now: number): SlackEvidence {
  const parsed = parseAccount(account);
  const { team, user } = parsed?.kind === 'slack' ? parsed : { team: '', user: account };
  return { transport: 'socket', team, user, action_ts: timestamp(now) };
}

export function slackAccountOf(directory: Directory, by: string): string {
  if (isSlackAccount(by)) return by;
  return directory.slackAccountsOf(by)[0] ?? slackAccount('T0NOBODY', by);
}

/** What only Slack knows of an account, as the story says it. */
export type SaidOfAccount = Pick<Answer, 'kindOfAccount' | 'groups'>;

const NOTHING_SAID: SaidOfAccount = { kindOfAccount: 'member', groups: [] };

export function accountsBy(said: (account: string) => SaidOfAccount | undefined): Accounts {
  const among = (type: string) => async (account: string, candidates: readonly string[]) =>
    candidates.map(id => `${type}:${id}`).filter(named => (said(account) ?? NOTHING_SAID).groups.includes(named));
  return {
    kindOf: async account => (said(account) ?? NOTHING_SAID).kindOfAccount,
    emailOf: async () => undefined,
    usergroupsOf: among('slack_usergroup'),
    channelsOf: among('slack_channel'),
  };
}

/** Of somebody of whom the story says nothing in particular. */
export const ofMember: Accounts = accountsBy(() => undefined);
