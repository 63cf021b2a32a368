// Starts an OPA of our own with given policies, quiet and reachable only from this machine.
import { request } from 'node:http';
import { resolve } from 'node:path';
import { ensureOpa } from './opa.ts';
import { onFreePort, type Service, startProgram } from './service.ts';

export type OpaOptions = {
  /** Folders with a `.manifest`, or bundle files; each is loaded as a bundle, so its revision is told. */
  readonly policies: readonly string[];
  readonly port?: number;
  /** A Unix socket path instead of a port; one per instance, a second OPA would take it over without a word. */
  readonly socket?: string;
  /** A bundle folder with `package system.authz`, such as `AUTHZ_BUNDLE`; turns `--authorization=basic` on. */
  readonly authz?: string;
  /** Give every decision an id, by logging it to where nobody reads; production logs for real. */
  readonly decisionIds?: boolean;
  /** Reload policies when their files change. */
  readonly watch?: boolean;
  /** How long it keeps serving after being told to stop; production uses 2. */
  readonly shutdownWaitSeconds?: number;
  /** Further arguments, such as `['--set', 'status.console=true']`. */
  readonly extra?: readonly string[];
};

export type OpaService = {
  /** `http://127.0.0.1:…`, or `unix:///…` with `socket`. */
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
  /** SIGKILL, as a crash would. */
  kill(): Promise<void>;
  /** Ends it if it runs, and starts it at the same address. */
  restart(): Promise<void>;
};

/** What the product's own OPA answers to: its fixed questions and its health, nothing else. */
export const AUTHZ_BUNDLE = resolve(import.meta.dirname, '../../../deploy/opa');

const ANSWER_WITHIN_MS = 1_000;

/** Its garbage collected less often: a quarter of its time saved, for some tens of MiB. What the environment says goes first. */
const COLLECT_SELDOM = { GOGC: '400' };

/** Starts an OPA and waits until it is healthy and its policies are active. It dies with this process. */
export async function startOpa(options: OpaOptions): Promise<OpaService> {
  const program = await ensureOpa();
  const startAt = (address: Address) =>
    startProgram(
      { name: 'opa', path: program, args: settings(options, address), env: { ...COLLECT_SELDOM, ...process.env } },
      () => isHealthy(address),
    );
  const { address, first } = await startSomewhere(options, startAt);
  let service: Service = first;
  return {
    url: 'port' in address ? `http://127.0.0.1:${address.port}` : `unix://${address.socket}`,
    get pid() {
      return service.pid;
    },
    stop: () => service.end('SIGTERM'),
    kill: () => service.end('SIGKILL'),
    async restart() {
      await service.end('SIGTERM');
      service = await startAt(address);
    },
  };
}

type Address = { readonly port: number } | { readonly socket: string };

async function startSomewhere(options: OpaOptions, startAt: (address: Address) => Promise<Service>) {
  if (options.socket !== undefined) {
    const address = { socket: resolve(options.socket) };
    return { address, first: await startAt(address) };
  }
  if (options.port !== undefined) {
    const address = { port: options.port };
    return { address, first: await startAt(address) };
  }
  return onFreePort(async port => ({ address: { port }, first: await startAt({ port }) }));
}

function settings(options: OpaOptions, address: Address): string[] {
  return [
    ...['run', '--server', '--skip-version-check', '--log-level', 'error', '--log-format', 'text'],
    ...('port' in address
      ? ['--addr', `127.0.0.1:${address.port}`]
      : ['--addr', `unix://${address.socket}`, '--unix-socket-perm', '660']),
    ...['--shutdown-wait-period', String(options.shutdownWaitSeconds ?? 0)],
    // Twice a request's limit: a question holds the request and its votes.
    ...['--set', 'server.decoding.max_length=2097152'],
    ...(options.watch === true ? ['--watch'] : []),
    ...(options.decisionIds === true ? ['--set', 'decision_logs.console=true'] : []),
    ...options.policies.flatMap(path => ['--bundle', path]),
    ...['--ignore', '*_test.rego'], // a test package below a folder of policies would be one of them
    ...(options.authz === undefined ? [] : ['--authorization=basic', '--bundle', options.authz]),
    ...(options.extra ?? []),
  ];
}

function isHealthy(address: Address): Promise<boolean> {
  return new Promise((answer, failed) => {
    const where = 'port' in address ? { host: '127.0.0.1', port: address.port } : { socketPath: address.socket };
    const asked = request({ ...where, path: '/health?bundles', agent: false, timeout: ANSWER_WITHIN_MS }, response => {
      response.resume();
      answer(response.statusCode === 200);
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer')));
    asked.on('error', failed);
    asked.end();
  });
}
