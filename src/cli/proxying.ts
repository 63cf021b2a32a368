// `countersign mcp proxy`: starts an MCP server and stands before it, same ends, same exit code.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stateDir } from '../agents/home.ts';
import { openAsks } from '../agents/open-asks.ts';
import { holdCalls } from '../agents/proxy/gate.ts';
import type { Behind } from '../agents/tool-call.ts';
import { connect } from '../client/index.ts';
import { loadClientConfig } from '../config.ts';
import { keyIn } from './api.ts';
import { EXIT } from './exit-codes.ts';
import { handedOn } from './handed-on.ts';

type Proxying = { readonly behind: Behind; readonly server: string; readonly waitMs: number };

/** An agent waits for the answer, and may ask again. */
const RETRY_FOR_MS = 5_000;

/** The exit code of the server. It gets none of our keys. */
export async function proxy(command: readonly string[], { behind, server, waitMs }: Proxying): Promise<number> {
  const countersign = connect({
    url: loadClientConfig(process.env).url,
    apiKey: keyIn(process.env),
    retryForMs: RETRY_FOR_MS,
  });
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'], env: handedOn(process.env, []).env });
  const ended = once(child, 'close').then(([code]) => (code as number | null) ?? EXIT.broken);
  ended.catch(() => {});
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => void child.kill(name));
  // Whoever is gone reads nothing any more.
  for (const stream of [child.stdin, process.stdout]) stream.on('error', () => void child.kill());
  const client = { from: process.stdin, to: process.stdout };
  const upstream = { from: child.stdout, to: child.stdin };
  const asks = openAsks(stateDir(`mcp.${server}`, process.env));
  const held = holdCalls({ countersign, asks, behind, server, waitMs, now: Date.now, client, upstream });
  held.catch(() => void child.kill());
  try {
    return await ended;
  } finally {
    process.stdin.destroy();
    await countersign.close();
  }
}
