// Lets one process at a time do a piece of set-up in this checkout; the others wait and then find it done.
import { mkdir, open, readFile, rename, stat, unlink, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const BEAT_MS = 1_000;
const STALE_AFTER_MS = 15_000;
const ASK_AGAIN_MS = 150;

/** Runs `work` while holding the lock file `path`; `onWait` is called once if another process holds it. */
export async function withLock(path, work, { onWait } = {}) {
  await mkdir(dirname(path), { recursive: true });
  let hasWaited = false;
  while (!(await take(path))) {
    if (await isStale(path)) {
      await remove(path);
      continue;
    }
    if (!hasWaited) onWait?.();
    hasWaited = true;
    await pause(ASK_AGAIN_MS);
  }
  const beat = setInterval(() => utimes(path, new Date(), new Date()).catch(() => {}), BEAT_MS);
  beat.unref();
  try {
    return await work();
  } finally {
    clearInterval(beat);
    await unlink(path).catch(() => {});
  }
}

async function take(path) {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(JSON.stringify({ pid: process.pid, host: hostname() }));
    await file.close();
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** The holder died on this host, or (any host, any container) its beat has stopped. */
async function isStale(path) {
  try {
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > STALE_AFTER_MS) return true;
    const holder = JSON.parse(await readFile(path, 'utf8'));
    return holder.host === hostname() && !isAlive(holder.pid);
  } catch {
    return false; // gone, or not written yet: ask again
  }
}

// Two waiters may both remove a stale lock, one of them the other's fresh one. What is guarded is built under a
// temporary name and renamed into place, so the worst that follows is work done twice.
async function remove(path) {
  const aside = `${path}.stale-${process.pid}`;
  await rename(path, aside).catch(() => {});
  await unlink(aside).catch(() => {});
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
