// A folder of policies as a bundle: without tests, with stated roots, a revision, and a signature over all of it.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { runOpa } from '../opa.ts';
import { Unusable } from '../unusable.ts';

export type BundleOptions = {
  readonly folder: string;
  readonly out: string;
  /** The rule that must have an answer, `approvals/main/decision`. */
  readonly entrypoint: string;
  readonly revision?: string;
  readonly signing?: { readonly key: string; readonly keyId: string };
};

/** Tests would be served like policies; scenarios are for people. */
const IGNORED = ['*_test.rego', 'scenarios', '*.scenario.yaml', '*.scenarios.yaml'];

/**
 * Writes the bundle to `out` in one move, or leaves what is there, and says its revision. Throws a `Unusable` that
 * ends with the remedy.
 */
export async function buildBundle(options: BundleOptions): Promise<string> {
  const { entrypoint, signing } = options;
  const folder = resolve(options.folder);
  const out = resolve(options.out);
  await requireRoots(folder);
  const work = await mkdtemp(join(tmpdir(), 'countersign-bundle-'));
  try {
    const plain = join(work, 'plain.tar.gz');
    await opaBuild(folder, plain, ['--revision', options.revision ?? 'unsigned']);
    await requireAnswer(plain, entrypoint);
    const revision = options.revision ?? (await commitOf(folder)) ?? (await contentHash(plain));
    const whole = join(work, 'bundle.tar.gz');
    await opaBuild(folder, whole, ['--revision', revision, ...(await signingArguments(signing, work))]);
    await moveInto(whole, out);
    return revision;
  } finally {
    await rm(work, { recursive: true, force: true });
  }

  /** From inside the folder: built from outside, every path would get a prefix. */
  async function opaBuild(from: string, to: string, more: readonly string[]): Promise<void> {
    const capabilities = join(from, 'meta/capabilities.json');
    const {
      code,
      out: words,
      err,
    } = await runOpa(
      [
        ...['build', '--bundle', '.', '--output', to, '--entrypoint', entrypoint],
        ...IGNORED.flatMap(pattern => ['--ignore', pattern]),
        ...((await isFile(capabilities)) ? ['--capabilities', capabilities] : []),
        ...more,
      ],
      { cwd: from },
    );
    if (code !== 0)
      throw new Unusable(`OPA cannot build ${options.folder}:\n${(words + err).trim()}\nCorrect it there.`);
  }
}

/** A bundle without roots owns everything, and would erase OPA's own authorization policy. */
async function requireRoots(folder: string): Promise<void> {
  const manifest = join(folder, '.manifest');
  const text = await readFile(manifest, 'utf8').catch(() => undefined);
  if (text === undefined) {
    throw new Unusable(`${manifest} is missing. Create it: {"revision": "dev", "roots": ["approvals"]}`);
  }
  const roots = rootsOf(text);
  if (roots.length === 0 || roots.some(root => root === '' || root === 'system' || root.startsWith('system/'))) {
    throw new Unusable(
      `${manifest} must state what the bundle owns, and nothing below system. Write there: "roots": ["approvals"]`,
    );
  }
}

function rootsOf(manifest: string): readonly string[] {
  try {
    const { roots } = JSON.parse(manifest) as { readonly roots?: unknown };
    return Array.isArray(roots) && roots.every(root => typeof root === 'string') ? roots : [];
  } catch {
    return [];
  }
}

/** `opa build` accepts an entrypoint that nobody defined, and every question would end as undefined. */
async function requireAnswer(bundle: string, entrypoint: string): Promise<void> {
  const query = `data.${entrypoint.replaceAll('/', '.')}`;
  const { code, err } = await runOpa(['eval', '--fail', '--bundle', bundle, '--stdin-input', query], { input: '{}' });
  if (code === 0) return;
  const why = err.trim() === '' ? '' : `\n${err.trim()}\n`;
  throw new Unusable(
    `There is no answer at ${entrypoint}.${why} Give the rule there a default, or name another with --entrypoint.`,
  );
}

async function signingArguments(signing: BundleOptions['signing'], work: string): Promise<readonly string[]> {
  if (signing === undefined) return [];
  const claims = join(work, 'claims.json');
  await writeFile(claims, JSON.stringify({ keyid: signing.keyId }));
  return ['--signing-alg', 'ES256', '--signing-key', resolve(signing.key), '--claims-file', claims];
}

/** The commit, where all of the folder is in it. */
async function commitOf(folder: string): Promise<string | undefined> {
  const changes = await git(folder, ['status', '--porcelain', '--ignored', '--', '.']);
  return changes === '' ? (await git(folder, ['rev-parse', 'HEAD']))?.trim() : undefined;
}

function git(cwd: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise(ended => {
    const child = spawn('git', args, { cwd, stdio: ['ignore', 'pipe', 'ignore'] });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', chunk => {
      out += chunk;
    });
    child.on('error', () => ended(undefined));
    child.on('close', code => ended(code === 0 ? out : undefined));
  });
}

/** Of what is packed and of nothing else: the archive inside is the same for the same policies. */
async function contentHash(bundle: string): Promise<string> {
  return `sha256:${createHash('sha256')
    .update(gunzipSync(await readFile(bundle)))
    .digest('hex')}`;
}

/** Beside its place first, so that a server never offers half a bundle. */
async function moveInto(from: string, to: string): Promise<void> {
  const beside = join(dirname(to), `.${process.pid}.bundle.partial`);
  try {
    await writeFile(beside, await readFile(from));
    await rename(beside, to);
  } catch (error) {
    await rm(beside, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    throw new Unusable(`${to} cannot be written (${code}). Name a file in a folder that exists with --out.`);
  }
}

async function isFile(path: string): Promise<boolean> {
  return readFile(path).then(
    () => true,
    () => false,
  );
}
