// What every npm script goes through: arguments and exit codes pass, Ctrl-C arrives once, and nothing is left running.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { scratchDir } from '../../support/scratch.ts';
import { isAlive } from './processes.ts';

const ROOT = join(import.meta.dirname, '../../..');
const SERVICES = JSON.stringify(join(ROOT, 'src/local/setup/services.ts'));

/** A TypeScript script, run as npm scripts are; its output comes line by line. */
function run(script: string, { args = [], options = [] }: { args?: string[]; options?: string[] } = {}) {
  const file = join(scratchDir(), 'script.ts');
  writeFileSync(file, script);
  const child = spawn(process.execPath, ['src/local/setup/run.mjs', ...options, file, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  const said: string[] = [];
  createInterface({ input: child.stdout }).on('line', line => lines.push(line));
  child.stderr.on('data', chunk => said.push(String(chunk)));
  return { child, lines, said, closed: once(child, 'close') };
}

async function firstLine(lines: readonly string[], child: ChildProcess): Promise<string> {
  await vi.waitFor(() => expect(lines.length > 0 || child.exitCode !== null).toBe(true), { timeout: 30_000 });
  return lines[0] ?? '';
}

describe('a script', () => {
  it('gets its arguments and its environment file, and its exit code is ours; we say nothing when all is there', async () => {
    const env = join(scratchDir(), 'env');
    writeFileSync(env, 'GREETING=hello\n');
    const script =
      'const code: number = 7; console.log(process.env.GREETING, process.argv.slice(2)); process.exit(code);';
    const { closed, lines, said } = run(script, { args: ['a', '--with', 'b c'], options: ['--env', env] });
    expect(await closed).toEqual([7, null]);
    expect(lines).toEqual(["hello [ 'a', '--with', 'b c' ]"]);
    expect(said.join('')).toBe('');
  });

  it('runs without the environment file when there is none', async () => {
    const { closed, said } = run('process.exit(0)', { options: ['--env', join(scratchDir(), 'none')] });
    expect(await closed).toEqual([0, null]);
    expect(said.join('')).toBe('');
  });

  it('that asks for something unknown is not run, and the reason is told', async () => {
    const { closed, lines, said } = run('console.log("ran")', { options: ['--with', 'unheard-of'] });
    expect(await closed).toEqual([1, null]);
    expect(lines).toEqual([]);
    expect(said.join('')).toContain('We do not know how to get unheard-of: name opa or redis.');
  });
});

describe('Ctrl-C', () => {
  it('arrives once, though terminal and npm both send it, and the script ends in its own order', async () => {
    const { child, closed, lines } = run(`
      const { startRedis } = await import(${SERVICES});
      const redis = await startRedis();
      process.on('SIGINT', async () => {
        console.log('interrupted');
        await redis.stop();
        process.exit(0);
      });
      console.log(redis.pid);
      setInterval(() => {}, 1000);`);
    const pid = Number(await firstLine(lines, child));
    child.kill('SIGINT');
    child.kill('SIGINT');
    expect(await closed).toEqual([0, null]);
    expect(lines).toEqual([String(pid), 'interrupted']);
    expect(isAlive(pid)).toBe(false);
  });

  it('ends a script that does not listen, and everything that it started', async () => {
    const { child, closed, lines } = run(`
      const { startRedis } = await import(${SERVICES});
      console.log((await startRedis()).pid);
      setInterval(() => {}, 1000);`);
    const pid = Number(await firstLine(lines, child));
    child.kill('SIGINT');
    expect(await closed).toEqual([130, null]);
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 10_000 });
  });
});

it('a script does not outlive a runner that was killed without a word', async () => {
  const { child, lines } = run('console.log(process.pid); setInterval(() => {}, 1000);');
  const pid = Number(await firstLine(lines, child));
  expect(isAlive(pid)).toBe(true);
  child.kill('SIGKILL');
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 10_000 });
});

describe('npm', () => {
  /** A script of a package, run by npm as `npm run serve` would be, which serves until it is told to end. */
  async function npmRun(options = '') {
    const dir = scratchDir();
    const serve = join(dir, 'serve.ts');
    writeFileSync(
      serve,
      `process.on('SIGTERM', () => { console.log('told'); process.exit(0); });
      process.on('disconnect', () => { console.log('alone'); process.exit(0); });
      console.log(process.pid);
      setInterval(() => {}, 1000);`,
    );
    const runner = join(ROOT, 'src/local/setup/run.mjs');
    const scripts = { serve: `node ${runner} ${options} ${serve}` };
    writeFileSync(join(dir, 'package.json'), JSON.stringify({ name: 'x', version: '1.0.0', scripts }));
    const npm = spawn('npm', ['run', '--silent', 'serve'], { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] });
    onTestFinished(() => void npm.kill('SIGKILL'));
    const lines: string[] = [];
    createInterface({ input: npm.stdout }).on('line', line => lines.push(line));
    const pid = Number(await firstLine(lines, npm));
    onTestFinished(() => void (isAlive(pid) && process.kill(pid, 'SIGKILL')));
    return { npm, pid, lines };
  }

  it.each([
    ['told to end', 'SIGTERM', ''],
    ['killed without a word', 'SIGKILL', ''],
    ['told to end while it watches files', 'SIGTERM', '--watch'],
    ['killed while it watches files', 'SIGKILL', '--watch'],
  ] as const)('%s leaves no server behind', async (_, signal, options) => {
    const { npm, pid, lines } = await npmRun(options);
    expect(isAlive(pid)).toBe(true);
    npm.kill(signal);
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 10_000 });
    await vi.waitFor(() => expect(lines.at(-1)).toMatch(/told|alone/)); // in order, not cut off
  });
});
