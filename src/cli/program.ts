// The command line: reads the environment file, hands over to one command, ends with its exit code.
import { existsSync } from 'node:fs';
import { Command, Help } from 'commander';
import { addAnswers } from './commands/answer.ts';
import { addAudit } from './commands/audit/group.ts';
import { addCancel } from './commands/cancel.ts';
import { addDemo } from './commands/demo.ts';
import { addDoctor } from './commands/doctor.ts';
import { addHook } from './commands/hook.ts';
import { addKeys } from './commands/keys.ts';
import { addLink } from './commands/link.ts';
import { addList } from './commands/list.ts';
import { addMcp } from './commands/mcp.ts';
import { addPolicy } from './commands/policy/group.ts';
import { addRedeem } from './commands/redeem.ts';
import { addRedis } from './commands/redis.ts';
import { addRequest } from './commands/request.ts';
import { addReview } from './commands/review.ts';
import { addRevoke } from './commands/revoke.ts';
import { addRun } from './commands/run.ts';
import { addServe } from './commands/serve.ts';
import { addShow } from './commands/show.ts';
import { addSlack } from './commands/slack.ts';
import { addStanding } from './commands/standing.ts';
import { addToken } from './commands/token.ts';
import { addVerify } from './commands/verify.ts';
import { addWait } from './commands/wait.ts';
import { EXIT, EXIT_HELP } from './exit-codes.ts';
import { explain } from './failing.ts';
import { ownVersion } from './version.ts';

const end = (code: number): void => {
  process.exitCode = code;
};

// A broken pipe (`countersign list | head`) is how a reader says thank you.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(process.exitCode ?? EXIT.ok);
});

/** Every command there is; `runProgram` takes what was typed. */
export const program = new Command('countersign')
  .version(ownVersion(), '--version', 'print the version of Countersign')
  .description('Ask before an action that matters: policy decides, people countersign.')
  .addHelpText('after', EXIT_HELP)
  .enablePositionalOptions()
  .configureHelp({
    // Options that may be repeated begin with none; "(default: [])" tells a person nothing.
    optionDescription: option => new Help().optionDescription(option).replace(' (default: [])', ''),
  })
  .showHelpAfterError('See --help.')
  .exitOverride();

addServe(program, end);
addRequest(program, end);
addWait(program, end);
addShow(program, end);
addList(program, end);
addCancel(program, end);
addAnswers(program, end);
addReview(program, end);
addLink(program, end);
addRun(program, end);
addHook(program, end);
addMcp(program, end);
addRedeem(program, end);
addRevoke(program, end);
addVerify(program, end);
addToken(program, end);
addKeys(program, end);
addRedis(program, end);
addStanding(program, end);
addPolicy(program, end);
addSlack(program, end);
addAudit(program, end);
addDoctor(program, end);
addDemo(program);

/** Runs the command that was typed; the process ends with its exit code. */
export async function runProgram(): Promise<void> {
  try {
    if (existsSync('.env')) process.loadEnvFile('.env');
    await program.parseAsync();
  } catch (error) {
    end(explain(error));
  }
}
