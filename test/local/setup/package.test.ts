// What package.json offers: every script, program and export leads to a source that exists.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };

const ROOT = join(import.meta.dirname, '../../..');
const sourceOf = (built: string) => built.replace('./dist/', 'src/').replace(/(\.d\.ts|\.js)$/, '.ts');

it.each(Object.entries(packageJson.scripts))('npm run %s runs a script that exists', (_, command) => {
  expect(command).toMatch(/^node src\/local\/setup\/run\.mjs /);
  const script = command.split(' ').find(word => /^(src|test|node_modules)\/.*(?<!run\.mjs)$/.test(word)) ?? 'none';
  expect(existsSync(join(ROOT, script)), script).toBe(true);
});

it.each([
  ...Object.values(packageJson.bin),
  ...Object.values(packageJson.exports).flatMap(paths => Object.values(paths)),
])('%s is built from a source that exists', built => {
  expect(existsSync(join(ROOT, sourceOf(built))), sourceOf(built)).toBe(true);
});
