// The command line as a person or a script meets it: a process of its own.
import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CACHE = join(import.meta.dirname, '../../node_modules/.cache');
const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');

export type Ended = { readonly code: number | null; readonly out: string; readonly err: string };

export type More = { readonly input?: string; readonly cwd?: string };

export type Running = {
  kill(signal: NodeJS.Signals): void;
  /** The first match in what it wrote so far or will write, to either stream. */
  said(words: RegExp): Promise<string>;
  readonly ended: Promise<Ended>;
};

/** Starts `countersign …` with these variables and no others of Countersign's, away from any `.env`. */
export function start(args: readonly string[], env: Record<string, string> = {}, more: More = {}): Running {
  // What seals leaves a log behind: not where the next one would find it.
  const auditDir = mkdtempSync(join(tmpdir(), 'countersign-audit-'));
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: more.cwd ?? tmpdir(),
    env: { PATH: process.env.PATH ?? '', XDG_CACHE_HOME: CACHE, AUDIT_DIR: auditDir, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const texts = { out: '', err: '' };
  const wrote = new EventEmitter();
  for (const [name, stream] of [
    ['out', child.stdout],
    ['err', child.stderr],
  ] as const) {
    stream.setEncoding('utf8').on('data', chunk => {
      texts[name] += chunk;
      wrote.emit('more');
    });
  }
  child.stdin.on('error', () => {}).end(more.input ?? '');
  const ended = once(child, 'close').then(([code]) => {
    rmSync(auditDir, { recursive: true, force: true });
    return { code: code as number | null, ...texts };
  });
  return {
    ended,
    kill: signal => void child.kill(signal),
    async said(words) {
      const gone = ended.then(({ out, err }) => {
        throw new Error(`It ended without saying ${words}: ${out}${err}`);
      });
      gone.catch(() => {});
      for (;;) {
        const [match] = words.exec(texts.out) ?? words.exec(texts.err) ?? [];
        if (match !== undefined) return match;
        await Promise.race([once(wrote, 'more'), gone]);
      }
    },
  };
}

export function countersign(
  args: readonly string[],
  env: Record<string, string> = {},
  more: More = {},
): Promise<Ended> {
  return start(args, env, more).ended;
}
