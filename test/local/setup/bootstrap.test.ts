// The first steps on a fresh machine: a Node.js that is new enough, and the dependencies that the lock file asks for.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import packageJson from '../../../package.json' with { type: 'json' };
import { areInstalled } from '../../../src/local/setup/dependencies.mjs';
import { checkIntegrity, findNode, isNewEnough, NODE_MINIMUM, NODE_VERSION } from '../../../src/local/setup/node.mjs';
import { scratchDir, writeProgram } from '../../support/scratch.ts';

describe('Node.js', () => {
  it.each([
    ['v24.12.0', true],
    ['v24.21.0', true],
    ['v25.0.0', true],
    ['v24.11.9', false],
    ['v22.20.0', false],
    ['v18.0.0', false],
    ['', false],
  ])('%s is new enough: %s', (version, answer) => {
    expect(isNewEnough(version)).toBe(answer);
  });

  it('the minimum is what package.json says, and the one that we get is above it', () => {
    expect(packageJson.engines.node).toBe(`>=${NODE_MINIMUM.join('.')}.0`);
    expect(isNewEnough(NODE_VERSION)).toBe(true);
  });

  it('the running one is used when it is new enough, else our own, else none', () => {
    const tools = scratchDir();
    expect(findNode(tools, 'v24.12.0')).toBe(process.execPath);
    expect(findNode(tools, 'v20.20.2')).toBeUndefined();
    const own = writeProgram(join(tools, 'node/bin/node'), 'echo v24.21.0');
    expect(findNode(tools, 'v20.20.2')).toBe(own);
  });

  it('one of our own that has become too old is not used', () => {
    const tools = scratchDir();
    writeProgram(join(tools, 'node/bin/node'), 'echo v24.1.0');
    expect(findNode(tools, 'v20.20.2')).toBeUndefined();
  });

  it('a package with another content than the pinned one is refused', () => {
    expect(() => checkIntegrity(Buffer.from('evil'), 'sha512-abc')).toThrow(/pinned is sha512-abc/);
  });
});

const Lock = z.object({
  packages: z.record(z.string(), z.object({ optionalDependencies: z.record(z.string(), z.string()).default({}) })),
});

describe('the dependencies', () => {
  const lock = {
    '': { version: '1.0.0' },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/only-elsewhere': { version: '1.0.0', integrity: 'sha512-e', optional: true },
  };

  function checkout(wanted: object, installed: object | undefined): string {
    const root = scratchDir();
    writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: wanted }));
    if (installed !== undefined) {
      mkdirSync(join(root, 'node_modules'));
      writeFileSync(join(root, 'node_modules/.package-lock.json'), JSON.stringify({ packages: installed }));
    }
    return root;
  }

  it.each([
    ['nothing is installed', lock, undefined, false],
    ['the installation was interrupted', lock, {}, false],
    ['all is there but what is for other platforms', lock, { 'node_modules/a': lock['node_modules/a'] }, true],
    ['a version differs', lock, { 'node_modules/a': { version: '1.0.1', integrity: 'sha512-a' } }, false],
    ['a content differs', lock, { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-b' } }, false],
  ])('%s', (_, wanted, installed, answer) => {
    expect(areInstalled(checkout(wanted, installed))).toBe(answer);
  });

  it('are locked for every platform, or a clean install is refused', () => {
    const { packages } = Lock.parse(
      JSON.parse(readFileSync(join(import.meta.dirname, '../../../package-lock.json'), 'utf8')),
    );
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies }]) =>
      Object.keys(optionalDependencies).filter(
        name => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages),
      ),
    );
    expect(missing).toEqual([]);
  });

  it('of this checkout are installed, or no test would run', () => {
    expect(areInstalled(join(import.meta.dirname, '../../..'))).toBe(true);
  });
});
