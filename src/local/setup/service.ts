// Runs a server program as our child: on a port nobody else has, watched until it is ready, gone when we are gone.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { guard } from './guard.mjs';
import { setupFailure } from './say.mjs';

/** A running server program. */
export type Service = {
  readonly pid: number;
  /** Settles when the program has ended, whoever ended it. */
  readonly ended: Promise<void>;
  isRunning(): boolean;
  /** What it said last, for error messages. */
  lastWords(): string;
  /** Sends the signal and waits for the end; asks again with SIGKILL if the program lingers. */
  end(signal: NodeJS.Signals): Promise<void>;
};

type Program = {
  readonly name: string;
  readonly path: string;
  readonly args: readonly string[];
  /** Its whole environment; ours without it. */
  readonly env?: NodeJS.ProcessEnv;
};

const READY_WITHIN_MS = 30_000;
const ASK_AGAIN_MS = 20;
const LINGER_MS = 10_000;
const WORDS_KEPT = 4_000;
const PORT_TRIES = 8;

// OPA tells the bare EADDRINUSE: 98 on Linux, 48 on macOS.
const PORT_TAKEN = /address already in use|"Syscall": "bind",\s*"Err": (?:98|48)\b/i;

// Below the range from which Linux, macOS and others hand out ports by themselves, so that nobody gets ours by chance.
const LOWEST_PORT = 20_000;
const HIGHEST_PORT = 32_000;

/** Starts the program and waits until `isReady`, or throws with what it said. */
export async function startProgram(
  program: Program,
  isReady: (service: Service) => Promise<boolean>,
): Promise<Service> {
  const service = await spawnGuarded(program);
  const giveUpAt = Date.now() + READY_WITHIN_MS;
  try {
    while (!(await isReady(service).catch(() => false))) {
      if (!service.isRunning()) {
        await service.ended;
        throw notReady(program, service, 'ended before it was ready');
      }
      if (Date.now() > giveUpAt) throw notReady(program, service, `was not ready after ${READY_WITHIN_MS / 1000} s`);
      await Promise.race([pause(ASK_AGAIN_MS), service.ended]);
    }
    return service;
  } catch (error) {
    await service.end('SIGKILL');
    throw error;
  }
}

/** Calls `start` with free ports until one is not snatched away between the look and the start. */
export async function onFreePort<T>(start: (port: number) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    const port = await findFreePort();
    try {
      return await start(port);
    } catch (error) {
      if (tries === PORT_TRIES || !isPortTaken(error)) throw error;
    }
  }
}

/** A free port of the loopback interface, as far as a look can tell. */
export async function findFreePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = LOWEST_PORT + Math.floor(Math.random() * (HIGHEST_PORT - LOWEST_PORT));
    if (await isFree(port)) return port;
  }
  throw setupFailure(
    'no_free_port',
    `No free port between ${LOWEST_PORT} and ${HIGHEST_PORT}: end what listens there.`,
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise(answer => {
    const probe = createServer();
    probe.once('error', () => answer(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => answer(true)));
  });
}

export function isPortTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'port_taken';
}

async function spawnGuarded(program: Program): Promise<Service> {
  // In a session of its own: Ctrl-C in a terminal is for us, and we end our services in our order.
  const { path, args, env = process.env } = program;
  const child = spawn(path, args, { detached: true, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<void>(done => {
    child.once('close', () => done()); // after its last words
    child.once('error', () => done());
  });
  let words = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => {
      words = (words + chunk).slice(-WORDS_KEPT);
    });
    if ('unref' in stream && typeof stream.unref === 'function') stream.unref();
  }
  child.unref();
  const pid = await pidOf(child, program);
  const release = guard(pid);
  void ended.then(release);
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  return {
    pid,
    ended,
    isRunning,
    lastWords: () => words.trim(),
    async end(signal) {
      if (!isRunning()) return;
      const linger = setTimeout(() => child.kill('SIGKILL'), LINGER_MS);
      child.ref();
      child.kill(signal);
      await ended;
      clearTimeout(linger);
    },
  };
}

async function pidOf(child: ChildProcess, program: Program): Promise<number> {
  if (child.pid !== undefined) return child.pid;
  const [cause] = await once(child, 'error');
  throw setupFailure(
    `${program.name}_not_started`,
    `${program.path} could not be started. Is it a program for this machine?`,
    cause,
  );
}

function notReady(program: Program, service: Service, what: string): Error {
  const words = service.lastWords();
  if (PORT_TAKEN.test(words)) {
    return setupFailure('port_taken', `${program.name}: its port is taken. Choose another, or none for a free one.`);
  }
  return setupFailure(
    `${program.name}_not_ready`,
    `${program.path} ${what}. What it said last: ${words === '' ? 'nothing' : words}\nMend that, then start it again.`,
  );
}
