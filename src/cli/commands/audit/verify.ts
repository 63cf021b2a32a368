// `countersign audit verify`: whether the sealed audit is whole, by its folder and its public key alone.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { loadConfig } from '../../../config.ts';
import { parseVerifierKey, type VerifierKey } from '../../../domain/log/note.ts';
import { EXIT } from '../../exit-codes.ts';
import { UsageError } from '../../failing.ts';
import { plain, say } from '../../screen.ts';

type Options = {
  readonly dir?: string;
  readonly key?: string;
  readonly checkpoint: readonly string[];
  readonly json?: boolean;
};

export function addVerifyAudit(audit: Command, end: (code: number) => void): void {
  audit
    .command('verify')
    .description(
      'check the sealed audit: every leaf, hash, checkpoint and chain; needs its folder and public key alone',
    )
    .option('--dir <folder>', 'the folder of the log, or a copy of it; by default AUDIT_DIR')
    .option('--key <key>', 'the public key that you trust, or a file with it; by default log.vkey of the folder')
    .option(
      '--checkpoint <file>',
      'a checkpoint that was kept elsewhere, which the log must have grown out of; may be repeated',
      (file: string, before: readonly string[]) => [...before, file],
      [],
    )
    .option('--json', 'print what was found as JSON')
    .action(async ({ dir = loadConfig(process.env, []).audit.dir, key, checkpoint, json }: Options) => {
      const { verifyLog } = await import('../../../adapters/segments/verify.ts');
      const isWatched = process.stderr.isTTY === true;
      const found = await verifyLog({
        dir,
        key: keyFrom(key ?? join(dir, 'log.vkey')),
        kept: checkpoint.map(contentOf),
        onProgress: (done, all) => {
          if (isWatched) process.stderr.write(`\r${done} of ${all} leaves`);
        },
      });
      if (isWatched) process.stderr.write('\r\u001b[K');
      if (json === true) say(JSON.stringify(found, undefined, 2));
      else {
        for (const { code, words } of found.faults) say(plain(`${code}: ${words}`));
        const { leaves, entries, requests, checkpoints, faults } = found;
        const counted = `${leaves} leaves, ${entries} entries of ${requests} requests, ${checkpoints} checkpoints`;
        say(faults.length === 0 ? `Whole: ${counted}.` : `Not whole: ${faults.length} found in ${counted}.`);
        if (key === undefined) {
          say(
            'The key is the one beside the log. Give one that you kept (--key), and an old checkpoint.',
            process.stderr,
          );
        }
      }
      end(found.faults.length === 0 ? EXIT.ok : EXIT.broken);
    });
}

function keyFrom(given: string): VerifierKey {
  const key = parseVerifierKey(existsSync(given) ? contentOf(given) : given);
  if (key !== undefined) return key;
  throw new UsageError(
    `${given} is neither a public key of a log nor a file with one. It is AUDIT_DIR/log.vkey of the sealer.`,
  );
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new UsageError(`${path} cannot be read.`);
  }
}
