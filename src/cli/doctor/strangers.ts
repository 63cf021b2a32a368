// Whom requests name and nobody knows: until somebody does, nobody can approve for them.
import type { Config } from '../../config.ts';
import { strangersIn } from '../../main.ts';
import { plain } from '../screen.ts';
import { type Finding, unwell, well } from './report.ts';

const MOST_NAMED = 5;
const LONGEST_NAME = 60;

/** What keeps it from being told is another check's finding. */
export async function examineStrangers(config: Config): Promise<readonly Finding[]> {
  const strangers = await strangersIn(config).catch(() => undefined);
  if (strangers === undefined) return [];
  if (strangers.length === 0)
    return [well('requesters', 'the directory or Slack knows everybody whom pending requests name')];
  const named = strangers.slice(0, MOST_NAMED).map(name => JSON.stringify(plain(name.slice(0, LONGEST_NAME))));
  const more = strangers.length - named.length;
  const all = `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  const remedy =
    'Add them to the people file (people, or agents with an owner), send a Slack account or an address that Slack confirms, or let policy waive it (approval.unknown_requester).';
  return [unwell('requesters', `nobody knows ${all}, so nobody can approve what pending requests ask. ${remedy}`)];
}
