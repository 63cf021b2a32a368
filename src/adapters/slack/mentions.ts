// Whom messages mention: the accounts of people in this workspace, as links and the directory say.
import type { Directory } from '../../flow/ports.ts';
import type { Mentions } from './cards/people.ts';
import type { Slack } from './connect.ts';

export type MentionsWorld = {
  readonly slack: Slack;
  readonly directory: Pick<Directory, 'slackAccountsOf'> & Partial<Pick<Directory, 'membersOf'>>;
};

/** Whom a record's people are in this workspace. */
export function mentionsOf({ slack, directory }: MentionsWorld): Mentions {
  return {
    slackAccountsOf: person => directory.slackAccountsOf(person),
    membersOf: group => directory.membersOf?.(group) ?? [],
    get teamId() {
      return slack.known?.teamId;
    },
  };
}
