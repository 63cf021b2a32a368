// Puts the question together: the record, what the directory says now, and the votes with the memberships of today.
import { type PolicyFacts, policyFacts } from '../domain/audit/evidence.ts';
import type { Outcome } from '../domain/decision.ts';
import { type Known, type Phase, type PolicyInput, policyInput } from '../domain/policy-input.ts';
import type { RequestRecord } from '../domain/record.ts';
import type { Vote } from '../domain/vote.ts';
import type { Directory, PolicyAnswer, Store } from './ports.ts';

export type AskingWorld = {
  readonly directory: Pick<Directory, 'factsOf'>;
  readonly store: Pick<Store, 'glassBrokenBy'>;
};

/**
 * The input for one question. Votes are kept and counted again: whoever has left a group since, no longer approves for
 * it, and who is not in the directory any more approves nothing. Memberships that Slack vouched for stay as they were at the vote.
 * Only of an emergency policy is told how often its service broke glass: nothing is read for all others.
 */
export async function questionOf(
  { directory, store }: AskingWorld,
  record: RequestRecord,
  ask: { readonly phase: Phase; readonly now: number; readonly votes?: readonly Vote[] },
): Promise<PolicyInput> {
  const { service, submission, id } = record;
  const glass = submission.emergency === true ? { emergencies: await store.glassBrokenBy(service.id, id) } : {};
  const votes = (ask.votes ?? record.votes).map(vote => upToDate(vote, directory));
  return policyInput(record, ask.phase, ask.now, votes, { ...knownOf(record, directory), ...glass });
}

/** What policy said of something that is refused all the same, for the audit; nothing where it was not asked. */
export type Heard = { readonly answered?: Outcome; readonly policy?: PolicyFacts };

export function heardFrom(input: PolicyInput, answer: PolicyAnswer): Heard {
  if (answer.kind === 'broken') return { policy: policyFacts(undefined, input) };
  return { answered: answer.decision.outcome, policy: policyFacts(answer.policy, input) };
}

function upToDate(vote: Vote, directory: AskingWorld['directory']): Vote {
  const { unknown: _, ...by } = vote.by;
  const facts = directory.factsOf(by.user);
  const fromSlack = by.groups.filter(group => /^slack_(?:usergroup|channel):/.test(group));
  // An account that is nobody's never was in the directory; it is known by Slack.
  const isGone = facts === undefined && by.user !== by.id;
  const groups = [...(facts?.groups ?? []), ...fromSlack];
  return { ...vote, by: { ...by, groups, ...(isGone ? { unknown: true } : {}) } };
}

function knownOf({ submission: { user, actor } }: RequestRecord, directory: AskingWorld['directory']): Known {
  const ofUser = directory.factsOf(user.id);
  const ofActor = actor === undefined ? undefined : directory.factsOf(actor.id);
  if (ofUser === undefined && ofActor === undefined) return {};
  return {
    directory: {
      ...(ofUser === undefined ? {} : { user: ofUser }),
      ...(ofActor === undefined ? {} : { actor: ofActor }),
    },
  };
}
