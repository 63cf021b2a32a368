// Installs the npm dependencies when what is installed is not what package-lock.json asks for.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { runNpm } from './npm.mjs';
import { say, setupFailure, step } from './say.mjs';

/** npm keeps its own record of what it installed; every package of the lock file must be in it, in that version. */
export function areInstalled(root) {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined || installed === undefined) return false;
  return Object.entries(wanted).every(([path, { version, optional, integrity }]) => {
    if (path === '') return true;
    const have = installed[path];
    if (have === undefined) return optional === true; // built for another platform
    return have.version === version && (integrity === undefined || have.integrity === integrity);
  });
}

/** Brings `node_modules` to what the lock file says; waits if another process is doing it. */
export async function ensureDependencies(root, toolsDir) {
  if (areInstalled(root)) return;
  const onWait = () => say('… npm dependencies: another process is installing them, waiting');
  const work = async () => {
    if (!areInstalled(root)) await install(root);
  };
  await withLock(join(toolsDir, 'npm.lock'), work, { onWait });
}

async function install(root) {
  try {
    // No package needs its install script: what is native ships prebuilt. So none is run.
    const args = ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    await step('npm dependencies: installing them', () => runNpm(args, { cwd: root }));
  } catch (cause) {
    throw setupFailure(
      'dependencies_missing',
      'The npm dependencies could not be installed. Run `npm ci` here and mend what it reports, then run this again.',
      cause,
    );
  }
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined; // missing or broken: the same as not installed
  }
}
