// `countersign policy build` and `policy key`: what comes out loads into a real OPA, and what cannot is told with its remedy.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectOpa } from '../../src/adapters/opa/connect.ts';
import { ensureOpa } from '../../src/local/setup/opa.ts';
import { startOpa } from '../../src/local/setup/services.ts';
import { countersign } from './spawned.ts';

const POLICIES = join(import.meta.dirname, '../../policies');

let place: string;
let folder: string;
const ends: (() => Promise<unknown>)[] = [];

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'countersign-build-'));
  folder = join(place, 'policies');
  cpSync(POLICIES, folder, { recursive: true });
});

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  rmSync(place, { recursive: true, force: true });
});

async function policy(...args: string[]) {
  return countersign(['policy', ...args], { COUNTERSIGN_OPA: await ensureOpa() }, { cwd: place });
}

function contents(bundle = 'bundle.tar.gz'): string[] {
  return execFileSync('tar', ['tzf', join(place, bundle)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    .trim()
    .split('\n');
}

async function makeKey(file = 'private.pem'): Promise<string> {
  const { out } = await policy('key', file);
  return /^POLICY_VERIFIER='(.+)'$/.exec(out.trim())?.[1]?.replaceAll('\\n', '\n') ?? '';
}

function commit(): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: place, encoding: 'utf8' }).trim();
  git('init', '-q');
  git('add', 'policies');
  git('-c', 'user.name=test', '-c', 'user.email=test@example.com', 'commit', '-q', '-m', 'policies');
  return git('rev-parse', 'HEAD');
}

describe('a signed bundle', () => {
  it('holds the policies with their data and a signature, and neither tests nor scenarios', async () => {
    await makeKey();
    writeFileSync(join(folder, 'refund.scenario.yaml'), 'data: {}');
    const { code, err } = await policy('build', '--key', 'private.pem');
    expect(err).toContain('bundle.tar.gz is signed as "policy"');
    expect(code).toBe(0);
    const packed = contents();
    expect(packed).toEqual(expect.arrayContaining(['/data.json', '/approvals/main/main.rego', '/.signatures.json']));
    expect(packed.filter(name => /_test\.rego|scenario/.test(name))).toEqual([]);
  });

  it('is served by an OPA that has the public key, and its revision proves each decision', async () => {
    const verifier = join(place, 'public.pem');
    writeFileSync(verifier, await makeKey());
    const { out } = await policy('build', 'policies', '--key', 'private.pem', '--revision', 'release-7');
    expect(out).toBe('release-7\n');
    const opa = await startOpa({
      policies: [join(place, 'bundle.tar.gz')],
      extra: ['--verification-key', verifier, '--verification-key-id', 'policy', '--signing-alg', 'ES256'],
    });
    ends.push(() => opa.stop());
    const asked = connectOpa({ url: opa.url, decisionPath: 'approvals/main/decision', timeoutMs: 5_000 });
    ends.push(() => asked.close());
    expect(await asked.health()).toMatchObject({ ok: true, detail: expect.stringContaining('revision release-7') });
  });
});

describe('the revision', () => {
  it('is the commit while nothing is changed, and the content’s hash as soon as something is', async () => {
    const head = commit();
    expect((await policy('build', '--no-sign')).out).toBe(`${head}\n`);
    writeFileSync(join(folder, 'approvals/allow.rego'), 'package approvals\n\ndefault allow := false\n');
    expect((await policy('build', '--no-sign')).out).toMatch(/^sha256:[0-9a-f]{64}\n$/);
  });

  it('is the same for the same policies, tests and dates aside, and another for others', async () => {
    const first = (await policy('build', '--no-sign')).out;
    writeFileSync(join(folder, 'approvals/more_test.rego'), 'package approvals_test\n');
    expect((await policy('build', '--no-sign')).out).toBe(first);
    writeFileSync(join(folder, 'approvals/more.rego'), 'package approvals\n\nmore := 1\n');
    expect((await policy('build', '--no-sign')).out).not.toBe(first);
  });
});

describe('the key', () => {
  it('is readable by its owner alone and never written over', async () => {
    expect(await makeKey()).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
    const secret = readFileSync(join(place, 'private.pem'), 'utf8');
    expect(statSync(join(place, 'private.pem')).mode & 0o777).toBe(0o600);
    const again = await policy('key', 'private.pem');
    expect(again).toMatchObject({ code: 2, err: expect.stringContaining('is there already') });
    expect(again.out + again.err).not.toContain(secret.split('\n')[1]);
    expect(readFileSync(join(place, 'private.pem'), 'utf8')).toBe(secret);
  });

  it('that others may read is used, with a warning', async () => {
    await makeKey();
    chmodSync(join(place, 'private.pem'), 0o644);
    const { code, err } = await policy('build', '--key', 'private.pem');
    expect([code, err]).toEqual([0, expect.stringContaining('chmod 600')]);
  });
});

describe('it does not build, says why and what to do, and leaves the last bundle alone', () => {
  const remove = (path: string) => rmSync(join(folder, path));
  const write = (path: string, text: string) => writeFileSync(join(folder, path), text);

  it.each<[string, string[], () => void, RegExp]>([
    ['without a key', [], () => {}, /--key <private\.pem>.*--no-sign/],
    ['with a key that is none', ['--key', 'policies/.manifest'], () => {}, /not an ES256 private key/],
    ['with a key that is not there', ['--key', 'nowhere.pem'], () => {}, /cannot be read/],
    ['with a key that is not to be used', ['--key', 'x.pem', '--no-sign'], () => {}, /give one of them/],
    ['without a manifest', ['--no-sign'], () => remove('.manifest'), /\.manifest is missing\. Create it/],
    [
      'without roots',
      ['--no-sign'],
      () => write('.manifest', '{"revision": "dev"}'),
      /must state what the bundle owns/,
    ],
    ['with OPA’s own root', ['--no-sign'], () => write('.manifest', '{"roots": ["system"]}'), /nothing below system/],
    ['what does not compile', ['--no-sign'], () => write('approvals/x.rego', 'package x\ny :='), /x\.rego:2.*parse/s],
    ['what lies outside its roots', ['--no-sign'], () => write('x.rego', 'package x\n\ny := 1\n'), /roots/],
    ['what answers nothing', ['--no-sign', '--entrypoint', 'approvals/main/nothing'], () => {}, /no answer at/],
    ['from nowhere', ['nowhere', '--no-sign'], () => {}, /nowhere\/\.manifest is missing/],
    ['to nowhere', ['--no-sign', '--out', 'nowhere/b.tar.gz'], () => {}, /cannot be written \(ENOENT\)/],
  ])('%s', async (_what, args, spoil, words) => {
    writeFileSync(join(place, 'bundle.tar.gz'), 'the last one');
    spoil();
    const { code, out, err } = await policy('build', ...args);
    expect(err).toMatch(words);
    expect([code, out]).toEqual([2, '']);
    expect(readFileSync(join(place, 'bundle.tar.gz'), 'utf8')).toBe('the last one');
  });

  it('what uses a builtin that meta/capabilities.json leaves out', async () => {
    const everything = JSON.parse(execFileSync(await ensureOpa(), ['capabilities', '--current'], { encoding: 'utf8' }));
    everything.builtins = everything.builtins.filter(({ name }: { name: string }) => name !== 'http.send');
    write('meta/capabilities.json', JSON.stringify(everything));
    expect((await policy('build', '--no-sign')).code).toBe(0);
    write('approvals/x.rego', 'package approvals.x\n\ny := http.send({"method": "get", "url": "http://x"})\n');
    const { code, err } = await policy('build', '--no-sign');
    expect([code, err]).toEqual([2, expect.stringContaining('undefined function http.send')]);
  });

  it('without OPA', async () => {
    const { code, err } = await countersign(
      ['policy', 'build', '--no-sign'],
      { COUNTERSIGN_OPA: '/nowhere/opa' },
      { cwd: place },
    );
    expect([code, err]).toEqual([2, expect.stringMatching(/cannot be run.*Install Open Policy Agent/)]);
    expect(existsSync(join(place, 'bundle.tar.gz'))).toBe(false);
  });
});
