// The image holds less than this checkout: what it starts with must not need the rest.
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { run } from '../../src/setup/programs.ts';
import { scratchDir } from '../support/scratch.ts';

const ROOT = join(import.meta.dirname, '../..');

it('the command line starts with only what the image holds', async () => {
  const leftOut = readFileSync(join(ROOT, '.dockerignore'), 'utf8')
    .split('\n')
    .filter(line => line.startsWith('src/'));
  expect(leftOut).not.toEqual([]);
  const image = scratchDir();
  mkdirSync(join(image, 'src'));
  cpSync(join(ROOT, 'src'), join(image, 'src'), {
    recursive: true,
    filter: path => !leftOut.includes(relative(ROOT, path)),
  });
  cpSync(join(ROOT, 'package.json'), join(image, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(image, 'node_modules'));
  const help = await run(process.execPath, ['src/cli/main.ts', '--help'], { cwd: image });
  expect(help).toContain('serve');
});
