// The closing check of a test run: a process that a test forgot is found by the mark in its environment.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { findLeftovers } from '../../../src/local/setup/leftovers.ts';

it.runIf(process.platform === 'linux')('finds a forgotten process, and none once it has ended', async () => {
  const mark = `COUNTERSIGN_MARK=${randomUUID()}`;
  const [name = '', value = ''] = mark.split('=');
  const child = spawn('sleep', ['60'], { env: { ...process.env, [name]: value } });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  expect(await findLeftovers(mark, 0)).toEqual([{ pid: child.pid, command: 'sleep 60' }]);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await findLeftovers(mark)).toEqual([]);
});
