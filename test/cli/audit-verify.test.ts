// `countersign audit verify` needs the folder and the key, nothing that runs, and its exit code is for scripts.
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openWriter } from '../../src/adapters/segments/write.ts';
import { leafOf } from '../../src/domain/log/leaf.ts';
import { formatVerifierKey, signingKey } from '../../src/domain/log/note.ts';
import { scratchDir } from '../support/scratch.ts';
import { countersign } from './spawned.ts';

it('says whether the sealed audit is whole, and what is wrong', async () => {
  const dir = scratchDir();
  const key = signingKey('test.example/audit', generateKeyPairSync('ed25519').privateKey);
  const writer = await openWriter({ dir, key, fence: 1 });
  await writer.add(['1-0', '2-0'].map(position => leafOf(position, ['fact', '{"event":"linked"}'])));
  writer.close();
  const verify = (...more: string[]) => countersign(['audit', 'verify', '--dir', dir, ...more]);
  const whole = await verify('--key', formatVerifierKey(key), '--checkpoint', join(dir, 'checkpoint'));
  expect(whole).toMatchObject({ code: 0, out: expect.stringContaining('Whole: 2 leaves') });
  const segment = join(dir, 'segments/000000000000.jsonl');
  writeFileSync(segment, readFileSync(segment, 'utf8').replace('linked', 'linket'));
  const altered = await verify('--json');
  expect(altered).toMatchObject({ code: 1, out: expect.stringContaining('leaf_altered') });
}, 120_000);
