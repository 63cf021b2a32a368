// Who answers: from an account to the person, with every membership that approvers can name.
import { personOfAccount } from '../domain/account.ts';
import type { Approval, Approver } from '../domain/decision.ts';
import { isTransient } from '../domain/failure.ts';
import { type Refusal, refuse } from '../domain/refusal.ts';
import type { Voter } from '../domain/vote.ts';
import { personByLink, personFacts } from './identities.ts';
import type { Accounts, Directory, Links } from './ports.ts';

export type VotersWorld = {
  readonly directory: Directory;
  /** What Slack says of its accounts; whoever comes with a key of their own is known by the directory alone. */
  readonly accounts: Accounts;
  /** Accounts that people have linked themselves. */
  readonly links?: Links;
  /** Whether an account that no person has may be known by its e-mail address. */
  readonly isEmailMatched?: boolean;
};

export type Identified = { readonly kind: 'voter'; readonly voter: Voter } | Refusal;

/** While Slack or the directory cannot say who it is, the answer does not count. */
export function identify(world: VotersWorld, account: string): Promise<Identified> {
  return orUnverified(() => identified(world, account));
}

/** What `find` finds out, or a refusal while nobody can say. */
export async function orUnverified<T>(find: () => Promise<T>): Promise<T | Refusal> {
  try {
    return await find();
  } catch (error) {
    if (isTransient(error)) return refuse('unverified_account');
    throw error;
  }
}

async function identified(world: VotersWorld, account: string): Promise<Identified> {
  const { directory, accounts } = world;
  const named = personOfAccount(account);
  if (named !== undefined) {
    const facts = personFacts(directory, named);
    if (facts === undefined) return refuse('unknown_person');
    return { kind: 'voter', voter: { id: account, user: named, groups: facts.groups, kind: 'member' } };
  }
  const person = directory.personOf(account);
  if (person.kind === 'ambiguous') return refuse('ambiguous_person');
  const kind = await accounts.kindOf(account);
  if (person.kind === 'person') {
    return { kind: 'voter', voter: { id: account, user: person.id, groups: person.groups, kind } };
  }
  const byEmail = kind === 'member' ? await personByEmail(world, account) : undefined;
  const byLink = await personByLink(world, account);
  const isContested = byEmail?.kind === 'person' && byLink !== undefined && byLink.id !== byEmail.id;
  if (byEmail?.kind === 'ambiguous' || isContested) return refuse('ambiguous_person');
  const found = byEmail?.kind === 'person' ? byEmail : byLink;
  if (found === undefined) return { kind: 'voter', voter: { id: account, user: account, groups: [], kind } };
  const { id: user, groups } = found;
  const matched_by = found === byLink ? 'link' : 'email';
  return { kind: 'voter', voter: { id: account, user, groups, kind, matched_by } };
}

/** Opt-in: an address is only as trustworthy as whoever may change it in Slack. */
export async function personByEmail({ directory, accounts, isEmailMatched }: VotersWorld, account: string) {
  const email = isEmailMatched === true ? await accounts.emailOf(account) : undefined;
  return email === undefined ? undefined : directory.personOfEmail(email);
}

/** What only Slack can say: which of the named groups and channels the account is in. Nothing of a person with a key. */
export async function membershipsOf(
  { accounts }: Pick<VotersWorld, 'accounts'>,
  account: string,
  named: readonly Approver[],
): Promise<string[]> {
  if (personOfAccount(account) !== undefined) return [];
  const ids = (wanted: Approver['type']) => [
    ...new Set(named.filter(({ type }) => type === wanted).map(({ id }) => id)),
  ];
  const groups = ids('slack_usergroup');
  const channels = ids('slack_channel');
  return [
    ...(groups.length === 0 ? [] : await accounts.usergroupsOf(account, groups)),
    ...(channels.length === 0 ? [] : await accounts.channelsOf(account, channels)),
  ];
}

/** Everybody whom an answer of policy names, now or after an escalation. */
export function approversOf({ approval }: { readonly approval?: Approval | undefined }): readonly Approver[] {
  const stages = (approval?.stages ?? []).flatMap(stage => stage.approvers);
  return [...stages, ...(approval?.escalate?.approvers ?? [])];
}
