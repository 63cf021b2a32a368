// Runs a command as if it had been typed: same terminal, same signals, same exit code.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { EXIT } from './exit-codes.ts';
import { say } from './screen.ts';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The exit code of the command, or what a shell would say of one that could not be started or was killed. */
export function runCommand(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise(resolve => {
    const child = spawn(program, args, { stdio: 'inherit', env });
    const forward = (signal: NodeJS.Signals) => void child.kill(signal);
    const done = (code: number) => {
      for (const name of FORWARDED) process.off(name, forward);
      resolve(code);
    };
    for (const name of FORWARDED) process.on(name, forward);
    child.once('error', (error: NodeJS.ErrnoException) => {
      const isMissing = error.code === 'ENOENT';
      say(
        `${program} ${isMissing ? 'was not found' : 'cannot be started'}. Check its name and rights.`,
        process.stderr,
      );
      done(isMissing ? EXIT.notFound : EXIT.notRunnable);
    });
    child.once('exit', (code, signal) => done(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}
