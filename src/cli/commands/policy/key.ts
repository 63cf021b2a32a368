// `countersign policy key`: the pair that bundles are signed and verified with.
import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { EXIT } from '../../exit-codes.ts';
import { UsageError } from '../../failing.ts';
import { say } from '../../screen.ts';

export function addKey(policy: Command, end: (code: number) => void): void {
  policy
    .command('key <private.pem>')
    .description('make an ES256 key for "policy build --key"; prints the line that gives OPA the public half')
    .action(async (path: string) => {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const secret = privateKey.export({ type: 'pkcs8', format: 'pem' });
      // Never over an existing file: bundles signed with a lost key cannot be followed by others.
      await writeFile(path, secret, { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'EEXIST') throw new UsageError(`${path} is there already. Name another file, or remove it.`);
        throw new UsageError(`${path} cannot be written (${error.code}). Name a file in a folder that exists.`);
      });
      const use = 'Keep it where bundles are built. OPA gets the public half, from its environment:';
      say(`${path} is the private key. ${use}`, process.stderr);
      say(
        `POLICY_VERIFIER='${publicKey.export({ type: 'spki', format: 'pem' }).toString().trim().replaceAll('\n', '\\n')}'`,
      );
      end(EXIT.ok);
    });
}
