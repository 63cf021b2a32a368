// The published package: what `npm run build` makes runs without our sources, and the client brings no server along.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { build } from '../../../src/local/setup/build.ts';
import { run } from '../../../src/local/setup/programs.ts';
import { scratchDir } from '../../support/scratch.ts';

// Inside the checkout, where the dependencies are found.
const OUT = join(import.meta.dirname, '../../../.data', `build-test-${process.pid}`);

beforeAll(() => build(OUT), 120_000);
afterAll(() => rm(OUT, { recursive: true, force: true }));

it('the client loads as plain JavaScript, and its types stand beside it', async () => {
  const output = await run(process.execPath, [
    '--input-type=module',
    '-e',
    `console.log(Object.keys(await import(${JSON.stringify(join(OUT, 'client/index.js'))})).length > 0)`,
  ]);
  expect(output.trim()).toBe('true');
  expect(existsSync(join(OUT, 'client/index.d.ts'))).toBe(true);
});

it('what the code reads at run time came along, and what only this checkout needs did not', () => {
  const files = readdirSync(OUT, { recursive: true }).map(String);
  const scripts = readdirSync(join(import.meta.dirname, '../../../src/adapters/redis/scripts'));
  expect(scripts).toContain('commit.lua');
  expect(files).toEqual(expect.arrayContaining(scripts.map(name => join('adapters/redis/scripts', name))));
  for (const room of ['local/setup/run.mjs', 'local/slack', 'local/demo'])
    expect(existsSync(join(OUT, room)), room).toBe(false);
});

it('the built command line starts an OPA of its own to try policies with', async () => {
  const question = join(scratchDir(), 'request.json');
  writeFileSync(
    question,
    JSON.stringify({ action: 'unheard-of', user: { id: 'alice' }, resource: { type: 'x', id: '1' } }),
  );
  const told = await run(
    process.execPath,
    [join(OUT, 'cli/main.js'), 'policy', 'try', question, '--policies', 'policies'],
    {
      cwd: join(import.meta.dirname, '../../..'),
    },
  ).catch(String);
  expect(told).toMatch(/denied/i);
});

it('no built file still names a TypeScript source', () => {
  const files = readdirSync(OUT, { recursive: true }).map(String);
  for (const file of files.filter(name => name.endsWith('.js'))) {
    expect(readFileSync(join(OUT, file), 'utf8'), file).not.toMatch(/^(import|export) .*from '\.[^']*\.ts'/m);
  }
});
