// The drill: what anybody may do to a sealed log is found and named, and nothing is found where nothing was touched.
import { generateKeyPairSync } from 'node:crypto';
import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { verifyLog } from '../../../src/adapters/segments/verify.ts';
import { openWriter } from '../../../src/adapters/segments/write.ts';
import { link } from '../../../src/domain/audit/chain.ts';
import { EMPTY_CHAIN } from '../../../src/domain/audit/head.ts';
import { leafOf } from '../../../src/domain/log/leaf.ts';
import { signingKey } from '../../../src/domain/log/note.ts';
import { scratchDir } from '../../support/scratch.ts';

const key = signingKey('test.example/audit', generateKeyPairSync('ed25519').privateKey);
const AT = '2026-01-01T00:00:00.000Z';
const REQUESTS = 150;

/** Two leaves a request: it was delayed, and it ended. */
function leavesOf(status: 'approved' | 'denied' = 'approved'): string[] {
  const all: string[] = [];
  for (let i = 0; i < REQUESTS; i += 1) {
    const id = `req_${i}`;
    const first = link(id, EMPTY_CHAIN, [{ event: 'delayed', at: AT, trouble: 'none' }]);
    const second = link(id, first.head, [{ event: 'resolved', at: AT, status, by: 'people' }]);
    for (const [n, { entries }] of [first, second].entries()) {
      const fields = ['id', id, 'v', String(n + 1), ...entries.flatMap(entry => ['entry', JSON.stringify(entry)])];
      all.push(leafOf(`${1_000 + i}-${n}`, fields));
    }
  }
  return all;
}

async function sealed(dir: string, leaves: readonly string[], ...sizes: number[]): Promise<string[]> {
  const writer = await openWriter({ dir, key, fence: 1 });
  const notes: string[] = [];
  for (const [i, to] of sizes.entries()) notes.push(await writer.add(leaves.slice(sizes[i - 1] ?? 0, to)));
  writer.close();
  return notes;
}

let whole: string;
let notes: readonly string[];
const SEGMENT = 'segments/000000000000.jsonl';

beforeAll(async () => {
  whole = join(process.env.TMPDIR ?? '/tmp', `countersign-drill-${process.pid}`);
  notes = await sealed(whole, leavesOf(), 40, 300);
  return () => rmSync(whole, { recursive: true, force: true });
});

function edit(path: string, change: (text: string) => string): void {
  writeFileSync(path, change(readFileSync(path, 'utf8')));
}

function editLines(dir: string, change: (lines: string[]) => string[]): void {
  const bodies = (text: string) =>
    change(
      text
        .trimEnd()
        .split('\n')
        .map(line => line.replace(/^\{"index":\d+,/, '')),
    );
  edit(join(dir, SEGMENT), text =>
    bodies(text)
      .map((body, i) => `{"index":${i},${body}\n`)
      .join(''),
  );
}

describe('a sealed log', () => {
  it('is whole where nothing was touched, also against what was kept elsewhere', async () => {
    const found = await verifyLog({ dir: whole, key, kept: notes });
    expect(found).toEqual({ leaves: 300, entries: 300, requests: REQUESTS, checkpoints: 4, faults: [] });
  });

  it.each<[string, (dir: string) => unknown, string]>([
    [
      'a leaf that was altered',
      dir => edit(join(dir, SEGMENT), text => text.replace('approved', 'denied')),
      'leaf_altered',
    ],
    ['a leaf that was dropped', dir => editLines(dir, lines => lines.toSpliced(7, 1)), 'leaf_altered'],
    ['two that changed places', dir => editLines(dir, ([a = '', b = '', ...rest]) => [b, a, ...rest]), 'leaf_altered'],
    ['one that was inserted', dir => editLines(dir, lines => lines.toSpliced(7, 0, lines[3] ?? '')), 'leaf_altered'],
    ['a segment that was cut', dir => truncateSync(join(dir, SEGMENT), 5_000), 'log_damaged'],
    ['a segment that is gone', dir => rmSync(join(dir, SEGMENT)), 'log_damaged'],
    ['a tile that is gone', dir => rmSync(join(dir, 'tile/0/000')), 'log_damaged'],
    [
      'an old checkpoint in the place of the newest',
      dir => writeFileSync(join(dir, 'checkpoint'), notes[0] ?? ''),
      'checkpoint_replayed',
    ],
    ['a checkpoint that is gone', dir => rmSync(join(dir, 'checkpoint')), 'no_checkpoint'],
    [
      'a checkpoint that was altered',
      dir => edit(join(dir, 'checkpoint'), text => text.replace('\n300\n', '\n299\n')),
      'checkpoint_forged',
    ],
  ])('shows %s', async (_what, tamper, code) => {
    const dir = scratchDir();
    cpSync(whole, dir, { recursive: true });
    tamper(dir);
    const { faults } = await verifyLog({ dir, key });
    expect(faults.map(fault => fault.code)).toContain(code);
  });

  it('shows a log that was forked with its own key, by a checkpoint that somebody kept', async () => {
    const dir = scratchDir();
    await sealed(dir, leavesOf('denied'), 40, 300);
    expect((await verifyLog({ dir, key })).faults).toEqual([]);
    expect((await verifyLog({ dir, key, kept: notes })).faults.map(({ code }) => code)).toContain('log_forked');
  });

  it('shows a log whose end was cut off and signed again, by a checkpoint that somebody kept', async () => {
    const dir = scratchDir();
    await sealed(dir, leavesOf(), 40);
    expect((await verifyLog({ dir, key, kept: notes })).faults.map(({ code }) => code)).toEqual([
      'checkpoint_replayed',
    ]);
  });

  it('shows another key than the one that is trusted', async () => {
    const other = signingKey(key.name, generateKeyPairSync('ed25519').privateKey);
    expect((await verifyLog({ dir: whole, key: other })).faults.map(({ code }) => code)).toContain('checkpoint_forged');
  });

  it.each<[string, (leaves: string[]) => string[], string]>([
    [
      'an entry altered before it was sealed',
      leaves => leaves.with(1, (leaves[1] ?? '').replace('approved', 'denied')),
      'chain_altered',
    ],
    ['an entry dropped before it was sealed', leaves => leaves.toSpliced(0, 1), 'chain_unlinked'],
    ['an entry sealed twice', leaves => [...leaves, leaves.at(-1) ?? ''], 'chain_unlinked'],
  ])('shows %s, by the chain of its request', async (_what, tamper, code) => {
    const dir = scratchDir();
    const leaves = tamper(leavesOf().slice(0, 20));
    await sealed(dir, leaves, leaves.length);
    expect((await verifyLog({ dir, key })).faults.map(fault => fault.code)).toEqual([code]);
  });
});
