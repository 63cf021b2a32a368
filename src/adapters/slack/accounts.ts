// What Slack says of an account, now: its kind and its user groups. In doubt it says nothing, and the click does not count.
import { parseAccount, slackAccount } from '../../domain/account.ts';
import { Failure } from '../../domain/failure.ts';
import type { AccountKind } from '../../domain/vote.ts';
import type { Accounts, Gatherings } from '../../flow/ports.ts';
import type { Install, Slack } from './connect.ts';
import { slackFailure, slackWord } from './failures.ts';
import { createPace } from './pace.ts';
import { remembering } from './remembering.ts';

export type SlackAccounts = Accounts &
  Gatherings & {
    find(name: string): Promise<string | undefined>;
    /** Slack said that somebody changed. */
    forgetUser(user: string): void;
    /** Slack said that a user group changed. */
    forgetUsergroup(usergroup: string): void;
  };

/** The part of Slack's user that tells whether somebody may decide. */
export type UserFacts = {
  readonly team_id?: string;
  readonly deleted?: boolean;
  readonly is_bot?: boolean;
  readonly is_app_user?: boolean;
  readonly is_workflow_bot?: boolean;
  readonly is_restricted?: boolean;
  readonly is_ultra_restricted?: boolean;
  readonly is_stranger?: boolean;
  readonly is_email_confirmed?: boolean;
  readonly profile?: { readonly email?: string };
  readonly enterprise_user?: { readonly enterprise_id?: string; readonly teams?: readonly string[] };
};

/** A removed member is refused within this time, even if Slack's event about it is lost. */
const MEMORY_MS = 60_000;
/** Also a channel that the app is not in: who is there cannot be known, so nobody counts as being there. */
const NO_SUCH_CHANNEL = new Set(['channel_not_found', 'not_in_channel']);
/** Somebody who is not here; also where the app may not see addresses, and so cannot tell. */
const NOBODY = new Set(['users_not_found', 'user_not_found', 'user_not_visible', 'missing_scope']);
const NO_SUCH_GROUP = new Set(['no_such_subteam', 'subteam_not_found']);

export function createAccounts(slack: Slack, now: () => number = Date.now): SlackAccounts {
  const client = slack.interactive;
  const pace = createPace(now);
  const users = remembering(MEMORY_MS, now, async (user: string) => {
    const answer = await client.users.info({ user }).catch(error => {
      throw unverified(error, 'users.info');
    });
    if (answer.user === undefined) throw unverified(undefined, 'users.info');
    return answer.user as UserFacts;
  });
  /** By `slack:T:U` or by address: the account, if it is one of ours and, found by its address, has confirmed that. */
  const named = remembering(MEMORY_MS, now, async (name: string) => {
    const install = await slack.install();
    const own = partsOf(name);
    if (own !== undefined && own.team !== install.teamId) return undefined;
    const method = own === undefined ? 'users.lookupByEmail' : 'users.info';
    // Services make names up; whoever clicks must still be told apart, which costs Slack's patience too.
    await pace.turn(method, '', 'request');
    const asking =
      own === undefined ? client.users.lookupByEmail({ email: name }) : client.users.info({ user: own.id });
    const answer = await asking.catch((error: unknown) => {
      if (NOBODY.has(slackWord(error) ?? '')) return { user: undefined };
      throw unverified(error, method);
    });
    const user = answer.user as (UserFacts & { readonly id?: string }) | undefined;
    if (user?.id === undefined || (own === undefined && user.is_email_confirmed !== true)) return undefined;
    const kind = accountKind(user, install.teamId, install);
    return kind === 'member' || kind === 'guest' ? slackAccount(install.teamId, user.id) : undefined;
  });
  const members = remembering(MEMORY_MS, now, async (usergroup: string) => {
    const answer = await client.usergroups.users.list({ usergroup }).catch(error => {
      if (NO_SUCH_GROUP.has(slackWord(error) ?? '')) return { users: [] };
      throw unverified(error, 'usergroups.users.list');
    });
    // A group without people ends a request, so what is not said must not be taken for nobody.
    if (answer.users === undefined) throw unverified(undefined, 'usergroups.users.list');
    return new Set(answer.users);
  });
  const present = remembering(MEMORY_MS, now, async (channel: string) => {
    try {
      const people = new Set<string>();
      for (let cursor: string | undefined = ''; cursor !== undefined; ) {
        const answer = await client.conversations.members({
          channel,
          limit: 1_000,
          ...(cursor === '' ? {} : { cursor }),
        });
        for (const user of answer.members ?? []) people.add(user);
        cursor = answer.response_metadata?.next_cursor || undefined;
      }
      return people;
    } catch (error) {
      if (NO_SUCH_CHANNEL.has(slackWord(error) ?? '')) return new Set<string>();
      throw unverified(error, 'conversations.members');
    }
  });
  return {
    async kindOf(account) {
      const user = partsOf(account);
      if (user === undefined) return 'stranger';
      const install = await slack.install();
      return accountKind(await users.get(user.id), user.team, install);
    },
    async emailOf(account) {
      const user = partsOf(account);
      if (user === undefined || user.team !== (await slack.install()).teamId) return undefined;
      const { is_email_confirmed: isConfirmed, profile } = await users.get(user.id);
      return isConfirmed === true ? profile?.email : undefined;
    },
    find: name => named.get(name),
    async usergroupsOf(account, candidates) {
      const user = partsOf(account);
      if (user === undefined || user.team !== (await slack.install()).teamId) return [];
      const held: string[] = [];
      for (const group of candidates) {
        if ((await members.get(group)).has(user.id)) held.push(`slack_usergroup:${group}`);
      }
      return held;
    },
    async channelsOf(account, candidates) {
      const user = partsOf(account);
      if (user === undefined || user.team !== (await slack.install()).teamId) return [];
      const held: string[] = [];
      for (const channel of candidates) {
        if ((await present.get(channel)).has(user.id)) held.push(`slack_channel:${channel}`);
      }
      return held;
    },
    async membersOf({ type, id }) {
      const { teamId, botUserId } = await slack.install();
      const found = type === 'slack_usergroup' ? await members.get(id) : await present.get(id);
      // Of a channel that the app does not see nothing is known: it may be invited, and then they are there.
      if (type === 'slack_channel' && found.size === 0) return undefined;
      return [...found].filter(user => user !== botUserId).map(user => slackAccount(teamId, user));
    },
    forgetUser: user => users.forget(user),
    forgetUsergroup: usergroup => members.forget(usergroup),
  };
}

/** The gravest thing that Slack says of a user. `team` is the one that the click named. */
export function accountKind(user: UserFacts, team: string, install: Install): AccountKind {
  if (user.deleted === true) return 'deleted';
  if (user.is_bot === true || user.is_app_user === true || user.is_workflow_bot === true) return 'bot';
  if (user.is_stranger === true) return 'stranger';
  if (!isOurs(user, team, install)) return 'external';
  if (user.is_restricted === true || user.is_ultra_restricted === true) return 'guest';
  return 'member';
}

/** `is_stranger: false` does not mean ours: the team and, in an enterprise, the enterprise must be. */
function isOurs(user: UserFacts, team: string, { teamId, enterpriseId }: Install): boolean {
  if (team !== teamId) return false;
  const { enterprise_user: enterprise } = user;
  if (enterprise?.enterprise_id !== undefined || enterpriseId !== undefined) {
    const isInTeam = user.team_id === teamId || enterprise?.teams?.includes(teamId) === true;
    return isInTeam && enterprise?.enterprise_id === enterpriseId;
  }
  return user.team_id === teamId;
}

function partsOf(text: string): { team: string; id: string } | undefined {
  const account = parseAccount(text);
  return account?.kind === 'slack' ? { team: account.team, id: account.user } : undefined;
}

/** Whatever kept us from knowing, the click must not count, and may be tried again. */
function unverified(error: unknown, method: string): Failure {
  const failure = error === undefined ? undefined : slackFailure(error, method);
  const retryAfterMs = failure instanceof Failure ? failure.retryAfterMs : undefined;
  const word = slackWord(error) ?? 'no answer';
  return new Failure('unverified_account', `Slack did not say who this is (${method}: ${word}). Try again shortly.`, {
    cause: error,
    isTransient: true,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}
