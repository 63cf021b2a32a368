// Writing so that it is there after a pulled cord: a file is flushed before it has its name, its folder afterwards.
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure } from '../../domain/failure.ts';

/** Puts a file in place whole, or not at all. */
export async function putDurably(path: string, content: string | Buffer, mode = 0o644): Promise<void> {
  const made = await mkdir(dirname(path), { recursive: true });
  const fresh = `${path}.new`;
  const file = await open(fresh, 'w', mode);
  try {
    await file.writeFile(content);
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(fresh, path);
  await flushFolder(dirname(path));
  if (made !== undefined) await flushFolder(dirname(made));
}

export async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

export function isAbsent(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
}

/** What is wrong with a log on a disk, in words that end with what to do. */
export function damaged(what: string, cause?: unknown): Failure {
  const message = `${what} Run \`countersign audit verify\` to see what holds, and put the folder back from a copy.`;
  return new Failure('audit_log_damaged', message, { cause, isTransient: false });
}
