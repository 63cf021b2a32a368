// Finds programs on this machine and runs them to their end.
import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

/** This checkout's own tools; never committed, safe to delete. */
export const TOOLS_DIR = resolve(import.meta.dirname, '../../../.tools');

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Every executable called `name` on `PATH`, in its order. */
export function onPath(name: string, path: string | undefined = process.env.PATH): string[] {
  return (path ?? '')
    .split(delimiter)
    .filter(directory => directory !== '')
    .map(directory => join(directory, name))
    .filter(isExecutable);
}

const WORDS_KEPT = 20_000;

/** Runs a program and gives its output; a program that fails is an error that quotes its last words. */
export function run(
  program: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string; timeoutMs?: number } = {},
): Promise<string> {
  return new Promise((done, failed) => {
    const child = spawn(program, args, {
      env: options.env ?? process.env,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let words = '';
    child.stdout.on('data', chunk => {
      output += chunk;
      words = (words + chunk).slice(-WORDS_KEPT);
    });
    child.stderr.on('data', chunk => {
      words = (words + chunk).slice(-WORDS_KEPT);
    });
    child.on('error', failed);
    child.on('close', (code, signal) => {
      if (code === 0) done(output);
      else failed(new Error(`${program} ${args.join(' ')} ended with ${signal ?? code}:\n${words.trim()}`));
    });
  });
}
