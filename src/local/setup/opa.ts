// Finds Open Policy Agent, or gets it: the official binary where the network allows, else compiled by Go.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { withLock } from './lock.mjs';
import { compileOpa } from './opa-compile.ts';
import { downloadOpa } from './opa-download.ts';
import { isExecutable, onPath, TOOLS_DIR } from './programs.ts';
import { explain, say, setupFailure, step } from './say.mjs';

/** The oldest OPA that we run, and the one that we get; 1.21.0 to 1.22.0 match `in` wrongly. */
export const OPA_VERSION = '1.22.2';

/** Where OPA is looked for, and how it is got; each part can be replaced. */
export type OpaSearch = {
  readonly env?: NodeJS.ProcessEnv;
  readonly toolsDir?: string;
  readonly ways?: readonly OpaWay[];
};

/** One way to get OPA: it puts a working program at `target` in one move, or throws. */
export type OpaWay = {
  readonly label: string;
  readonly get: (version: string, target: string, env: NodeJS.ProcessEnv) => Promise<void>;
};

const WAYS: readonly OpaWay[] = [
  { label: 'downloading the official binary', get: (version, target) => downloadOpa(version, target) },
  { label: 'compiling it with Go (about three minutes on two cores, once)', get: compileOpa },
];

/** `Version: 1.22.2` → `1.22.2`. */
export function parseOpaVersion(output: string): string | undefined {
  return /^Version:\s*v?(\d+\.\d+\.\d+\S*)/m.exec(output)?.[1];
}

/** A pre-release counts as older than its release. */
export function isAtLeast(version: string, minimum: string): boolean {
  const [numbers = '', preRelease] = version.split('-', 2);
  const have = numbers.split('.').map(Number);
  const want = minimum.split('.').map(Number);
  for (const [i, wanted] of want.entries()) {
    const part = have[i] ?? 0;
    if (part !== wanted) return part > wanted;
  }
  return preRelease === undefined;
}

/** The OPA to run, or undefined; an explicit `COUNTERSIGN_OPA` that does not work is an error, never passed over. */
export function findOpa({ env = process.env, toolsDir = TOOLS_DIR }: OpaSearch = {}): string | undefined {
  const named = env.COUNTERSIGN_OPA;
  if (named !== undefined && named !== '') {
    const version = versionOf(named);
    if (version !== undefined && isAtLeast(version, OPA_VERSION)) return named;
    throw setupFailure(
      'opa_unusable',
      `COUNTERSIGN_OPA is ${named}, which is ${version === undefined ? 'not a program that answers "version"' : `OPA ${version}`}. ` +
        `Let it name OPA ${OPA_VERSION} or newer, or unset it.`,
    );
  }
  return [join(toolsDir, 'bin', 'opa'), ...onPath('opa', env.PATH)].find(isNewEnough);
}

/** The OPA to run, got first if need be. Several processes may ask at once: one gets it, the others wait. */
export async function ensureOpa(search: OpaSearch = {}): Promise<string> {
  const found = findOpa(search);
  if (found !== undefined) return found;
  const toolsDir = search.toolsDir ?? TOOLS_DIR;
  const onWait = () => say(`… OPA ${OPA_VERSION}: another process is getting it, waiting`);
  return withLock(join(toolsDir, 'opa.lock'), async () => findOpa(search) ?? (await getOpa(search, toolsDir)), {
    onWait,
  });
}

async function getOpa(search: OpaSearch, toolsDir: string): Promise<string> {
  const target = join(toolsDir, 'bin', 'opa');
  const refusals: string[] = [];
  for (const way of search.ways ?? WAYS) {
    try {
      await step(`OPA ${OPA_VERSION}: ${way.label}`, () => way.get(OPA_VERSION, target, search.env ?? process.env));
      if (isNewEnough(target)) return target;
      refusals.push(`${way.label}: what came is not OPA ${OPA_VERSION}`);
    } catch (error) {
      refusals.push(`${way.label}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw setupFailure(
    'opa_missing',
    `OPA ${OPA_VERSION} is needed and could not be had. Install it from https://www.openpolicyagent.org/docs/#1-download-opa ` +
      'and put it on PATH, or name it in COUNTERSIGN_OPA; or install Go and run this again.',
    new Error(refusals.join('; ')),
  );
}

function isNewEnough(path: string): boolean {
  const version = versionOf(path);
  return version !== undefined && isAtLeast(version, OPA_VERSION);
}

function versionOf(path: string): string | undefined {
  if (!isExecutable(path)) return undefined;
  const answer = spawnSync(path, ['version'], {
    encoding: 'utf8',
    timeout: 10_000,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return parseOpaVersion(answer.stdout ?? '');
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { path: { type: 'boolean' } } });
  try {
    const path = await ensureOpa();
    if (values.path === true) process.stdout.write(`${path}\n`);
  } catch (error) {
    explain(error);
    process.exitCode = 1;
  }
}
