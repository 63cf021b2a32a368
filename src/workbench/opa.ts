// The programs that the policy commands run: `opa`, named by COUNTERSIGN_OPA or found as the set-up finds it, and others on PATH.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Unusable } from './unusable.ts';

export type ProgramRun = { readonly code: number | null; readonly out: string; readonly err: string };

export type RunOptions = { readonly cwd?: string; readonly input?: string };

/** Runs `opa` to its end, whatever that is; `cwd` and `input` as for any program. */
export async function runOpa(args: readonly string[], options: RunOptions = {}): Promise<ProgramRun> {
  const named = process.env.COUNTERSIGN_OPA?.trim();
  return runProgram(named || (await foundOpa()), args, options, GET_OPA);
}

let found: Promise<string> | undefined;

/** The one that `own-opa.ts` would start, so that a command speaks with one OPA only; the image has no set-up to ask. */
function foundOpa(): Promise<string> {
  found ??= import('../local/setup/opa.ts').then(
    ({ findOpa }) => findOpa() ?? 'opa',
    () => 'opa',
  );
  return found;
}

/** Whether a program can be run by its name alone. */
export function isOnPath(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some(folder => folder !== '' && existsSync(join(folder, name)));
}

/** `remedy` says how to get the program where it cannot be run. */
export function runProgram(
  program: string,
  args: readonly string[],
  { cwd, input = '' }: RunOptions = {},
  remedy = 'Check that it is a program.',
): Promise<ProgramRun> {
  return new Promise((ended, failed) => {
    const child = spawn(program, args, { ...(cwd === undefined ? {} : { cwd }), stdio: 'pipe' });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', chunk => {
      out += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', chunk => {
      err += chunk;
    });
    child.stdin.on('error', () => {}).end(input);
    child.on('error', () => failed(new Unusable(`${program} cannot be run. ${remedy}`)));
    child.on('close', code => ended({ code, out, err }));
  });
}

const GET_OPA =
  'Install Open Policy Agent 1.22.2 or newer (https://www.openpolicyagent.org/docs/#1-download-opa) and put it on PATH, or name it in COUNTERSIGN_OPA.';
