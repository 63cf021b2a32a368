// Runs npm, the one that called us if there is one, and other programs to their end.
import { spawn } from 'node:child_process';
import { guard } from './guard.mjs';

/** Runs npm quietly; what it says is quoted only when it fails. */
export function runNpm(args, options = {}) {
  const own = process.env.npm_execpath;
  const isNpm = own !== undefined && /npm-cli\.[cm]?js$/.test(own);
  if (isNpm) return runProgram(process.execPath, [own, ...args], options);
  if (process.platform === 'win32') return runProgram('npm.cmd', args, { ...options, shell: true });
  return runProgram('npm', args, options);
}

/** Runs a program to its end and gives its output. It ends when we do, with everything that it started. */
export function runProgram(program, args, { cwd, shell = false } = {}) {
  return new Promise((done, failed) => {
    const child = spawn(program, args, {
      cwd,
      shell,
      env: inherited(),
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const release = child.pid === undefined ? () => {} : guard(-child.pid, { signal: 'TERM' });
    let words = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', chunk => {
        words = (words + chunk).slice(0, 8_000); // npm says first what is wrong, then how it is used
      });
    }
    child.on('error', failed);
    child.on('close', (code, signal) => {
      release();
      if (code === 0) done(words);
      else failed(new Error(`${program} ${args.join(' ')} ended with ${signal ?? code}:\n${words.trim()}`));
    });
  });
}

// What npm tells its scripts about the running command would be read as settings by an npm inside it: `--silent`, a
// prefix, a workspace. What the person set (registry, proxy, certificates, cache) stays.
function inherited() {
  const env = { ...process.env };
  for (const name of ['npm_config_prefix', 'npm_config_local_prefix', 'npm_config_global', 'npm_config_workspace']) {
    delete env[name];
  }
  return env;
}
