// The leaves themselves: segments of 16,384 lines of JSON, each with its index, only ever added to.
import { createReadStream } from 'node:fs';
import { mkdir, open, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { damaged, flushFolder, isAbsent } from './disk.ts';

export const SEGMENT_LEAVES = 16_384;

/** Where a leaf's line is: in the segment that its index names. */
export type Stretch = { readonly offset: number; readonly bytes: number };

export function segmentOf(index: number): string {
  const first = index - (index % SEGMENT_LEAVES);
  return join('segments', `${String(first).padStart(12, '0')}.jsonl`);
}

/**
 * Writes leaves from `index` on, behind the byte `offset` of its segment, whatever stood there: only what a checkpoint
 * covers counts. Gives where each stands, once all of them are on the disk.
 */
export async function writeLeaves(
  dir: string,
  index: number,
  offset: number,
  leaves: readonly string[],
): Promise<readonly Stretch[]> {
  const stretches: Stretch[] = [];
  for (let done = 0; done < leaves.length; ) {
    const at = index + done;
    const some = leaves.slice(done, done + SEGMENT_LEAVES - (at % SEGMENT_LEAVES));
    const lines = some.map((leaf, i) => Buffer.from(lineOf(at + i, leaf)));
    let from = at % SEGMENT_LEAVES === 0 ? 0 : offset;
    const start = from;
    for (const { length } of lines) {
      stretches.push({ offset: from, bytes: length });
      from += length;
    }
    await putAt(join(dir, segmentOf(at)), start, Buffer.concat(lines));
    done += some.length;
  }
  return stretches;
}

async function putAt(path: string, offset: number, bytes: Buffer): Promise<void> {
  const folder = join(path, '..');
  await mkdir(folder, { recursive: true });
  await (await open(path, 'a')).close();
  const file = await open(path, 'r+');
  try {
    await file.truncate(offset);
    for (let done = 0; done < bytes.length; ) {
      done += (await file.write(bytes, done, bytes.length - done, offset + done)).bytesWritten;
    }
    await file.datasync();
  } finally {
    await file.close();
  }
  await flushFolder(folder);
}

function lineOf(index: number, leaf: string): string {
  return `{"index":${index},"leaf":${leaf}}\n`;
}

/** The leaf that a line holds, or undefined where the line is none or names another index. */
export function leafIn(line: string, index: number): string | undefined {
  const head = `{"index":${index},"leaf":`;
  return line.startsWith(head) && line.endsWith('}') ? line.slice(head.length, -1) : undefined;
}

export type IndexedLeaf = { readonly index: number; readonly leaf: string; readonly bytes: number };

/** Leaves from `from` up to `to`, in order; a line that is missing or is none is a failure. */
export async function* readLeaves(dir: string, from: number, to: number): AsyncGenerator<IndexedLeaf> {
  let index = from - (from % SEGMENT_LEAVES);
  while (index < to) {
    const end = Math.min(to, index + SEGMENT_LEAVES);
    for await (const line of linesOf(join(dir, segmentOf(index)))) {
      const leaf = leafIn(line, index);
      if (leaf === undefined) throw damaged(`${segmentOf(index)} has another line where leaf ${index} should stand.`);
      if (index >= from) yield { index, leaf, bytes: Buffer.byteLength(line) + 1 };
      index += 1;
      if (index === end) break;
    }
    if (index < end) throw damaged(`${segmentOf(index)} ends before leaf ${index}.`);
  }
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const stream = createReadStream(path, 'utf8');
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  try {
    yield* lines;
  } catch (error) {
    if (!isAbsent(error)) throw error;
  } finally {
    lines.close();
    stream.destroy();
  }
}

/** One leaf, where the index says that it is. */
export async function readLeafAt(dir: string, index: number, { offset, bytes }: Stretch): Promise<string> {
  const file = await open(join(dir, segmentOf(index)), 'r');
  try {
    const line = Buffer.alloc(bytes);
    await file.read(line, 0, bytes, offset);
    const leaf = leafIn(line.subarray(0, -1).toString('utf8'), index);
    if (leaf === undefined) throw damaged(`${segmentOf(index)} has another line where leaf ${index} should stand.`);
    return leaf;
  } finally {
    await file.close();
  }
}

/** The byte behind leaf `size - 1` in its segment: what follows was never sealed. */
export async function endOf(dir: string, size: number): Promise<number> {
  let end = 0;
  const first = size - (size % SEGMENT_LEAVES);
  for await (const { bytes } of readLeaves(dir, first, size)) end += bytes;
  return end;
}

/** Cuts off what was written and never sealed. */
export async function cutBehind(dir: string, size: number, offset: number): Promise<void> {
  try {
    await truncate(join(dir, segmentOf(size)), offset);
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
}
