// What every npm script calls: sees to it that everything is there, then runs the script with a Node.js that can.
//
//   node src/local/setup/run.mjs [--with opa,redis] [--begin opa] [--env <file>] [node options] <script.ts> [arguments]
//
// --with waits for the tools it names, --begin only starts getting them (the script waits when it needs them),
// --env reads a file of variables if it is there. Plain JavaScript without dependencies, for any Node.js since 18.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDependencies } from './dependencies.mjs';
import { guard } from './guard.mjs';
import { ensureNode } from './node.mjs';
import { explain } from './say.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = resolve(HERE, '../../..');
const TOOLS = join(ROOT, '.tools');
const KNOWN_TOOLS = ['opa', 'redis'];
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const ECHO_MS = 500; // Ctrl-C reaches us from the terminal and once more from npm
const LOOK_MS = 500;
const EXIT_ON_SIGNAL = { SIGHUP: 129, SIGINT: 130, SIGKILL: 137, SIGTERM: 143 };

/** What is now running: tools being got (whole process groups), then the script, which looks after its own children. */
const tools = new Set();
let script;
let isOver = false;

let lastSignal = { name: '', at: 0 };
for (const name of FORWARDED) process.on(name, () => forward(name));
if (process.env.npm_lifecycle_event !== undefined) endWithNpm();

main(process.argv.slice(2)).catch(error => {
  explain(error);
  endTools();
  process.exitCode = 1;
});

async function main(args) {
  const { needed, begun, options, command } = parse(args);
  const node = ensureNode(TOOLS);
  const got = new Map([...needed, ...begun].filter(isMissing).map(tool => [tool, node.then(path => get(path, tool))]));
  for (const work of got.values()) work.catch(() => {}); // reported where it is awaited, or by the script
  const [path] = await Promise.all([node, ensureDependencies(ROOT, TOOLS), ...needed.map(tool => got.get(tool))]);
  script = start(path, [...options, ...command], 'inherit');
  const release = guard(script.pid ?? 0, { signal: 'TERM' });
  const { code, signal } = await ending(script);
  release();
  endTools();
  process.exitCode = code ?? EXIT_ON_SIGNAL[signal] ?? 1;
}

function parse(args) {
  const needed = [];
  const begun = [];
  const options = [];
  let i = 0;
  for (; i < args.length && args[i].startsWith('--'); i++) {
    if (args[i] === '--with') needed.push(...args[++i].split(','));
    else if (args[i] === '--begin') begun.push(...args[++i].split(','));
    else if (args[i] !== '--env') options.push(args[i]);
    else if (existsSync(args[++i])) options.push(`--env-file=${args[i]}`);
  }
  if (i === args.length)
    throw new Error('Which script? Usage: node src/local/setup/run.mjs [--with opa,redis] <script.ts> [arguments]');
  const unknown = [...needed, ...begun].find(tool => !KNOWN_TOOLS.includes(tool));
  if (unknown !== undefined) throw new Error(`We do not know how to get ${unknown}: name ${KNOWN_TOOLS.join(' or ')}.`);
  return { needed, begun, options, command: args.slice(i) };
}

/** A quick look that spares an extra process; the services look again, and more closely. */
function isMissing(tool) {
  if (tool === 'opa') return !process.env.COUNTERSIGN_OPA && !existsSync(join(TOOLS, 'bin/opa')); // on PATH it may be too old
  if (process.env.REDIS_URL || existsSync(join(TOOLS, 'bin/redis-server'))) return false;
  const directories = (process.env.PATH ?? '').split(delimiter);
  return !directories.some(dir => existsSync(join(dir, 'redis-server')) || existsSync(join(dir, 'valkey-server')));
}

async function get(node, tool) {
  if (isOver) throw new Error(`${tool} is no longer needed.`);
  const child = start(node, [join(HERE, `${tool}.ts`)], ['ignore', 'inherit', 'inherit']);
  const release = guard(-(child.pid ?? 0), { signal: 'TERM' });
  tools.add(child);
  const { code } = await ending(child);
  tools.delete(child);
  release();
  if (code !== 0) throw new Error(`Without ${tool} this cannot run; what to do about it is said above.`);
}

/** Starts a child in a session of its own, so that Ctrl-C reaches it once: from us. */
function start(node, args, stdio) {
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` };
  if (env.HTTPS_PROXY ?? env.https_proxy) env.NODE_USE_ENV_PROXY = '1';
  return spawn(node, args, { detached: true, stdio, env });
}

function ending(child) {
  return new Promise((ended, failed) => {
    child.on('error', failed);
    child.on('exit', (code, signal) => ended({ code, signal }));
  });
}

function forward(name) {
  const isEcho = lastSignal.name === name && Date.now() - lastSignal.at < ECHO_MS;
  lastSignal = { name, at: Date.now() };
  if (isEcho) return;
  if (script !== undefined) {
    script.kill(name);
    return;
  }
  endTools();
  process.exit(EXIT_ON_SIGNAL[name]);
}

/**
 * Told to end, npm tells the shell between us, which ends without a word to us; and killed, it tells nobody. Either way
 * whoever owned us is gone, and what we started must not stay behind and go on serving.
 */
function endWithNpm() {
  const parent = process.ppid;
  const owner = parentOf(parent);
  const timer = setInterval(() => {
    if (process.ppid === parent && parentOf(parent) === owner) return;
    clearInterval(timer);
    forward('SIGTERM');
  }, LOOK_MS);
  timer.unref();
}

/** The parent of another process, where the system shows it. Where it does not, npm's shell makes room for us. */
function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
  } catch {
    return undefined;
  }
}

function endTools() {
  isOver = true;
  for (const { pid } of tools) {
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGTERM');
    } catch {} // it has just ended
  }
}
