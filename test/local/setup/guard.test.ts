// The watch over children: whatever ends their owner ends them, and a whole group if that is what is watched.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { isAlive } from './processes.ts';

const GUARD = JSON.stringify(join(import.meta.dirname, '../../../src/local/setup/guard.mjs'));

it.each([
  ['on SIGKILL', 'setInterval(() => {}, 1000)', 'SIGKILL'],
  ['on an ordinary end', 'setTimeout(() => process.exit(0), 50)', undefined],
  ['on an uncaught error', "setTimeout(() => { throw new Error('bug'); }, 50)", undefined],
] as const)('%s of its owner, a guarded group ends, children of children included', async (_, fate, signal) => {
  const script = `
    const { guard } = await import(${GUARD});
    const { spawn } = await import('node:child_process');
    const group = spawn('sh', ['-c', 'sleep 300 & echo $!; wait'], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
    guard(-group.pid, { signal: 'TERM' });
    group.stdout.once('data', line => {
      console.log(group.pid + ' ' + String(line).trim());
      ${fate};
    });`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void owner.kill('SIGKILL'));
  const [line] = await once(owner.stdout, 'data');
  const pids = String(line).trim().split(' ').map(Number);
  expect(pids).toHaveLength(2);
  if (signal !== undefined) owner.kill(signal);
  await vi.waitFor(() => expect(pids.some(isAlive)).toBe(false), { timeout: 10_000 });
});

it('a guarded process that does not heed the request to end is killed after a while', async () => {
  const script = `
    const { guard } = await import(${GUARD});
    const { spawn } = await import('node:child_process');
    const deaf = spawn('sh', ['-c', 'trap "" TERM; echo $$; while :; do sleep 0.1; done'], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
    guard(deaf.pid, { signal: 'TERM', patienceS: 1 });
    deaf.stdout.once('data', line => console.log(String(line).trim()));`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void owner.kill('SIGKILL'));
  const [line] = await once(owner.stdout, 'data');
  const pid = Number(String(line).trim());
  owner.kill('SIGKILL');
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 15_000 });
});
