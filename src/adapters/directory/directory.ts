// Who people are: answers from the people file, which is read again whenever it changes.
import { type FSWatcher, watch } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure, failureCode } from '../../domain/failure.ts';
import type { Observe } from '../../flow/ports.ts';
import { answersFrom, type LiveDirectory, nextKnown, sizeOf } from './known.ts';

export type DirectoryOptions = {
  readonly path: string;
  readonly observe?: Observe;
  /** How often the file is looked at, beside the system's own notices, which some file systems do not give. */
  readonly pollMs?: number;
  readonly onReload?: () => void;
};

const POLL_MS = 2_000;
/** An editor writes in several strokes. */
const SETTLE_MS = 50;

/** Opens the people file. A file that cannot be used at the start stops the start; a broken edit later does not count. */
export async function openDirectory(options: DirectoryOptions): Promise<LiveDirectory> {
  const { path, observe } = options;
  let text = await readPeople(path);
  let known = nextKnown(text, undefined);
  let fault: string | undefined;
  let brokenText: string | undefined;

  async function reload(): Promise<boolean> {
    let newer: string | undefined;
    try {
      newer = await readPeople(path);
      if (newer === text) {
        fault = undefined;
        brokenText = undefined;
        return true;
      }
      known = nextKnown(newer, known);
      text = newer;
      fault = undefined;
      brokenText = undefined;
      options.onReload?.();
      return true;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const isNews = fault !== message || brokenText !== newer;
      fault = message;
      brokenText = newer;
      const code = failureCode(error, 'people_file_unreadable');
      const told = `${message} The people known before are still in force.`;
      if (isNews) observe?.({ kind: 'trouble', where: 'directory', code, message: told });
      return false;
    }
  }

  const stop = watchFile(path, options.pollMs ?? POLL_MS, () => void reload());
  return {
    ...answersFrom(
      () => known,
      () => known,
    ),
    reload,
    get fault() {
      return fault;
    },
    async check() {
      return { name: 'people', ok: true, detail: fault ?? `${sizeOf(known)}, from a file.` };
    },
    stop,
  };
}

async function readPeople(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const message = `The people file ${path} cannot be read. Set COUNTERSIGN_PEOPLE to a readable JSON or YAML file.`;
    throw new Failure('people_file_missing', message, { cause, isTransient: false });
  }
}

/** The folder is watched, since editors replace a file rather than write into it; the poll catches what is not told. */
function watchFile(path: string, pollMs: number, changed: () => void): () => void {
  let settling: NodeJS.Timeout | undefined;
  const soon = () => {
    clearTimeout(settling);
    settling = setTimeout(changed, SETTLE_MS);
    settling.unref();
  };
  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(dirname(path), { persistent: false }, soon);
    watcher.on('error', () => watcher?.close());
  } catch {
    // No notices on this file system: the poll is enough.
  }
  let seen = '';
  const poll = setInterval(async () => {
    const now = await stat(path).then(
      ({ mtimeMs, size, ino }) => `${mtimeMs} ${size} ${ino}`,
      () => 'gone',
    );
    if (seen !== '' && seen !== now) soon();
    seen = now;
  }, pollMs);
  poll.unref();
  return () => {
    clearTimeout(settling);
    clearInterval(poll);
    watcher?.close();
  };
}
