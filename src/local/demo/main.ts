// The demo: the whole of Countersign on this machine. `--auto` clicks by itself, checks the outcomes and ends 0 or 1.
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { toldToEnd } from '../../main.ts';
import { play } from './autopilot.ts';
import { type Stage, type StageOptions, setStage } from './installation.ts';
import { scenes } from './scenario.ts';
import { heading, paint, say } from './screen.ts';
import { openTools, type Tools } from './tools.ts';

const HELP = `Usage: npm run demo [-- options]

  --auto       click by itself, check the outcomes, end with 0 or 1
  --verbose    show Countersign's log
  --page N     port of the Slack page (4390)
  --port N     port of the API (4391)`;

const ENDED_BY: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Runs the demo; the exit code. */
async function demo(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      auto: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
      page: { type: 'string', default: '4390' },
      port: { type: 'string', default: '4391' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    say(HELP);
    return 0;
  }
  const begun: Begun = {};
  const told = toldToEnd(() => begun.stage?.unended() ?? [], ENDED_BY);
  const { auto, verbose: isVerbose, page, port } = values;
  const options = { isVerbose, pagePort: Number(page), apiPort: Number(port), until: told };
  try {
    return await Promise.race([perform(options, auto, begun), interrupted(told)]);
  } finally {
    await begun.tools?.close();
    await begun.stage?.stop();
  }
}

/** What has to be ended, as far as it has come. */
type Begun = { stage?: Stage; tools?: Tools };

async function perform(options: StageOptions, isAuto: boolean, begun: Begun): Promise<number> {
  heading('Countersign demo');
  begun.stage = await setStage(options);
  begun.tools = openTools(begun.stage);
  heading('Tools ask before they act');
  const all = scenes(isAuto ? 6 : 90);
  const asked = [];
  for (const scene of all) asked.push(await begun.tools.ask(scene));
  if (!isAuto) {
    invite(begun.stage);
    await once(options.until, 'abort');
    return 0;
  }
  const faults = await play(begun.stage.workspace, asked);
  heading(faults.length === 0 ? `All ${all.length} requests ended as they should.` : 'Not as it should be:');
  for (const fault of faults) say(`  ${paint('red', '✗')} ${fault}`);
  return faults.length === 0 ? 0 : 1;
}

function invite({ workspace, api, apiKey, namespace, ownRedisUrl }: Stage): void {
  heading('Now you');
  say(`  Open ${paint('cyan', `${workspace.url}/?user=U0BOB&channel=C0APPROVALS`)}`);
  say(
    '  You are Bob. Approve the deployment; then be Carol (top right) and deny the refund in #finance, with a reason.',
  );
  say('  As Erin your click is refused, and she is told why. The export expires by itself.');
  say();
  say(`  ${paint('dim', 'Ask for something yourself, in another terminal:')}`);
  say(`  export COUNTERSIGN_URL=${api} COUNTERSIGN_API_KEY=${apiKey}`);
  say('  npm run --silent countersign -- run --action deploy --user alice \\');
  say('    --resource service:web --param version=7 -- echo deployed');
  say();
  if (ownRedisUrl !== undefined) {
    say(
      `  ${paint('dim', 'Answer there as well, with a key of your own; alex has no Slack account yet and can link one:')}`,
    );
    say(`  export REDIS_URL=${ownRedisUrl} COUNTERSIGN_NAMESPACE=${namespace}`);
    say('  export COUNTERSIGN_API_KEY=$(npm run --silent countersign -- keys create --person bob)');
    say('  npm run --silent countersign -- list --mine');
    say();
  }
  say(`  ${paint('dim', 'Ctrl-C ends everything that was started.')}`);
  say();
}

/** The first Ctrl-C, or whoever started us wants us to end: whatever the demo is at. */
async function interrupted(told: AbortSignal): Promise<number> {
  await once(told, 'abort');
  say('\n  Ending what was started …');
  return 0;
}

try {
  process.exitCode = await demo(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
