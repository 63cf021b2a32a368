// `countersign verify`: looks at a grant offline and prints what it says.
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { type JwkSet, verify } from '../../client/index.ts';
import { loadClientConfig } from '../../config.ts';
import type { Digest } from '../../domain/canonical.ts';
import { timestamp } from '../../domain/record.ts';
import { EXIT } from '../exit-codes.ts';
import { UsageError } from '../failing.ts';
import { say } from '../screen.ts';

type Options = {
  readonly jwks?: string;
  readonly audience?: string;
  readonly issuer?: string;
  readonly digest?: string;
};

export function addVerify(program: Command, end: (code: number) => void): void {
  program
    .command('verify <grant>')
    .description('check a grant offline and print what it says; only redeem says whether it may be used now')
    .option('--jwks <url-or-file>', 'the key set; by default that of COUNTERSIGN_URL')
    .option('--audience <service>', 'the service that must have been given it')
    .option('--issuer <url>', 'who must have issued it')
    .option('--digest <digest>', 'what must have been approved')
    .action(async (grant: string, { jwks, audience, issuer, digest }: Options) => {
      const claims = await verify(grant, {
        jwks: keySet(jwks ?? `${loadClientConfig(process.env).url.replace(/\/+$/, '')}/.well-known/jwks.json`),
        ...(audience === undefined ? {} : { audience }),
        ...(issuer === undefined ? {} : { issuer }),
        ...(digest === undefined ? {} : { action: digest as Digest }),
      });
      say(JSON.stringify(claims, undefined, 2));
      say(`The signature holds, until ${timestamp(claims.exp * 1_000)}.`, process.stderr);
      end(EXIT.ok);
    });
}

function keySet(where: string): JwkSet | string {
  if (/^https?:/.test(where)) return where;
  try {
    return JSON.parse(readFileSync(where, 'utf8')) as JwkSet;
  } catch {
    throw new UsageError(`${where} is neither a URL nor a file with a JWK set.`);
  }
}
