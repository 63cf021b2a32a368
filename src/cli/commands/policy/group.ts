// `countersign policy …`: the commands for people who write and publish policies.
import type { Command } from 'commander';
import { addBuild } from './build.ts';
import { addKey } from './key.ts';
import { addReplay } from './replay.ts';

export function addPolicy(program: Command, end: (code: number) => void): void {
  const policy = program.command('policy').description('write, try and publish policies');
  addReplay(policy, end);
  addBuild(policy, end);
  addKey(policy, end);
}
