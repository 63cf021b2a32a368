// A directory for a story that does not say who there is: every group has members enough, and everybody is known.
import type { Directory } from '../../flow/ports.ts';

/** As many as the largest quorum that a stage can have. */
const ENOUGH = 9;
const NO_FACTS = { groups: [], roles: [] } as const;
const ACCOUNT = 'slack:T0ANYBODY:';

/** What the given directory says of those it knows stands; whoever it does not know exists, and is in no group. */
export function withAnybody(known: Directory): Directory {
  return {
    ...known,
    whoIs(name) {
      const answer = known.whoIs(name);
      return answer.kind === 'unknown' ? { kind: 'person', id: name } : answer;
    },
    factsOf: id => known.factsOf(id) ?? NO_FACTS,
    membersOf: group => [...known.membersOf(group), ...somebodyOf(group)],
    slackAccountsOf(id) {
      const accounts = known.slackAccountsOf(id);
      return accounts.length > 0 ? accounts : [`${ACCOUNT}${id}`];
    },
    personOf(account) {
      const person = known.personOf(account);
      if (person.kind !== 'unknown' || !account.startsWith(ACCOUNT)) return person;
      const id = account.slice(ACCOUNT.length);
      return { kind: 'person', id, groups: known.factsOf(id)?.groups ?? [] };
    },
  };
}

function somebodyOf(group: string): string[] {
  return Array.from({ length: ENOUGH }, (_, n) => `somebody ${n + 1} of ${group}`);
}
