// `countersign policy build`: a folder of policies as one signed bundle that names its revision.
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { present } from '../../../domain/present.ts';
import { buildBundle } from '../../../workbench/policy/bundle.ts';
import { EXIT } from '../../exit-codes.ts';
import { UsageError } from '../../failing.ts';
import { say } from '../../screen.ts';

type Options = {
  readonly out: string;
  readonly revision?: string;
  readonly key?: string;
  readonly keyId: string;
  readonly sign: boolean;
  readonly entrypoint: string;
};

export function addBuild(policy: Command, end: (code: number) => void): void {
  policy
    .command('build [folder]')
    .description('pack a folder of policies into a signed bundle that OPA loads over HTTP')
    .option('--out <file>', 'where the bundle goes', 'bundle.tar.gz')
    .option(
      '--revision <text>',
      'what decisions name as their policy (default: the commit if clean, else a content hash)',
    )
    .option('--key <private.pem>', 'the ES256 private key; make one with "countersign policy key"')
    .option('--key-id <name>', "the name under which OPA's configuration has the public key", 'policy')
    .option('--no-sign', 'leave it unsigned: for a look inside, not for production')
    .option('--entrypoint <path>', 'the rule that must have an answer', 'approvals/main/decision')
    .action(async (folder: string | undefined, options: Options) => {
      const key = await keyFrom(options);
      const revision = await buildBundle({
        folder: folder ?? 'policies',
        out: options.out,
        entrypoint: options.entrypoint,
        ...present({ revision: options.revision }),
        ...(key === undefined ? {} : { signing: { key: key.path, keyId: options.keyId } }),
      });
      const signed = key === undefined ? 'not signed' : `signed as "${options.keyId}"`;
      say(`${options.out} is ${signed}. Its revision:`, process.stderr);
      say(revision);
      end(EXIT.ok);
    });
}

async function keyFrom({ key: path, sign }: Options): Promise<{ readonly path: string } | undefined> {
  if (!sign) {
    if (path !== undefined) throw new UsageError('--key signs and --no-sign does not: give one of them.');
    return undefined;
  }
  if (path === undefined) {
    throw new UsageError(
      'A bundle is signed: give --key <private.pem> ("countersign policy key private.pem" makes one), or say --no-sign.',
    );
  }
  const key = await readKey(path);
  if (key?.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new UsageError(
      `${path} is not an ES256 private key (PEM, P-256, not encrypted). Make one: countersign policy key private.pem`,
    );
  }
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) {
    say(`Others on this machine may read ${path}. Make it yours alone: chmod 600 ${path}`, process.stderr);
  }
  return { path };
}

async function readKey(path: string): Promise<KeyObject | undefined> {
  const text = await readFile(path).catch(() => {
    throw new UsageError(`${path} cannot be read. Check the path given as --key.`);
  });
  try {
    return createPrivateKey(text);
  } catch {
    return undefined;
  }
}
