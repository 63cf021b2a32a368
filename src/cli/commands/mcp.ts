// `countersign mcp`: what agents that speak MCP ask by.
import { once } from 'node:events';
import type { Command } from 'commander';
import type { Behind } from '../../agents/tool-call.ts';
import { loadClientConfig } from '../../config.ts';
import { durationMs } from '../../domain/duration.ts';
import { keyIn } from '../api.ts';
import { EXIT } from '../exit-codes.ts';
import { UsageError } from '../failing.ts';
import { proxy } from '../proxying.ts';
import { say } from '../screen.ts';
import { ownVersion } from '../version.ts';

type Options = {
  readonly user: string;
  readonly agent?: string;
  readonly http?: string;
  readonly server?: string;
  readonly wait: string;
};

export function addMcp(program: Command, end: (code: number) => void): void {
  program
    .command('mcp')
    .description('an MCP server by which an agent asks, waits and redeems; or proxy: stands before another MCP server')
    .argument('[proxy...]', 'proxy -- and the command that starts a server: its tools are called only when approved')
    .requiredOption('--user <id>', 'the person whom the agent works for, as the directory knows them')
    .option('--agent <id>', 'the agent, as the directory lists it under agents; by default <user>/mcp')
    .option('--http <host:port>', 'serve streamable HTTP there instead of standard input and output')
    .option('--server <name>', 'with proxy: what policy knows the server by, for example github')
    .option('--wait <duration>', 'with proxy: how long a call waits for people before it is to be made again', '50s')
    .action(async ([step, ...command]: readonly string[], options: Options) => {
      const { user, agent = `${user}/mcp` } = options;
      const behind = { user, agent };
      if (step === undefined) await serve(behind, options.http);
      else if (step === 'proxy') return end(await proxied(command, behind, options));
      else throw new UsageError(`There is no ${step}. To stand before a server: mcp proxy --server NAME -- command`);
      end(EXIT.ok);
    });
}

async function serve(behind: Behind, http: string | undefined): Promise<void> {
  const { url } = loadClientConfig(process.env);
  const serving = { url, behind, version: ownVersion() };
  const where = http === undefined ? undefined : placeOf(http);
  const apiKey = where === undefined ? keyIn(process.env) : '';
  const { serveOverHttp, serveOverStdio } = await import('../../agents/mcp/serve.ts');
  if (where === undefined) return serveOverStdio(serving, apiKey);
  const server = await serveOverHttp(serving, where);
  say(`MCP at ${server.url} as ${behind.agent} for ${behind.user}`);
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  await server.stop();
}

function proxied(command: readonly string[], behind: Behind, { server, wait }: Options): Promise<number> {
  if (command.length === 0) throw new UsageError('There is no command after --.');
  if (server === undefined) throw new UsageError('--server is missing: what policy knows the server by.');
  const waitMs = durationMs(wait);
  if (waitMs === undefined) throw new UsageError('--wait is a duration such as 50s.');
  return proxy(command, { behind, server, waitMs });
}

function placeOf(text: string): { readonly host: string; readonly port: number } {
  const [, host, port] = /^\[?([^\]]+?)\]?:(\d{1,5})$/.exec(text) ?? [];
  if (host === undefined || Number(port) > 65_535)
    throw new UsageError('--http is host:port, for example 127.0.0.1:8765.');
  return { host, port: Number(port) };
}
