// `countersign hook`: an agent asks before each call of a tool; `install` and `uninstall` write it into the agent's settings.
import { realpathSync } from 'node:fs';
import type { Command } from 'commander';
import { homeOf } from '../../agents/home.ts';
import type { Dialect } from '../../agents/hook/dialect.ts';
import { dialectNamed, dialects } from '../../agents/hook/dialects.ts';
import { install, uninstall } from '../../agents/hook/install.ts';
import { loadClientConfig } from '../../config.ts';
import { durationMs } from '../../domain/duration.ts';
import { keyIn, openApi } from '../api.ts';
import { EXIT } from '../exit-codes.ts';
import { UsageError } from '../failing.ts';
import { say } from '../screen.ts';

type Options = { readonly user?: string; readonly agent?: string; readonly wait: string; readonly file?: string };

const AGENTS = dialects.map(({ name }) => name).join(', ');
/** Agents give a hook ten minutes, and we end before them. */
const LONGEST_WAIT_MS = 9 * 60_000;

export function addHook(program: Command, end: (code: number) => void): void {
  program
    .command('hook')
    .description(`ask before an agent calls a tool; agents: ${AGENTS}`)
    .argument('<agent>', AGENTS)
    .argument('[step]', 'install or uninstall; without one, answer for the call on standard input')
    .option('--user <id>', 'the person whom the agent works for, as the directory knows them')
    .option('--agent <id>', 'the agent, as the directory lists it under agents; by default <user>/<agent>')
    .option('--wait <duration>', 'how long a call waits for people before the agent is told to make it again', '9m')
    .option('--file <path>', "the agent's settings file, where it is not the one in your home")
    .action(async (name: string, step: string | undefined, options: Options) => {
      const dialect = dialectNamed(name);
      if (dialect === undefined) throw new UsageError(`There is no agent ${name}. It is one of ${AGENTS}.`);
      if (step === 'install') await installFor(dialect, options);
      else if (step === 'uninstall')
        say(`${uninstall(dialect, settingsOf(dialect, options), process.env)} has no hook of Countersign now.`);
      else throw new UsageError('The step is install or uninstall; without options and a step, a hook answers.');
      end(EXIT.ok);
    });
}

function settingsOf(dialect: Dialect, { file }: Options): string {
  return file ?? dialect.settingsFile(homeOf(process.env), process.env);
}

async function installFor(dialect: Dialect, options: Options): Promise<void> {
  const { user, agent = `${user}/${dialect.name}` } = options;
  if (user === undefined) throw new UsageError('--user is missing: the person whom the agent works for.');
  const waitMs = durationMs(options.wait);
  if (waitMs === undefined || waitMs > LONGEST_WAIT_MS) throw new UsageError('--wait is a duration of at most 9m.');
  const { url } = loadClientConfig(process.env);
  const apiKey = keyIn(process.env);
  // A key that is wrong would block every call from now on.
  await openApi().list({ limit: 1 });
  const file = settingsOf(dialect, options);
  const program = [process.execPath, realpathSync(process.argv[1] ?? '')];
  try {
    install(dialect, { user, agent, url, apiKey, waitMs, file, program }, process.env);
  } catch (error) {
    const what = error instanceof Error ? error.message : 'cannot be changed.';
    throw new UsageError(`${file} ${what} Mend it, or name another with --file.`);
  }
  say(`${file}: from its next session on ${dialect.name} asks before each call of a tool, as ${agent} for ${user}.`);
  if (dialect.afterwards !== undefined) say(dialect.afterwards);
  say(`The directory must list the agent: { id: ${agent}, owner: ${user} }`);
}
