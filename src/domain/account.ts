// An account: where an answer comes from, be it Slack's or a person's own key. Here alone it is read from its text, and written.

/** `slack:T1:U9`, an account of Slack; `person:bob`, a person who comes with a key of their own. */
export type Account =
  | { readonly kind: 'slack'; readonly team: string; readonly user: string }
  | { readonly kind: 'person'; readonly person: string };

const PERSON = 'person:';
/** The parts may not be empty; how Slack forms its ids is Slack's own business. */
const SLACK = /^slack:([^:]+):([^:]+)$/;

/** Undefined for what is no account: the bare name of a person, an address. */
export function parseAccount(text: string): Account | undefined {
  if (text.startsWith(PERSON)) return { kind: 'person', person: text.slice(PERSON.length) };
  const [, team, user] = SLACK.exec(text) ?? [];
  return team === undefined || user === undefined ? undefined : { kind: 'slack', team, user };
}

export function accountText(account: Account): string {
  switch (account.kind) {
    case 'slack':
      return `slack:${account.team}:${account.user}`;
    case 'person':
      return `${PERSON}${account.person}`;
    default:
      return account satisfies never;
  }
}

/** The account name of a Slack user: team and user id, never a display name. */
export function slackAccount(team: string, user: string): string {
  return accountText({ kind: 'slack', team, user });
}

/** The account of a person who answers with a key of their own, outside Slack. */
export function personAccount(person: string): string {
  return accountText({ kind: 'person', person });
}

/** The person whose own key an account stands for; undefined for every other account. */
export function personOfAccount(text: string): string | undefined {
  const account = parseAccount(text);
  return account?.kind === 'person' ? account.person : undefined;
}

export function isSlackAccount(text: string): boolean {
  return parseAccount(text)?.kind === 'slack';
}
