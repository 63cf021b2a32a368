#!/usr/bin/env node
// Where the command line begins. Compiled code is kept between calls, which halves the time to the first word.
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

// In the person's own cache, and not in a shared temporary folder where others could put code for us to run.
enableCompileCache(join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'countersign'));
const { runProgram } = await import('./program.ts');
await runProgram();
