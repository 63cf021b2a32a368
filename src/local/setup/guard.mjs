// Ends a child process, or deletes a temporary folder, when this process ends, however it ends: even SIGKILL closes a pipe.
import { spawn } from 'node:child_process';

// Each waits on a pipe that only we hold open.
// What was only asked to end and has not after a while is not asked again.
const END = [
  'read -r _; kill -s "$1" -- "$2" 2>/dev/null; n=0',
  'while [ "$n" -lt "$4" ] && kill -0 -- "$2" 2>/dev/null; do sleep 1; n=$((n + 1)); done',
  'kill -s KILL -- "$2" "$3" 2>/dev/null',
].join('\n');
const PATIENCE_S = 25; // Countersign itself ends within 20
const DELETE = 'read -r _; rm -rf -- "$1" || { sleep 1; rm -rf -- "$1"; }'; // who wrote there may be dying at this moment

/**
 * Watches over `pid` (negative: a whole process group), which gets `signal` if it outlives us, until the returned
 * function is called. It leads a group of its own; if it lingers for `patienceS` seconds, all of that is killed.
 */
export function guard(pid, { signal = 'KILL', patienceS = PATIENCE_S } = {}) {
  return watch(END, [signal, String(pid), String(-Math.abs(pid)), String(patienceS)]);
}

/** Deletes `directory` when we end, unless the returned function was called before. */
export function guardDirectory(directory) {
  return watch(DELETE, [directory]);
}

function watch(script, args) {
  if (process.platform === 'win32') return () => {};
  // In a session of its own, so that Ctrl-C does not end it first.
  const watcher = spawn('sh', ['-c', script, 'guard', ...args], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.on('error', () => {}); // no shell, no guard: the owner still stops the child on every ordinary way out
  watcher.stdin.on('error', () => {});
  watcher.stdin.unref?.();
  watcher.unref();
  return () => void watcher.kill('SIGKILL');
}
