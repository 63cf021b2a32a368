// `countersign policy …`: the commands for people who write and publish policies.
import type { Command } from 'commander';
import { addBuild } from './build.ts';
import { addKey } from './key.ts';
import { addNew } from './new.ts';
import { addReplay } from './replay.ts';
import { addTest } from './test.ts';
import { addTry } from './try.ts';

export function addPolicy(program: Command, end: (code: number) => void): void {
  const policy = program.command('policy').description('write, try and publish policies');
  addNew(policy, end);
  addTest(policy, end);
  addTry(policy, end);
  addReplay(policy, end);
  addBuild(policy, end);
  addKey(policy, end);
}
