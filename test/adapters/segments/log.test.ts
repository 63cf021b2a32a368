// A log on a disk: what is sealed can be read and proven, what was cut short is found, and nothing is signed unread.
import { generateKeyPairSync } from 'node:crypto';
import { appendFileSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSealedLog } from '../../../src/adapters/segments/read.ts';
import { hashesOnDisk } from '../../../src/adapters/segments/tiles.ts';
import { openWriter } from '../../../src/adapters/segments/write.ts';
import { openCheckpoint } from '../../../src/domain/log/checkpoint.ts';
import { leafOf } from '../../../src/domain/log/leaf.ts';
import { growTree, leafHash } from '../../../src/domain/log/merkle.ts';
import { signingKey } from '../../../src/domain/log/note.ts';
import { consistencyPath, inclusionPath, isGrown, isIncluded } from '../../../src/domain/log/proofs.ts';
import { scratchDir } from '../../support/scratch.ts';

const key = signingKey('test.example/audit', generateKeyPairSync('ed25519').privateKey);
const leaf = (i: number) =>
  leafOf(`${1_000 + i}-0`, ['id', `req_${i % 3}`, 'v', '1', 'entry', `{"request":"req_${i % 3}","seq":${i}}`]);
const leaves = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => leaf(from + i));

async function logOf(dir: string, ...sizes: number[]) {
  const writer = await openWriter({ dir, key, fence: 1 });
  let from = 0;
  for (const to of sizes) {
    await writer.add(leaves(from, to));
    from = to;
  }
  writer.close();
  return writer.tree();
}

async function all(dir: string, after?: string): Promise<(number | undefined)[]> {
  const log = openSealedLog(dir);
  const found: (number | undefined)[] = [];
  for await (const { index } of log.after(after)) found.push(index);
  log.close();
  return found;
}

describe('a log on a disk', () => {
  it('of another installation is not read as this one’s', async () => {
    const dir = scratchDir();
    const writer = await openWriter({ dir, key, fence: 1 });
    await writer.add(leaves(0, 3));
    writer.close();
    await expect(openSealedLog(dir, 'countersign/another').furthest()).rejects.toMatchObject({
      code: 'audit_foreign',
      message: expect.stringMatching(/Set AUDIT_DIR/),
    });
    const own = openSealedLog(dir, key.name);
    expect(await own.furthest()).toBeDefined();
    own.close();
  });

  it('has the head of its leaves however they came, and proves each of them and all that it was', async () => {
    const dir = scratchDir();
    const growing = growTree();
    const sizes = [1, 2, 255, 256, 257, 700, 17_000];
    const trees = [];
    const writer = await openWriter({ dir, key, fence: 1 });
    for (const [i, to] of sizes.entries()) {
      const note = await writer.add(leaves(sizes[i - 1] ?? 0, to));
      for (const one of leaves(sizes[i - 1] ?? 0, to)) growing.add(leafHash(one));
      const read = openCheckpoint(note, key);
      if (!read.ok) throw new Error(read.code);
      expect(read.checkpoint).toMatchObject({ size: to, head: growing.head() });
      trees.push(read.checkpoint);
    }
    writer.close();
    const last = writer.tree();
    const hashAt = hashesOnDisk(dir, last.size);
    for (const tree of trees) expect(isGrown(tree, last, consistencyPath(tree.size, last.size, hashAt))).toBe(true);
    for (const i of [0, 1, 255, 256, 16_383, 16_384, 16_999]) {
      expect(isIncluded(leafHash(leaf(i)), i, inclusionPath(i, last.size, hashAt), last)).toBe(true);
    }
    expect(await all(dir)).toHaveLength(17_000);
    expect((await all(dir, '17998-0')).at(0)).toBe(16_999);
    expect(await all(dir, '17998-1')).toEqual([16_999]);
    const log = openSealedLog(dir);
    expect(await log.of('req_1')).toHaveLength(5_667);
    expect(await log.at('17384-0')).toMatchObject([{ index: 16_384, entry: { seq: 16_384 } }]);
    expect(await log.furthest()).toBe('17999-0');
    log.close();
  });

  it('cuts off what was written and never sealed, and makes its index again', async () => {
    const dir = scratchDir();
    const before = await logOf(dir, 10, 300);
    const segment = join(dir, 'segments/000000000000.jsonl');
    const { size } = statSync(segment);
    appendFileSync(segment, `{"index":300,"leaf":${leaf(300)}}\n{"index":301,"le`);
    for (const end of ['', '-wal', '-shm']) rmSync(join(dir, `places.sqlite${end}`), { force: true });
    const writer = await openWriter({ dir, key, fence: 2 });
    expect(writer.tree()).toEqual(before);
    expect(statSync(segment).size).toBe(size);
    await writer.add(leaves(300, 310));
    writer.close();
    expect(await all(dir)).toHaveLength(310);
  });

  it('makes an index again that is no index', async () => {
    const dir = scratchDir();
    await logOf(dir, 10);
    for (const end of ['-wal', '-shm']) rmSync(join(dir, `places.sqlite${end}`), { force: true });
    writeFileSync(join(dir, 'places.sqlite'), 'no database at all, for longer than a header'.repeat(100));
    (await openWriter({ dir, key, fence: 1 })).close();
    expect(await all(dir)).toHaveLength(10);
  });

  it.each<[string, (dir: string) => void]>([
    ['a segment that was cut', dir => truncateSync(join(dir, 'segments/000000000000.jsonl'), 100)],
    ['a tile that is gone', dir => rmSync(join(dir, 'tile/0/001.p/44'))],
    ['a tile that was changed', dir => flip(join(dir, 'tile/1/000.p/1'))],
    ['a checkpoint by somebody else', dir => flip(join(dir, 'checkpoint'))],
  ])('does not go on from %s', async (_what, tamper) => {
    const dir = scratchDir();
    await logOf(dir, 300);
    tamper(dir);
    await expect(openWriter({ dir, key, fence: 1 })).rejects.toMatchObject({ code: 'audit_log_damaged' });
  });

  it('signs nothing that is not on the disk as it was written', async () => {
    const dir = scratchDir();
    const writer = await openWriter({ dir, key, fence: 1 });
    await writer.add(leaves(0, 5));
    flip(join(dir, 'tile/0/000.p/5'));
    await expect(writer.add(leaves(5, 7))).rejects.toMatchObject({ code: 'audit_log_damaged' });
    expect(readFileSync(join(dir, 'checkpoint'), 'utf8')).toContain('\n5\n');
    writer.close();
  });

  it('is left alone by who was overtaken, and by who holds another key', async () => {
    const dir = scratchDir();
    const first = await openWriter({ dir, key, fence: 1 });
    await first.add(leaves(0, 5));
    const second = await openWriter({ dir, key, fence: 2 });
    await expect(first.add(leaves(5, 9))).rejects.toMatchObject({ code: 'sealer_overtaken' });
    await second.add(leaves(5, 6));
    await expect(openWriter({ dir, key, fence: 1 })).rejects.toMatchObject({ code: 'sealer_overtaken' });
    const other = signingKey(key.name, generateKeyPairSync('ed25519').privateKey);
    await expect(openWriter({ dir, key: other, fence: 3 })).rejects.toMatchObject({ code: 'audit_other_key' });
    expect(await all(dir)).toHaveLength(6);
    first.close();
    second.close();
  });
});

function flip(path: string): void {
  const bytes = readFileSync(path);
  bytes[10] = (bytes[10] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}
