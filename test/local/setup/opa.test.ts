// Where OPA comes from: what is looked at in which order, what is refused, and that it is got only once.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { ensureOpa, findOpa, isAtLeast, OPA_VERSION, parseOpaVersion } from '../../../src/local/setup/opa.ts';
import { compileOpa } from '../../../src/local/setup/opa-compile.ts';
import { downloadOpa } from '../../../src/local/setup/opa-download.ts';
import { scratchDir, writeProgram } from '../../support/scratch.ts';

beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true); // progress is for people
});

const says = (version: string) => `echo "Version: ${version}"`;

describe('versions', () => {
  it.each([
    ['Version: 1.22.2\nBuild Commit: abc', '1.22.2'],
    ['Version: v1.23.0-dev\n', '1.23.0-dev'],
    ['opa 1.22.2', undefined],
    ['', undefined],
  ])('reads %j as %s', (output, version) => {
    expect(parseOpaVersion(output)).toBe(version);
  });

  it.each([
    ['1.22.2', true],
    ['1.22.10', true],
    ['1.23.0', true],
    ['2.0.0', true],
    ['1.22.1', false],
    ['1.21.9', false],
    ['1.22.2-rc1', false],
    ['0.99.0', false],
  ])('%s is new enough: %s', (version, answer) => {
    expect(isAtLeast(version, '1.22.2')).toBe(answer);
  });
});

describe('the search', () => {
  function machine(programs: { named?: string; tools?: string; path?: string; laterPath?: string }) {
    const dir = scratchDir();
    const place = (name: string, version: string | undefined) =>
      version === undefined ? undefined : writeProgram(join(dir, name, 'opa'), says(version));
    const named = place('named', programs.named);
    place('tools/bin', programs.tools);
    place('path', programs.path);
    place('later', programs.laterPath);
    return {
      dir,
      search: {
        toolsDir: join(dir, 'tools'),
        env: { PATH: `${dir}/path:${dir}/later`, ...(named === undefined ? {} : { COUNTERSIGN_OPA: named }) },
      },
    };
  }

  it.each([
    ['the one that is named wins', { named: '1.22.2', tools: '1.22.2', path: '1.30.0' }, 'named/opa'],
    ['then our own', { tools: '1.22.2', path: '1.30.0' }, 'tools/bin/opa'],
    ['then one on PATH', { path: '1.22.2' }, 'path/opa'],
    ['an old one of our own is passed over', { tools: '1.21.0', path: '1.22.3' }, 'path/opa'],
    ['an old one on PATH is passed over', { path: '1.22.1', laterPath: '1.22.2' }, 'later/opa'],
    ['none is none', { path: '1.22.1' }, undefined],
  ])('%s', (_, programs, expected) => {
    const { dir, search } = machine(programs);
    expect(findOpa(search)).toBe(expected === undefined ? undefined : join(dir, expected));
  });

  it.each([
    ['too old', '1.20.0'],
    ['not an OPA', 'what?'],
  ])('an OPA that was named and is %s is an error, never passed over', (_, version) => {
    const { search } = machine({ named: version, tools: '1.22.2' });
    expect(() => findOpa(search)).toThrow(/COUNTERSIGN_OPA is .*Let it name OPA 1\.22\.2 or newer, or unset it\.$/s);
  });

  it('falls through from a way that fails to the next, and then finds it at once', async () => {
    const toolsDir = scratchDir();
    const search = {
      toolsDir,
      env: { PATH: '' },
      ways: [
        { label: 'closed network', get: () => Promise.reject(new Error('no route')) },
        { label: 'works', get: async (version: string, target: string) => void writeProgram(target, says(version)) },
      ],
    };
    expect(await ensureOpa(search)).toBe(join(toolsDir, 'bin/opa'));
    expect(await ensureOpa({ ...search, ways: [] })).toBe(join(toolsDir, 'bin/opa'));
  });

  it('says exactly what to install when no way works, and why none did', async () => {
    const ways = [{ label: 'closed network', get: () => Promise.reject(new Error('no route')) }];
    const failing = ensureOpa({ toolsDir: scratchDir(), env: { PATH: '' }, ways });
    await expect(failing).rejects.toThrow(/Install it from https:\/\/www\.openpolicyagent\.org.*or install Go/);
    await expect(failing).rejects.toMatchObject({
      code: 'opa_missing',
      cause: { message: 'closed network: no route' },
    });
  });

  it('is got once although several processes ask at the same time', async () => {
    const toolsDir = scratchDir();
    const log = join(toolsDir, 'log');
    const script = `
      const { ensureOpa } = await import(${JSON.stringify(join(import.meta.dirname, '../../../src/local/setup/opa.ts'))});
      const { execFileSync } = await import('node:child_process');
      const { appendFileSync } = await import('node:fs');
      const get = async (version, target) => {
        appendFileSync(${JSON.stringify(log)}, 'got ');
        execFileSync('sh', ['-c', 'mkdir -p "$(dirname "$1")"; printf "#!/bin/sh\\necho Version: %s" "$2" > "$1"; chmod +x "$1"', 'sh', target, version]);
      };
      console.log(await ensureOpa({ toolsDir: ${JSON.stringify(toolsDir)}, env: { PATH: '' }, ways: [{ label: 'test', get }] }));`;
    const askers = Array.from({ length: 4 }, () =>
      spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'ignore'] }),
    );
    const answers = await Promise.all(
      askers.map(async child => {
        const [[line]] = await Promise.all([once(child.stdout, 'data'), once(child, 'exit')]);
        return String(line).trim();
      }),
    );
    expect(new Set(answers)).toEqual(new Set([join(toolsDir, 'bin/opa')]));
    expect(readFileSync(log, 'utf8')).toBe('got ');
    expect(existsSync(join(toolsDir, 'opa.lock'))).toBe(false);
  });

  it('a lock that a dead process left behind holds nobody up', async () => {
    const toolsDir = scratchDir();
    const gone = spawn('true');
    await once(gone, 'exit');
    const { hostname } = await import('node:os');
    writeFileSync(join(toolsDir, 'opa.lock'), JSON.stringify({ pid: gone.pid, host: hostname() }));
    const get = async (version: string, target: string) => void writeProgram(target, says(version));
    expect(await ensureOpa({ toolsDir, env: { PATH: '' }, ways: [{ label: 'test', get }] })).toContain('bin/opa');
  });
});

describe('the download', () => {
  async function releases(binary: string, checksum: string | undefined): Promise<string> {
    const server = createServer((request, response) => {
      const isChecksum = request.url?.endsWith('.sha256') === true;
      const body = isChecksum ? checksum : binary;
      response.writeHead(body === undefined ? 404 : 200).end(body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const address = server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : ''}`;
  }
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const binary = `#!/bin/sh\n${says(OPA_VERSION)}\n`;

  it('puts a binary in place whose checksum is the published one', async () => {
    const dir = scratchDir();
    await downloadOpa(OPA_VERSION, join(dir, 'opa'), {
      releases: await releases(binary, `${sha256(binary)}  opa_linux_amd64_static\n`),
      platform: 'linux-x64',
    });
    expect(findOpa({ env: { PATH: dir }, toolsDir: join(dir, 'none') })).toBe(join(dir, 'opa'));
  });

  it.each([
    ['is corrupt', sha256('something else'), 'opa_corrupt'],
    ['has no published checksum', undefined, 'opa_refused'],
    ['has an unreadable checksum', '<html>', 'opa_no_checksum'],
  ])('refuses a binary that %s, and leaves nothing behind', async (_, checksum, code) => {
    const dir = scratchDir();
    const download = downloadOpa(OPA_VERSION, join(dir, 'opa'), {
      releases: await releases(binary, checksum),
      platform: 'linux-x64',
    });
    await expect(download).rejects.toMatchObject({ code });
    expect(readdirSync(dir)).toEqual([]);
  });

  it('fails at once where nothing answers', async () => {
    const download = downloadOpa(OPA_VERSION, join(scratchDir(), 'opa'), {
      releases: 'http://127.0.0.1:9',
      platform: 'linux-x64',
    });
    await expect(download).rejects.toMatchObject({ code: 'opa_unreachable' });
  });
});

describe('compiling', () => {
  it('asks Go for the pinned version and moves the result into place', async () => {
    const dir = scratchDir();
    writeProgram(
      join(dir, 'path/go'),
      `echo "$@" > "${dir}/asked"; printf '#!/bin/sh\\n${says(OPA_VERSION)}\\n' > "$GOBIN/opa"; /bin/chmod +x "$GOBIN/opa"`,
    );
    await compileOpa(OPA_VERSION, join(dir, 'bin/opa'), { PATH: join(dir, 'path') });
    expect(readFileSync(join(dir, 'asked'), 'utf8')).toContain(`github.com/open-policy-agent/opa@v${OPA_VERSION}`);
    expect(readdirSync(join(dir, 'bin'))).toEqual(['opa']);
  });

  it('leaves nothing behind when Go fails, and quotes it', async () => {
    const dir = scratchDir();
    writeProgram(join(dir, 'path/go'), 'echo "go: no such module" >&2; exit 1');
    await expect(compileOpa(OPA_VERSION, join(dir, 'bin/opa'), { PATH: join(dir, 'path') })).rejects.toThrow(
      /no such module/,
    );
    expect(readdirSync(join(dir, 'bin'))).toEqual([]);
  });
});
