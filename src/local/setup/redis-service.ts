// Starts a Redis of our own: own port, own data, durable as production is unless told otherwise.
import { mkdirSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { guardDirectory } from './guard.mjs';
import { ensureRedis } from './redis.ts';
import { setupFailure } from './say.mjs';
import { isPortTaken, onFreePort, type Service, startProgram } from './service.ts';

export type RedisOptions = {
  /** Where its data lives and stays; without it, a temporary folder that goes when it stops. */
  readonly dir?: string;
  readonly port?: number;
  readonly appendfsync?: 'everysec' | 'always' | 'no';
  /** `false`: nothing is written to disk at all. */
  readonly persistence?: boolean;
  /** For example `64mb`. */
  readonly maxmemory?: string;
  readonly policy?: 'noeviction' | 'allkeys-lru' | 'volatile-lru' | 'allkeys-random';
  /** Further settings, such as `['--cluster-enabled', 'yes']`. */
  readonly extra?: readonly string[];
};

export type RedisService = {
  readonly url: string;
  readonly port: number;
  readonly dir: string;
  readonly pid: number;
  /** Ends it in order; a temporary folder is deleted. */
  stop(): Promise<void>;
  /** SIGKILL, as a crash would; the data stays for `restart`. */
  kill(): Promise<void>;
  /** Ends it if it runs, and starts it on the same port with the same data. */
  restart(): Promise<void>;
};

const ANSWER_WITHIN_MS = 1_000;

/** Starts a Redis and waits until it answers PING. It dies with this process, and so does its temporary folder. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisService> {
  const program = await ensureRedis();
  const { dir, discard } = dataFolder(options.dir);
  const startOn = (port: number) =>
    startProgram({ name: 'redis', path: program, args: settings(options, port, dir) }, service =>
      answersAs(port, service.pid),
    );
  try {
    const { port, first } =
      options.port === undefined
        ? await onFreePort(async free => ({ port: free, first: await startOn(free) }))
        : { port: options.port, first: await startOn(options.port) };
    return handle(port, dir, first, startOn, discard);
  } catch (error) {
    await discard();
    throw error;
  }
}

function handle(
  port: number,
  dir: string,
  first: Service,
  startOn: (port: number) => Promise<Service>,
  discard: () => Promise<void>,
): RedisService {
  let service = first;
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    dir,
    get pid() {
      return service.pid;
    },
    async stop() {
      await service.end('SIGTERM');
      await discard();
    },
    kill: () => service.end('SIGKILL'),
    async restart() {
      await service.end('SIGTERM');
      try {
        service = await startOn(port);
      } catch (error) {
        if (!isPortTaken(error)) throw error;
        throw setupFailure('port_taken', `Port ${port} was taken while Redis was down: end what listens there.`, error);
      }
    },
  };
}

/** The folder that was named stays; without one it is a temporary folder that goes. */
function dataFolder(named: string | undefined): { dir: string; discard: () => Promise<void> } {
  if (named !== undefined) {
    const dir = resolve(named);
    mkdirSync(dir, { recursive: true });
    return { dir, discard: async () => {} };
  }
  const dir = mkdtempSync(join(tmpdir(), 'countersign-redis-'));
  const release = guardDirectory(dir);
  return {
    dir,
    async discard() {
      await rm(dir, { recursive: true, force: true });
      release();
    },
  };
}

function settings(options: RedisOptions, port: number, dir: string): string[] {
  const persistence = options.persistence ?? true;
  return [
    ...['--bind', '127.0.0.1', '--port', String(port), '--dir', dir],
    ...['--daemonize', 'no', '--loglevel', 'warning', '--save', ''],
    ...['--appendonly', persistence ? 'yes' : 'no', '--appendfsync', options.appendfsync ?? 'everysec'],
    ...['--maxmemory-policy', options.policy ?? 'noeviction'],
    ...(options.maxmemory === undefined ? [] : ['--maxmemory', options.maxmemory]),
    ...(options.extra ?? []),
  ];
}

/** It answers PING, and it is ours: somebody else's Redis on this port has another process id. */
async function answersAs(port: number, pid: number): Promise<boolean> {
  if (!(await ask(port, 'PING')).startsWith('+PONG')) return false;
  return (await ask(port, 'INFO server')).includes(`process_id:${pid}\r\n`);
}

function ask(port: number, command: string): Promise<string> {
  return new Promise((answer, failed) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let text = '';
    socket.setTimeout(ANSWER_WITHIN_MS, () => socket.destroy(new Error('no answer')));
    socket.on('connect', () => socket.write(`${command}\r\n`));
    socket.on('error', failed);
    socket.on('data', chunk => {
      text += chunk;
      const [, length] = /^\$(\d+)\r\n/.exec(text) ?? [];
      const isWhole = length === undefined ? text.endsWith('\r\n') : text.length >= Number(length) + 5 + length.length;
      if (isWhole) socket.end(() => answer(text));
    });
    socket.on('close', () => failed(new Error('closed before an answer')));
  });
}
