// Staffing: whether anybody could approve, asked of Slack as well, whose groups and channels no directory knows.
import { involved } from '../domain/barred.ts';
import type { Approver } from '../domain/decision.ts';
import { isOfSlack, shortage } from '../domain/eligible.ts';
import { isTransient } from '../domain/failure.ts';
import type { RequestRecord } from '../domain/record.ts';
import { personByLink } from './identities.ts';
import { rosterOf } from './judge.ts';
import type { Accounts, Directory, Gatherings, Links } from './ports.ts';

export type StaffingWorld = {
  readonly directory: Directory;
  readonly links?: Links;
  /** Left out: Slack is not asked, and anybody may be in its groups. */
  readonly gatherings?: Gatherings;
  /** Left out: nobody is known through Slack. */
  readonly accounts?: Pick<Accounts, 'find'>;
};

/** Why nobody could ever complete the stages, where they name groups of Slack; undefined also while that is not known. */
export async function slackShortage(world: StaffingWorld, record: RequestRecord): Promise<string | undefined> {
  const { approval } = record;
  if (approval === undefined || world.gatherings === undefined) return undefined;
  const stages = approval.stages.flatMap(stage => stage.approvers);
  const named = [...stages, ...(approval.escalate?.approvers ?? [])].filter(isOfSlack);
  if (named.length === 0) return undefined;
  try {
    const people = new Map<string, readonly string[] | undefined>();
    for (const approver of named) people.set(keyOf(approver), await peopleIn(world, record, approver));
    return shortage(record, approval, { ...rosterOf(world), ofSlack: approver => people.get(keyOf(approver)) });
  } catch (error) {
    if (isTransient(error)) return undefined; // silence proves nothing: the request is shown, and waits
    throw error;
  }
}

async function peopleIn(world: StaffingWorld, record: RequestRecord, approver: Approver) {
  const accounts = await world.gatherings?.membersOf(approver);
  if (accounts === undefined) return undefined;
  const own = involved(record);
  return Promise.all(accounts.map(account => (own.includes(account) ? account : personOf(world, account))));
}

/** The name under which the account would vote. */
async function personOf(world: StaffingWorld, account: string): Promise<string> {
  const listed = world.directory.personOf(account);
  if (listed.kind === 'person') return listed.id;
  return (await personByLink(world, account))?.id ?? account;
}

function keyOf({ type, id }: Approver): string {
  return `${type}:${id}`;
}
