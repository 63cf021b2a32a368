// The hook as an agent starts it: a shell runs the command that `install` wrote, and only a redeemed approval lets a call run.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { dialectNamed } from '../../src/agents/hook/dialects.ts';
import { install } from '../../src/agents/hook/install.ts';
import { countersign, type Ended } from '../cli/spawned.ts';
import { type Memory, openMemory, serveMemory } from '../client/parts.ts';
import { namespace, redisUrl } from '../support/services.ts';
import { type Agent, agents } from './agents.ts';
import { type Admitted, eager } from './eager.ts';

// Every call is a process or two of its own, and the machine may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');
const CACHE = join(import.meta.dirname, '../../node_modules/.cache');
const dir = mkdtempSync(join(tmpdir(), 'countersign-hook-'));
/** A command that ends with `# <result>` ends so, as soon as it is asked about. */
const admitted: Admitted[] = [];
let memory: Memory;
let server: Awaited<ReturnType<typeof serveMemory>>;
let apiKey: string;

beforeAll(async () => {
  memory = await openMemory(redisUrl(), namespace());
  server = await serveMemory(eager(memory, admitted, ({ params }) => /# (\w+)$/.exec(String(params?.command))?.[1]));
  apiKey = (await memory.keys.create('agents')).secret;
});
afterAll(async () => {
  await server.stop();
  await memory.close();
  rmSync(dir, { recursive: true, force: true });
});

type Home = { readonly env: Record<string, string>; readonly settings: string };

/** A person's home in which the hook is installed. */
function homeOf(
  { name }: Agent,
  more: { url?: string; apiKey?: string; waitMs?: number; program?: string } = {},
): Home {
  const home = mkdtempSync(join(dir, 'home-'));
  const env = { HOME: home, PATH: process.env.PATH ?? '', XDG_CACHE_HOME: CACHE };
  const dialect = dialectNamed(name);
  if (dialect === undefined) throw new Error(name);
  const { url = server.url, waitMs = 100, program = process.execPath } = more;
  const connection = { url, apiKey: more.apiKey ?? apiKey, user: 'alice', agent: `alice/${name}`, waitMs };
  const file = dialect.settingsFile(home, env);
  install(dialect, { ...connection, file, program: [program, MAIN] }, env);
  return { env, settings: file };
}

function commandIn({ settings }: Home): string {
  const [, command] = /"command": ("(?:[^"\\]|\\.)*")/.exec(readFileSync(settings, 'utf8')) ?? [];
  return JSON.parse(command ?? 'null');
}

function start(home: Home, stdin: string | undefined) {
  const child = spawn('sh', ['-c', commandIn(home)], { env: home.env, cwd: tmpdir() });
  const texts = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', chunk => {
    texts.out += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', chunk => {
    texts.err += chunk;
  });
  child.stdin.on('error', () => {});
  if (stdin !== undefined) child.stdin.end(stdin);
  const ended = once(child, 'close').then(([code]): Ended => ({ code, ...texts }));
  return { child, ended };
}

const ask = (home: Home, stdin: string) => start(home, stdin).ended;

describe.each(agents)('$name', agent => {
  it('runs what is approved, bound to exactly this call, and the approval is used up', async () => {
    const home = homeOf(agent);
    const command = `ls # approved`;
    const ended = await ask(home, agent.sends('Bash', { command, description: 'look around' }));
    expect(ended).toMatchObject({ code: 0, err: '' });
    expect(agent.runs(ended)).toBe(true);
    const last = admitted.at(-1);
    expect(last?.submission).toMatchObject({
      action: 'run-command',
      user: { id: 'alice' },
      actor: { type: 'ai_agent', id: `alice/${agent.name}` },
      params: { command },
      reason: 'look around',
    });
    expect((await memory.store.read(last?.id ?? ''))?.uses).toBe(1);
    const again = await ask(home, agent.sends('Bash', { command }));
    expect(agent.runs(again)).toBe(true);
    expect(admitted.at(-1)?.id).not.toBe(last?.id);
  });

  it('does not run what is denied or failed, and says so in words that cannot steer it', async () => {
    const home = homeOf(agent);
    const asking = ['denied', 'failed'].map(async result => {
      const ended = await ask(home, agent.sends('Bash', { command: `rm x # ${result}` }));
      expect(agent.runs(ended)).toBe(false);
      expect(ended).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/^Countersign: .*Nothing has run/) });
      expect(ended.err).toContain(result);
    });
    await Promise.all(asking);
  });
});

const [agent] = agents as [Agent];

describe('a wait', () => {
  it('waits for people, takes the same request up again when the call is made again, and no other for a changed call', async () => {
    const home = homeOf(agent);
    const command = `make ${agent.name}`;
    const first = await ask(home, agent.sends('Bash', { command, description: 'one' }));
    expect(agent.runs(first)).toBe(false);
    expect(first.err).toContain('make exactly the same call again');
    const { id } = admitted.at(-1) ?? { id: '' };
    const count = admitted.length;
    const second = await ask(home, agent.sends('Bash', { command, description: 'told otherwise' }));
    expect(agent.runs(second)).toBe(false);
    expect(admitted.length).toBe(count);
    await memory.end(id, 'approved');
    const changed = await ask(home, agent.sends('Bash', { command: `${command} ` }));
    expect(agent.runs(changed)).toBe(false);
    expect(admitted.length).toBe(count + 1);
    const elsewhere = await ask(home, agent.sends('Bash', { command }, 'another session'));
    expect(agent.runs(elsewhere)).toBe(false);
    const approved = await ask(home, agent.sends('Bash', { command }));
    expect(agent.runs(approved)).toBe(true);
    expect((await memory.store.read(id))?.uses).toBe(1);
  });

  it('runs nothing when it is told to stop while it waits', async () => {
    const home = homeOf(agent, { waitMs: 60_000 });
    const { child, ended } = start(home, agent.sends('Bash', { command: 'sleep' }));
    const before = admitted.length;
    while (admitted.length === before) await new Promise(setImmediate);
    const hook = Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ')[0]);
    process.kill(hook, 'SIGTERM');
    const told = await ended;
    expect(agent.runs(told)).toBe(false);
    expect(told).toMatchObject({ code: 2, out: '' });
  });
});

it('runs nothing whatever fails', async () => {
  const gone = await serveMemory(memory);
  await gone.stop();
  const liar = await lying();
  const revoked = await memory.keys.create('gone');
  await memory.keys.revoke(revoked.info.id);
  const failing = agents.flatMap(agent => {
    const call = agent.sends('Bash', { command: 'ls # approved' });
    const unread = homeOf(agent);
    rmSync(join(unread.env.HOME ?? '', '.config'), { recursive: true });
    const cases: { readonly [what: string]: readonly [Home, string] } = {
      'garbage on standard input': [homeOf(agent), '{"hook_event_name":'],
      'nothing on standard input': [homeOf(agent), ''],
      'another event': [homeOf(agent), call.replace(/[pP]reToolUse/, 'Stop')],
      'a call without arguments': [homeOf(agent), call.replace('tool_input', 'tool_inputs')],
      'no server': [homeOf(agent, { url: gone.url }), call],
      'a server that lies': [homeOf(agent, { url: liar.url }), call],
      'an expired key': [homeOf(agent, { apiKey: revoked.secret }), call],
      'no key': [unread, call],
      'no program': [homeOf(agent, { program: '/nowhere/node' }), call],
      'a program that crashes': [homeOf(agent, { program: 'false' }), call],
      'a program that kills itself': [homeOf(agent, { program: killing() }), call],
    };
    return Object.entries(cases).map(([what, [home, stdin]]) => [agent, what, ask(home, stdin)] as const);
  });
  for (const [agent, what, running] of failing) {
    const ended = await running;
    const note = `${agent.name}, ${what}: ${JSON.stringify(ended)}`;
    expect(agent.runs(ended), note).toBe(false);
    expect(ended, note).toMatchObject({ code: 2, out: '', err: expect.stringContaining('Countersign') });
    expect(ended.err, note).not.toContain(apiKey);
  }
  liar.stop();
});

/** Answers everything with an approval, of something else. */
async function lying() {
  const lies = createServer((_, response) =>
    response.end(JSON.stringify({ id: 'req_x', status: 'approved', digest: 'sha256:00', grant: 'g' })),
  );
  await once(lies.listen(0, '127.0.0.1'), 'listening');
  return { url: `http://127.0.0.1:${(lies.address() as AddressInfo).port}`, stop: () => lies.close() };
}

function killing(): string {
  const path = join(mkdtempSync(join(dir, 'bin-')), 'killing');
  writeFileSync(path, '#!/bin/sh\nkill -9 $$\n', { mode: 0o755 });
  return path;
}

describe('install and uninstall', () => {
  it.each(agents)('$name: what was there stays, and comes back byte for byte', async ({ name }) => {
    const home = mkdtempSync(join(dir, 'home-'));
    const folder = join(home, `.${name}`);
    const file = join(folder, name === 'claude' ? 'settings.json' : 'hooks.json');
    const before =
      '{\n\t"model": "opus",\n\t"hooks": { "PreToolUse": [ {"matcher":"Bash",  "hooks":[]} ],\n\t"preToolUse": [] }\n}';
    mkdirSync(folder);
    writeFileSync(file, before);
    const env = { HOME: home, COUNTERSIGN_URL: server.url, COUNTERSIGN_API_KEY: apiKey };
    const installed = await countersign(['hook', name, 'install', '--user', 'alice'], env);
    expect(installed).toMatchObject({ code: 0, err: '' });
    expect(installed.out).toContain(`{ id: alice/${name}, owner: alice }`);
    const settings = readFileSync(file, 'utf8');
    expect(settings).toContain('{"matcher":"Bash",  "hooks":[]}');
    expect(settings).toContain({ claude: '"onFailure": "block"', codex: 'exit 2', cursor: '"failClosed": true' }[name]);
    expect(settings).not.toContain(apiKey);
    const connection = join(home, '.config/countersign', `hook.${name}.json`);
    expect(statSync(connection).mode & 0o077).toBe(0);
    await countersign(['hook', name, 'install', '--user', 'alice', '--wait', '2m'], env);
    expect(readFileSync(file, 'utf8').split('main.ts').length).toBe(2);
    expect(await countersign(['hook', name, 'uninstall'], env)).toMatchObject({ code: 0, err: '' });
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(readdirSync(join(home, '.config/countersign'))).toEqual([]);
  });

  it('changes nothing where the key is wrong, nobody is named, or the file is no JSON', async () => {
    const home = mkdtempSync(join(dir, 'home-'));
    const env = { HOME: home, COUNTERSIGN_URL: server.url, COUNTERSIGN_API_KEY: apiKey };
    mkdirSync(join(home, '.claude'));
    writeFileSync(join(home, '.claude/settings.json'), 'not json');
    const claude = ['hook', 'claude', 'install'];
    const [keyless, nobody, unread] = [
      await countersign([...claude, '--user', 'alice'], { ...env, COUNTERSIGN_API_KEY: 'csk_wrong' }),
      await countersign(claude, env),
      await countersign([...claude, '--user', 'alice'], env),
    ];
    expect([keyless.code, nobody.code, unread.code]).toEqual([16, 2, 2]);
    expect(unread.err).toMatch(/settings\.json is no JSON.*at character 0/s);
    expect(readFileSync(join(home, '.claude/settings.json'), 'utf8')).toBe('not json');
    expect((await countersign(['hook', 'emacs'], env)).code).toBe(2);
  });
});
