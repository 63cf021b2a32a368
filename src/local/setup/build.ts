// `npm run build`: plain JavaScript with types for the published package, and beside it what the code reads at run time.
import { cp, rm } from 'node:fs/promises';
import { extname, join, relative, resolve } from 'node:path';
import { packClient } from './client-package.ts';
import { run } from './programs.ts';
import { explain, setupFailure, step } from './say.mjs';

const ROOT = resolve(import.meta.dirname, '../../..');
const LEFT_OUT = ['local/demo', 'local/slack']; // as in tsconfig.build.json
const COMPILED = ['.ts', '.mts', '.md'];
/** Of the set-up only what the policy tools start OPA with: a package prepares no checkout. */
const FOR_CHECKOUTS = ['local/setup/run.mjs', 'local/setup/tsconfig.build.json'];

/** Builds into `outDir`, which is emptied first. */
export async function build(outDir: string): Promise<void> {
  await rm(outDir, { recursive: true, force: true });
  const tsc = join(ROOT, 'node_modules/.bin/tsc');
  try {
    await run(process.execPath, [tsc, '-p', join(ROOT, 'src/local/setup/tsconfig.build.json'), '--outDir', outDir], {
      cwd: ROOT,
    });
  } catch (cause) {
    throw setupFailure(
      'build_failed',
      'The package cannot be built. Mend the types that tsc names, then build again.',
      cause,
    );
  }
  const source = join(ROOT, 'src');
  await cp(source, outDir, { recursive: true, filter: path => isAsset(relative(source, path)) });
}

/** Folders pass, so that what is in them is asked for too. */
function isAsset(path: string): boolean {
  const isOurs = !LEFT_OUT.some(room => path === room || path.startsWith(`${room}/`)) && !FOR_CHECKOUTS.includes(path);
  return isOurs && !COMPILED.includes(extname(path));
}

if (import.meta.main) {
  try {
    await step('package: building it into dist/', () => build(join(ROOT, 'dist')));
    await step('client: its own package into dist-client/', async () =>
      packClient(join(ROOT, 'dist'), join(ROOT, 'dist-client')),
    );
  } catch (error) {
    explain(error);
    process.exitCode = 1;
  }
}
