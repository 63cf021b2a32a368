// What is said about linking a Slack account, in plain sentences. A person's id is shown, never obeyed.
import { shown } from '../../../domain/visible.ts';

const NAME_BYTES = 60;

export const NO_CODE =
  'The code is missing. Get one in a terminal with countersign link, then type here: /approvals link CODE';

export function linkedText(person: string): string {
  return `This Slack account is now linked to ${named(person)}: what you click counts as theirs. If that is not you, type /approvals unlink at once.`;
}

export function unlinkedText(person: string): string {
  return `This Slack account is no longer linked to ${named(person)}. Votes already given stay.`;
}

export function movedText(person: string): string {
  return `${named(person)} has linked another Slack account, so this one no longer counts as theirs. If that was not you, tell an administrator, and have your key revoked.`;
}

function named(person: string): string {
  return `"${shown(person, NAME_BYTES).text}"`;
}
