// `countersign link` and `unlink`: a person makes a Slack account theirs, and ends that.
import type { Command } from 'commander';
import type { HttpCountersign, LinkCode, LinkView } from '../../client/index.ts';
import { nap } from '../../contract/time.ts';
import { openApi } from '../api.ts';
import { EXIT } from '../exit-codes.ts';
import { UsageError } from '../failing.ts';
import { operating } from '../operator.ts';
import { painter, plain, say } from '../screen.ts';

type Options = { readonly show?: boolean; readonly wait?: boolean; readonly json?: boolean };

const LOOK_EVERY_MS = 1_000;

export function addLink(program: Command, end: (code: number) => void): void {
  program
    .command('link')
    .description("link your Slack account to you, with a person's key: prints a code to type in Slack")
    .option('--wait', 'stay until the code was used')
    .option('--show', 'only show which accounts are yours now')
    .option('--json', 'print JSON')
    .action(async (options: Options) => end(await link(options)));
  program
    .command('unlink')
    .description("end the link of your Slack account, with a person's key")
    .option('--person <id>', 'end theirs, as an operator with REDIS_URL: their key or account is in wrong hands')
    .option('--json', 'print JSON')
    .action(async ({ person, json }: Pick<Options, 'json'> & { readonly person?: string }) => {
      const view = person === undefined ? await openApi().unlink() : await unlinkAnother(person);
      print(view, json, () => say(`No Slack account is linked to ${plain(view.person)} any more.`));
      end(EXIT.ok);
    });
}

async function link({ show, wait, json }: Options): Promise<number> {
  if (show === true && wait === true)
    throw new UsageError('--show asks for no code, so there is nothing to --wait for.');
  const countersign = openApi();
  const before = await countersign.linked();
  if (show === true) {
    print(before, json, () => portray(before));
    return EXIT.ok;
  }
  const code = await countersign.link();
  print(code, json, () => explain(code));
  if (wait !== true) return EXIT.ok;
  const after = await used(countersign, before, code);
  if (after === undefined) {
    say('The code was not used in time. Ask for another: countersign link', process.stderr);
    return EXIT.pending;
  }
  print(after, json, () => portray(after));
  return EXIT.ok;
}

/** Whoever can reach Redis can end any link; only the person makes one. */
async function unlinkAnother(person: string): Promise<Pick<LinkView, 'person'>> {
  const ended = await operating((door, operator) => door.unlinkAnother(operator, person));
  if (ended.kind === 'refusal')
    throw new UsageError(`No Slack account is linked to ${plain(person)}; the directory may list one.`);
  return { person };
}

/** How it stands as soon as it is another link than before; undefined when the code is too old for that. */
async function used(countersign: HttpCountersign, before: LinkView, code: LinkCode): Promise<LinkView | undefined> {
  const leftMs = Date.parse(code.expires_at) - Date.now();
  const endsAt = performance.now() + leftMs;
  for (;;) {
    const now = await countersign.linked();
    if (now.linked !== undefined && now.linked.at !== before.linked?.at) return now;
    if (performance.now() >= endsAt) return undefined;
    await nap(LOOK_EVERY_MS);
  }
}

function explain({ person, command, expires_at }: LinkCode): void {
  const paint = painter(process.stdout);
  say(`Type this in Slack, as the account that is to be ${plain(person)}'s:`);
  say(`  ${paint(plain(command), 'bold')}`);
  say(`It works once, until ${plain(expires_at)}. Show it to nobody: whoever types it is taken for ${plain(person)}.`);
}

function portray({ person, listed, linked }: LinkView): void {
  if (listed.length === 0 && linked === undefined) say(`No Slack account is known as ${plain(person)}'s.`);
  for (const account of listed) say(`${plain(account)} is ${plain(person)}'s: the directory says so.`);
  if (linked === undefined) return;
  const { account, at, counts } = linked;
  const but = counts ? '' : ', but it does not count: the directory comes first, and says otherwise';
  say(`${plain(account)} is linked to ${plain(person)} since ${plain(at)}${but}.`);
}

function print(value: LinkCode | Pick<LinkView, 'person'>, json: boolean | undefined, inWords: () => void): void {
  if (json === true) say(JSON.stringify(value, undefined, 2));
  else inWords();
}
