// Ends a child process when this process ends, however it ends: even SIGKILL closes a pipe.
import { spawn } from 'node:child_process';

// The shell waits on a pipe that only we hold open. It runs in a session of its own, so that Ctrl-C does not end it first.
const WATCH = 'read -r _; kill -s "$1" -- "$2" 2>/dev/null; if [ -n "$3" ]; then rm -rf -- "$3"; fi';

/**
 * Watches over `pid` (negative: a whole process group) until the returned function is called; `signal` is what the orphan
 * gets, `directory` is deleted after it.
 * @param {number} pid
 * @param {{ signal?: string, directory?: string }} [options]
 */
export function guard(pid, { signal = 'KILL', directory = '' } = {}) {
  if (process.platform === 'win32') return () => {};
  const watcher = spawn('sh', ['-c', WATCH, 'guard', signal, String(pid), directory], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.on('error', () => {}); // no shell, no guard: the owner still stops the child on every ordinary way out
  watcher.stdin.on('error', () => {});
  watcher.stdin.unref?.();
  watcher.unref();
  return () => void watcher.kill('SIGKILL');
}
