// How a command ends when it cannot do its work: one sentence with the remedy on standard error, and the exit code.
import { CommanderError } from 'commander';
import { CountersignError, GrantRefused } from '../client/index.ts';
import { ConfigError } from '../config.ts';
import { Failure } from '../domain/failure.ts';
import { Unusable } from '../workbench/unusable.ts';
import { EXIT } from './exit-codes.ts';
import { painter, plain, say } from './screen.ts';

/** Something the person typed; ends the command with the code for usage. */
export class UsageError extends Unusable {
  override readonly name = 'UsageError';
}

/** Tells the person, and says which code the process ends with. */
export function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const paint = painter(process.stderr);
  for (const line of messageOf(error).split('\n'))
    say(paint(plain(line.replaceAll('\t', '  ')), 'red'), process.stderr);
  if (error instanceof CountersignError) {
    for (const { pointer, message } of faultsOf(error)) say(`  ${plain(pointer)} ${plain(message)}`, process.stderr);
  }
  return codeOf(error);
}

function codeOf(error: unknown): number {
  if (error instanceof Unusable || error instanceof ConfigError) return EXIT.usage;
  if (error instanceof GrantRefused) return EXIT.grantRefused;
  if (error instanceof CountersignError) {
    if (error.code === 'still_pending') return EXIT.pending;
    if (error.code === 'unreachable') return EXIT.unreachable;
    return error.code === 'bad_url' || error.code === 'no_key' ? EXIT.usage : EXIT.rejected;
  }
  if (error instanceof Failure && error.isTransient) return EXIT.unreachable;
  return EXIT.broken;
}

function messageOf(error: unknown): string {
  if (error instanceof Unusable) return `${error.message}${error.message.includes('\n') ? '\n' : ' '}See --help.`;
  if (error instanceof Error) return error.message;
  return 'Something broke that should not. Please report it.';
}

function faultsOf(error: CountersignError): readonly { readonly pointer: string; readonly message: string }[] {
  const faults = 'faults' in error && Array.isArray(error.faults) ? error.faults : [];
  return faults.length > 1 ? faults : [];
}
