// The published package: what `npm run build` makes runs without our sources, and the client brings no server along.
import { existsSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../../src/local/setup/build.ts';
import { packClient } from '../../../src/local/setup/client-package.ts';
import { onPath, run } from '../../../src/local/setup/programs.ts';
import { scratchDir } from '../../support/scratch.ts';

// Inside the checkout, where the dependencies are found; below its package.json, as an installed package lies.
const PACKAGE = join(import.meta.dirname, '../../../.data', `build-test-${process.pid}`);
const OUT = join(PACKAGE, 'dist');

beforeAll(async () => {
  await build(OUT);
  await cp(join(import.meta.dirname, '../../../package.json'), join(PACKAGE, 'package.json'));
}, 120_000);
afterAll(() => rm(PACKAGE, { recursive: true, force: true }));

it('the client loads as plain JavaScript, and its types stand beside it', async () => {
  const output = await run(process.execPath, [
    '--input-type=module',
    '-e',
    `console.log(Object.keys(await import(${JSON.stringify(join(OUT, 'client/index.js'))})).length > 0)`,
  ]);
  expect(output.trim()).toBe('true');
  expect(existsSync(join(OUT, 'client/index.d.ts'))).toBe(true);
});

describe('the client as a package of its own', () => {
  const project = join(tmpdir(), `countersign-client-${process.pid}`);
  const ROOT = join(import.meta.dirname, '../../..');
  const npm = (...args: string[]) => run('npm', [...args, '--no-audit', '--no-fund', '--offline'], { cwd: project });
  /** This one, and whichever the machine has beside it. */
  const nodes = [...new Set([process.execPath, ...onPath('node')].map(path => realpathSync(path)))];
  let files: string[] = [];

  beforeAll(async () => {
    files = packClient(OUT, join(project, 'packed'));
    writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'a-service', private: true }));
    const [tarball = ''] = (await npm('pack', './packed', '--silent')).trim().split('\n').slice(-1);
    await npm('install', `./${tarball}`);
  }, 120_000);
  afterAll(() => rm(project, { recursive: true, force: true }));

  it('installs nothing beside itself, and is small', async () => {
    expect(readdirSync(join(project, 'node_modules')).filter(name => !name.startsWith('.'))).toEqual([
      'countersign-client',
    ]);
    const bytes = files.map(file => statSync(join(project, 'packed', file)).size).reduce((sum, size) => sum + size, 0);
    expect(bytes).toBeLessThan(128 * 1_024);
    expect(files.filter(file => !/^(client|contract|domain)\//.test(file))).toEqual([]);
  });

  it.each(nodes)('asks from an ES module and from CommonJS on %s', async node => {
    const ask = `const c = connect({ url: 'http://127.0.0.1:1', apiKey: 'x', retryForMs: 1 });
      c.request({ action: 'a', user: { id: 'u' }, resource: { type: 't', id: 'i' } }).then(() => console.log('?'), e => console.log(e.code));`;
    writeFileSync(join(project, 'ask.mjs'), `import { connect } from 'countersign-client';${ask}`);
    writeFileSync(join(project, 'ask.cjs'), `const { connect } = require('countersign-client');${ask}`);
    for (const file of ['ask.mjs', 'ask.cjs']) {
      expect((await run(node, [join(project, file)], { cwd: project })).trim(), file).toMatch(/^unreachable/);
    }
  });

  it('type-checks strictly, its own declarations included', async () => {
    writeFileSync(
      join(project, 'ask.ts'),
      `import { connect, isApproved, type ResolvedView } from 'countersign-client';
       export async function ask(): Promise<ResolvedView['status']> {
         const countersign = connect({ url: 'http://127.0.0.1:1', apiKey: 'x' });
         const action = { action: 'a', user: { id: 'u', role: 'admin' }, resource: { type: 't', id: 'i' } };
         const answer = await countersign.request(action);
         if (isApproved(answer) && answer.grant !== undefined) await countersign.redeem(answer.grant, action);
         return answer.status;
       }`,
    );
    const options = {
      strict: true,
      skipLibCheck: false,
      noEmit: true,
      target: 'ES2023',
      module: 'NodeNext',
      typeRoots: [join(ROOT, 'node_modules/@types')],
      types: ['node'],
    };
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, include: ['ask.ts'] }));
    await run(process.execPath, [join(ROOT, 'node_modules/.bin/tsc'), '-p', project], { cwd: project });
  });
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
