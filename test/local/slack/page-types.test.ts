// The page is TypeScript for the browser, with a configuration of its own, which the project's type check leaves out.
import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { importMap, pageFile } from '../../../src/local/slack/page-files.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

it('the types of the page hold', async () => {
  const compiler = join(ROOT, 'node_modules/.bin/tsc');
  const run = promisify(execFile)(process.execPath, [compiler, '-p', join(ROOT, 'src/local/slack/page')]);
  await expect(run).resolves.toMatchObject({ stdout: '' });
}, 60_000);

it('every library the page imports is served, and nothing outside of the page is', async () => {
  const { imports } = JSON.parse(importMap) as { imports: Record<string, string> };
  for (const path of Object.values(imports)) expect(await pageFile(path)).toMatchObject({ body: expect.any(String) });
  for (const path of ['/page/../workspace.ts', '/page/tsconfig.json', '/workspace.ts', '/page/none.ts']) {
    expect(await pageFile(path)).toBeUndefined();
  }
});

it('serving the page prints no warning', async () => {
  const script = `const { pageFile } = await import('${join(ROOT, 'src/local/slack/page-files.ts')}');
    const { body } = await pageFile('/page/app.ts');
    if (body.includes('readonly user: string')) throw new Error('types are still there');`;
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  await expect(run).resolves.toEqual({ stdout: '', stderr: '' });
});
