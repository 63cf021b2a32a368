// What the image promises: the pinned Node.js, no root, and nothing in it but what the service runs.
import { existsSync, readFileSync } from 'node:fs';
import { cp, symlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NODE_VERSION } from '../../../src/local/setup/node.mjs';
import { run } from '../../../src/local/setup/programs.ts';
import { scratchDir } from '../../support/scratch.ts';

const ROOT = join(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const dockerfile = read('Dockerfile');

describe('the image', () => {
  const instructions = dockerfile
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter(line => /^[A-Z]+ /.test(line));

  it('is built on the Node.js that is pinned, in stages', () => {
    const bases = instructions.filter(line => line.startsWith('FROM ')).map(line => line.split(' ')[1]);
    expect(bases).toEqual([`node:${NODE_VERSION}-alpine`, `node:${NODE_VERSION}-alpine`]);
  });

  it('does not run as root', () => {
    const users = instructions.filter(line => line.startsWith('USER '));
    expect(users.at(-1)).toBe('USER node');
  });

  it('installs only what the service runs, and runs no install script', () => {
    expect(dockerfile).toContain('npm ci --omit=dev --ignore-scripts');
  });

  it('copies paths that exist and that its ignore file lets in', () => {
    const ignore = read('.dockerignore').split('\n');
    const copied = instructions
      .filter(line => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap(line => line.split(/\s+/).slice(1, -1));
    expect(copied).toContain('src');
    for (const path of copied) {
      expect(existsSync(join(ROOT, path)), path).toBe(true);
      expect(ignore).toContain(`!${path}`);
    }
  });

  it('leaves out the local Slack workspace, the demo, the set-up, the policies and every test', () => {
    const ignore = read('.dockerignore').split('\n');
    expect(ignore).toEqual(expect.arrayContaining(['*', 'src/local']));
    for (const path of ['!test', '!policies', '!deploy']) expect(ignore).not.toContain(path);
  });

  it('has every file that its commands and its roles load', async () => {
    const ignored = read('.dockerignore')
      .split('\n')
      .filter(line => line.startsWith('src/'));
    const image = scratchDir();
    await cp(join(ROOT, 'src'), join(image, 'src'), {
      recursive: true,
      filter: path => !ignored.includes(relative(ROOT, path)),
    });
    await Promise.all([
      cp(join(ROOT, 'package.json'), join(image, 'package.json')),
      symlink(join(ROOT, 'node_modules'), join(image, 'node_modules')),
      symlink(join(image, 'src/cli/main.ts'), join(image, 'countersign')),
    ]);
    expect(await run(process.execPath, [join(image, 'countersign'), '--help'])).toContain('serve');
    const loads = `await import(${JSON.stringify(join(image, 'src/main.ts'))}); console.log('loaded')`;
    expect(await run(process.execPath, ['--input-type=module', '-e', loads])).toContain('loaded');
  });

  it('starts with a file that exists', () => {
    const entry = /^ENTRYPOINT \["node", "(.+)"\]$/m.exec(dockerfile)?.[1] ?? '';
    expect(entry).toBe('src/cli/main.ts');
    expect(existsSync(join(ROOT, entry))).toBe(true);
    expect(dockerfile).toContain('WORKDIR /app\n');
    expect(dockerfile).toContain(`chmod 755 ${entry} && ln -s /app/${entry} /usr/local/bin/countersign`);
    expect(read(entry)).toMatch(/^#!\/usr\/bin\/env node\n/);
  });
});
