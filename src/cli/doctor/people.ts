// Who is known: where the directory comes from, how much it knows, and who could never be recognised in Slack.
import { readFile } from 'node:fs/promises';
import { fetchPeople } from '../../adapters/directory/fetch-people.ts';
import { knownOf, sizeOf } from '../../adapters/directory/known.ts';
import { type People, parsePeople } from '../../adapters/directory/people-file.ts';
import type { Config, PeopleSource } from '../../config.ts';
import { type Finding, unwell, well } from './report.ts';

const PATIENCE_MS = 5_000;
const MOST_NAMED = 5;

export async function examinePeople({ people: source }: Config): Promise<readonly Finding[]> {
  if (source === undefined) {
    const detail = 'COUNTERSIGN_PEOPLE is not set: nobody is in a group, so hardly anybody can approve. Set it.';
    return [unwell('people', detail)];
  }
  const text = await textOf(source);
  if (text === undefined) {
    return [unwell('people', `${addressOf(source)} cannot be read. Create it, or correct COUNTERSIGN_PEOPLE.`)];
  }
  const people = parsePeople(text);
  const said = `${sizeOf(knownOf(people))}, from ${addressOf(source)}${withoutSlack(people)}`;
  const shared = sharedAccounts(people);
  if (shared.length === 0) return [well('people', said)];
  const detail = `${shared.slice(0, MOST_NAMED).join(', ')} belong to several people, so they are nobody's. Keep one each.`;
  return [well('people', said), unwell('slack accounts', detail)];
}

/** An endpoint's failure is thrown, with its own remedy. */
async function textOf(source: PeopleSource): Promise<string | undefined> {
  if (source.kind === 'file') return readFile(source.path, 'utf8').catch(() => undefined);
  const fetched = await fetchPeople({
    url: source.url,
    etag: '',
    timeoutMs: PATIENCE_MS,
    signal: new AbortController().signal,
    ...(source.token === undefined ? {} : { token: source.token }),
  });
  return fetched.kind === 'text' ? fetched.text : undefined;
}

function addressOf(source: PeopleSource): string {
  return source.kind === 'file' ? source.path : new URL(source.url).origin;
}

function withoutSlack({ people }: People): string {
  const unlinked = people.filter(({ slack }) => slack.length === 0).map(({ id }) => id);
  return unlinked.length === 0 ? '' : `; without a Slack account: ${unlinked.slice(0, MOST_NAMED).join(', ')}`;
}

function sharedAccounts({ people }: People): string[] {
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const account of people.flatMap(({ slack }) => [...new Set(slack)])) {
    (seen.has(account) ? shared : seen).add(account);
  }
  return [...shared];
}
