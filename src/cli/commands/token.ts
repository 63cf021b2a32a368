// `countersign token`: a job exchanges the token of its platform for a key, with nothing stored anywhere.
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { exchangeToken } from '../../client/index.ts';
import { loadClientConfig } from '../../config.ts';
import { timestamp } from '../../domain/record.ts';
import { EXIT } from '../exit-codes.ts';
import { UsageError } from '../failing.ts';
import { say } from '../screen.ts';

type Options = { readonly idTokenFile?: string; readonly audience: string };

const NO_TOKEN =
  'There is no ID token. On GitHub Actions give the job "permissions: id-token: write"; elsewhere put the token into COUNTERSIGN_ID_TOKEN, or name its file with --id-token-file.';

export function addToken(program: Command, end: (code: number) => void): void {
  program
    .command('token')
    .description("exchange the ID token of a job's platform for a key, and print it, alone, on the last line")
    .option(
      '--id-token-file <file>',
      'the token, as Kubernetes mounts it; else COUNTERSIGN_ID_TOKEN, else GitHub Actions is asked',
    )
    .option('--audience <audience>', 'whom GitHub Actions makes the token for', 'countersign')
    .addHelpText('after', '\nexample:\n  export COUNTERSIGN_API_KEY="$(countersign token)"')
    .action(async (options: Options) => {
      const { url } = loadClientConfig(process.env);
      const idToken = await idTokenFrom(options, process.env);
      const { apiKey, service, expiresAt } = await exchangeToken({ url, idToken });
      say(`You are ${service} until ${timestamp(expiresAt)}.`, process.stderr);
      say(apiKey);
      end(EXIT.ok);
    });
}

async function idTokenFrom({ idTokenFile, audience }: Options, env: NodeJS.ProcessEnv): Promise<string> {
  if (idTokenFile !== undefined) return fileText(idTokenFile);
  if (env.COUNTERSIGN_ID_TOKEN !== undefined && env.COUNTERSIGN_ID_TOKEN !== '') return env.COUNTERSIGN_ID_TOKEN;
  const { ACTIONS_ID_TOKEN_REQUEST_URL: address, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = env;
  if (address === undefined || token === undefined) throw new UsageError(NO_TOKEN);
  return fromGitHub(address, token, audience);
}

function fileText(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    throw new UsageError(`The file ${path} cannot be read. Name the file that holds the ID token.`);
  }
}

/** https://docs.github.com/en/actions/reference/security/oidc */
async function fromGitHub(address: string, token: string, audience: string): Promise<string> {
  const url = new URL(address);
  url.searchParams.set('audience', audience);
  const answer = await fetch(url, {
    headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(10_000),
  }).catch(() => undefined);
  const body = answer?.ok === true ? await answer.json().catch(() => undefined) : undefined;
  const { value } = (body ?? {}) as { readonly value?: unknown };
  if (typeof value === 'string') return value;
  throw new UsageError('GitHub Actions gives no ID token just now. Run the step again.');
}
