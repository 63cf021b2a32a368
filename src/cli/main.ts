#!/usr/bin/env node
// Where the command line begins. Compiled code is kept between calls, which halves the time to the first word.
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

// In the person's own cache, and not in a shared temporary folder where others could put code for us to run.
enableCompileCache(join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'countersign'));
const [command, agent, ...more] = process.argv.slice(2);
if (command === 'hook' && agent !== undefined && more.length === 0) {
  // Before every call of every tool: nothing is loaded that it does not need, and no file that the agent may have written.
  const { answerHookOf } = await import('./hook-at-once.ts');
  await answerHookOf(agent);
} else {
  const { runProgram } = await import('./program.ts');
  await runProgram();
}
