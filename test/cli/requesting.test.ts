// The requesting commands: what they print, how they end, and that `run` runs nothing on a maybe.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isResolved, type Status, statuses } from '../../src/domain/lifecycle.ts';
import { type Memory, openMemory, serveMemory } from '../client/parts.ts';
import { namespace, redisUrl } from '../support/services.ts';
import { countersign, start } from './spawned.ts';

// Every step is a process of its own, and the machine may be busy.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

const CODES: { readonly [status in Status]: number } = {
  approved: 0,
  denied: 10,
  expired: 11,
  cancelled: 12,
  failed: 13,
  pending: 14,
};

let memory: Memory;
let server: Awaited<ReturnType<typeof serveMemory>>;
let env: Record<string, string>;
const dir = mkdtempSync(join(tmpdir(), 'countersign-cli-'));
/** Ids as they were admitted. */
const admitted: string[] = [];

beforeAll(async () => {
  memory = await openMemory(redisUrl(), namespace());
  const eager: Memory = {
    ...memory,
    // A request whose action is the name of a result ends so, as soon as it is there.
    async admit(call) {
      const admission = await memory.admit(call);
      if (admission.kind === 'refusal') return admission;
      admitted.push(admission.record.id);
      const wanted = statuses.find(status => status === call.submission.action);
      if (wanted !== undefined && isResolved(wanted)) await memory.end(admission.record.id, wanted);
      return admission;
    },
  };
  server = await serveMemory(eager);
  env = { COUNTERSIGN_URL: server.url, COUNTERSIGN_API_KEY: (await memory.keys.create('deployer')).secret };
});
afterAll(async () => {
  await server.stop();
  await memory.close();
  rmSync(dir, { recursive: true, force: true });
});

const asking = (action: string) => ['--action', action, '--user', 'alice', '--resource', 'app:payments'];

describe('exit codes', () => {
  it.each(Object.entries(CODES))('request --wait that ends %s ends with %i', async (status, code) => {
    const timeout = status === 'pending' ? ['--timeout', '100ms'] : [];
    const ended = await countersign(['request', ...asking(status), '--wait', ...timeout], env);
    expect(ended.code).toBe(code);
    expect(ended.out + ended.err).toContain(status === 'pending' ? 'not resolved yet' : status);
  });

  it('a request without --wait that is pending is no yes', async () => {
    const ended = await countersign(['request', ...asking('other'), '--json'], env);
    expect(ended.code).toBe(14);
    const view = JSON.parse(ended.out);
    expect(view).toMatchObject({ status: 'pending', action: 'other', user: { id: 'alice' } });
    expect(ended.err).toContain(`Keep waiting with: countersign wait ${view.id}`);
  });

  it('says what is a text where a value was probably meant, and asks all the same', async () => {
    const ended = await countersign(['request', ...asking('other'), '--set', 'resource.public=false', '--json'], env);
    expect(ended.code).toBe(14);
    expect(ended.err).toContain(
      '--set resource.public=false is the text "false"; for the value write resource.public:=false.',
    );
    expect(JSON.parse(ended.out).resource).toMatchObject({ public: 'false' });
  });

  it('2 for what is typed wrong, and every fault at once', async () => {
    const ended = await countersign(['request', '--param', 'x=1'], env);
    expect(ended.code).toBe(2);
    expect(ended.err).toMatch(/--action <name>.*--user <id>.*--resource <type:id>/s);
    expect(ended.err).toMatch(/\nSee --help\.\n$/);
    for (const args of [
      ['bogus'],
      ['wait'],
      ['list', '--status', 'open'],
      ['list', '--limit', '0'],
      ['keys', 'create'],
    ]) {
      expect((await countersign(args, env)).code, args.join(' ')).toBe(2);
    }
    const keyless = await countersign(['list'], { COUNTERSIGN_URL: server.url });
    expect(keyless.code).toBe(2);
    expect(keyless.err).toContain('countersign keys create');
  });

  it('15 when nobody answers, and 16 when the call is refused', async () => {
    const gone = await serveMemory(memory);
    await gone.stop();
    const [unreachable, unknown, stranger] = await Promise.all([
      countersign(['show', 'req_x'], { ...env, COUNTERSIGN_URL: gone.url }),
      countersign(['wait', 'req_x'], env),
      countersign(['list'], { ...env, COUNTERSIGN_API_KEY: 'nonsense' }),
    ]);
    expect(unreachable.code).toBe(15);
    expect(unreachable.err).toMatch(/does not answer.*Check/);
    expect([unknown.code, stranger.code]).toEqual([16, 16]);
  });

  it('0 with help that tells them all', async () => {
    const { code, out } = await countersign(['--help']);
    expect(code).toBe(0);
    for (const [status, number] of Object.entries(CODES)) {
      expect(out, status).toMatch(new RegExp(`\\b${number} +(still )?${status}`));
    }
  });
});

describe('run', () => {
  it.each(Object.entries(CODES))('runs nothing unless approved: %s', async (status, code) => {
    const proof = join(dir, `ran-${status}`);
    const command = ['--', process.execPath, '-e', `require('fs').writeFileSync(${JSON.stringify(proof)}, '')`];
    const timeout = status === 'pending' ? ['--timeout', '100ms'] : [];
    const ended = await countersign(['run', ...asking(status), ...timeout, ...command], env);
    expect(ended.code).toBe(code);
    expect(existsSync(proof)).toBe(status === 'approved');
    expect(ended.out).toBe('');
  });

  it('runs nothing when Countersign cannot be reached, whatever the command', async () => {
    const proof = join(dir, 'ran-unreachable');
    const ended = await countersign(['run', ...asking('approved'), '--', 'touch', proof], {
      ...env,
      COUNTERSIGN_API_KEY: 'nonsense',
    });
    expect(ended.code).toBe(16);
    expect(existsSync(proof)).toBe(false);
  });

  it('shows people the very command line that runs', async () => {
    const script = 'console.log(process.argv.slice(1).join("|")); process.exit(7)';
    const args = ['-e', script, 'a b', '--flag', '$HOME'];
    const ended = await countersign(['run', ...asking('approved'), '--', process.execPath, ...args], env);
    expect(ended).toMatchObject({ code: 7, out: 'a b|--flag|$HOME\n' });
    const record = await memory.store.read(admitted.at(-1) ?? '');
    expect(record?.submission.params).toEqual({ command: [process.execPath, ...args] });
  });

  it('hands its command none of the keys that it was run with, unless it is told to', async () => {
    const script =
      'console.log(JSON.stringify([process.env.COUNTERSIGN_API_KEY, process.env.SLACK_BOT_TOKEN, process.env.SPARE, process.env.OWN]))';
    const spare = (await memory.keys.create('other')).secret;
    const keys = { ...env, SLACK_BOT_TOKEN: 'xoxb-1', SPARE: spare, OWN: 'own' };
    const run = ['run', ...asking('approved')];
    const command = ['--', process.execPath, '-e', script];
    const [closed, open, unknown] = await Promise.all([
      countersign([...run, ...command], keys),
      countersign([...run, '--pass-env', 'COUNTERSIGN_API_KEY', '--pass-env', 'SPARE', ...command], keys),
      countersign([...run, '--pass-env', 'NO_SUCH', ...command], keys),
    ]);
    expect(JSON.parse(closed.out)).toEqual([null, null, null, 'own']);
    expect(closed.err).toMatch(/Kept from the command: .*SLACK_BOT_TOKEN.*--pass-env hands one on/);
    expect(JSON.parse(open.out)).toEqual([env.COUNTERSIGN_API_KEY, null, spare, 'own']);
    expect(unknown).toMatchObject({ code: 2, out: '', err: expect.stringContaining('--pass-env NO_SUCH') });
  });

  it('ends as its command ended: killed, missing, or not a program', async () => {
    const [killed, missing] = await Promise.all([
      countersign(
        ['run', ...asking('approved'), '--', process.execPath, '-e', 'process.kill(process.pid, "SIGKILL")'],
        env,
      ),
      countersign(['run', ...asking('approved'), '--', 'no-such-program'], env),
    ]);
    expect([killed.code, missing.code]).toEqual([137, 127]);
  });

  it('leaves the request pending when it is interrupted, and says how to withdraw it', async () => {
    const { said, kill, ended } = start(['run', ...asking('other'), '--', 'touch', join(dir, 'interrupted')], env);
    await said(/waits for an answer/);
    kill('SIGINT');
    const { code, err } = await ended;
    expect(code).toBe(14);
    expect(err).toContain('countersign cancel req_');
    expect(existsSync(join(dir, 'interrupted'))).toBe(false);
  });
});

describe('the other commands', () => {
  it('read a request from a file or from standard input, and let flags win', async () => {
    const draft = { action: 'x', user: { id: 'alice', role: 'admin' }, resource: { type: 'bucket', id: 'b-42' } };
    const file = join(dir, 'draft.json');
    writeFileSync(file, JSON.stringify(draft));
    const flags = ['--action', 'approved', '--user', 'bob', '--param', 'n:=3', '--set', 'resource.state=active'];
    const [fromFile, piped] = await Promise.all([
      countersign(['request', '--from', file, ...flags, '--json'], env),
      countersign(['request', '--json', '-'], env, { input: JSON.stringify(draft) }),
    ]);
    expect(JSON.parse(fromFile.out)).toMatchObject({
      action: 'approved',
      user: { id: 'bob', role: 'admin' },
      resource: { id: 'b-42', state: 'active' },
      params: { n: 3 },
    });
    expect(JSON.parse(piped.out)).toMatchObject(draft);
  });

  it('show, wait, list and cancel agree about a request', async () => {
    const made = JSON.parse((await countersign(['request', ...asking('other'), '--json'], env)).out);
    const cancelled = await countersign(['cancel', made.id], env);
    expect(cancelled.code).toBe(0);
    const [shown, waited, listed, again, late] = await Promise.all([
      countersign(['show', made.id, '--json'], env),
      countersign(['wait', made.id, '--json'], env),
      countersign(['list', '--status', 'cancelled', '--json'], env),
      countersign(['cancel', made.id], env),
      countersign(['request', ...asking('denied')], env).then(() =>
        countersign(['cancel', admitted.at(-1) ?? ''], env),
      ),
    ]);
    expect([shown.code, waited.code, listed.code, again.code, late.code]).toEqual([0, 12, 0, 0, 16]);
    expect(JSON.parse(shown.out)).toEqual(JSON.parse(waited.out));
    expect(JSON.parse(listed.out).items.map((item: { id: string }) => item.id)).toContain(made.id);
  });

  it('never lets a text steer the terminal, and colours nothing in a pipe', async () => {
    const reason = 'clean\u001b[2J\u001b]0;approved\u0007\u202edeined';
    const { out, err } = await countersign(['request', ...asking('denied'), '--reason', reason, '--wait'], env);
    expect(out).toContain('clean\\u001b[2J');
    expect(out).toContain('\\u202e');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these must not be there
    expect(out + err).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e]/);
  });
});
