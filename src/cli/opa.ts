// The program `opa`, which the policy commands run: named by COUNTERSIGN_OPA, or found on PATH.
import { spawn } from 'node:child_process';
import { UsageError } from './failing.ts';

export type OpaRun = { readonly code: number | null; readonly out: string; readonly err: string };

/** Runs `opa` to its end, whatever that is; `cwd` and `input` as for any program. */
export function runOpa(
  args: readonly string[],
  { cwd, input = '' }: { readonly cwd?: string; readonly input?: string } = {},
): Promise<OpaRun> {
  const program = process.env.COUNTERSIGN_OPA?.trim() || 'opa';
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
    child.on('error', () => failed(new UsageError(`${program} cannot be run. ${GET_OPA}`)));
    child.on('close', code => ended({ code, out, err }));
  });
}

const GET_OPA =
  'Install Open Policy Agent 1.22.2 or newer (https://www.openpolicyagent.org/docs/#1-download-opa) and put it on PATH, or name it in COUNTERSIGN_OPA.';
