// `countersign mcp`: what agents that speak MCP ask by.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { loadClientConfig } from '../../config.ts';
import { keyIn } from '../api.ts';
import { EXIT } from '../exit-codes.ts';
import { UsageError } from '../failing.ts';
import { say } from '../screen.ts';

type Options = { readonly user: string; readonly agent?: string; readonly http?: string };

export function addMcp(program: Command, end: (code: number) => void): void {
  program
    .command('mcp')
    .description('an MCP server by which an agent asks, waits and redeems; it cannot approve')
    .requiredOption('--user <id>', 'the person whom the agent works for, as the directory knows them')
    .option('--agent <id>', 'the agent, as the directory lists it under agents; by default <user>/mcp')
    .option('--http <host:port>', 'serve streamable HTTP there instead of standard input and output')
    .action(async ({ user, agent = `${user}/mcp`, http }: Options) => {
      const { url } = loadClientConfig(process.env);
      const serving = { url, behind: { user, agent }, version: versionOf() };
      const where = http === undefined ? undefined : placeOf(http);
      const apiKey = where === undefined ? keyIn(process.env) : '';
      const { serveOverHttp, serveOverStdio } = await import('../../agents/mcp/serve.ts');
      if (where === undefined) await serveOverStdio(serving, apiKey);
      else {
        const server = await serveOverHttp(serving, where);
        say(`MCP at ${server.url} as ${agent} for ${user}`);
        await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
        await server.stop();
      }
      end(EXIT.ok);
    });
}

function placeOf(text: string): { readonly host: string; readonly port: number } {
  const [, host, port] = /^\[?([^\]]+?)\]?:(\d{1,5})$/.exec(text) ?? [];
  if (host === undefined || Number(port) > 65_535)
    throw new UsageError('--http is host:port, for example 127.0.0.1:8765.');
  return { host, port: Number(port) };
}

function versionOf(): string {
  return JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')).version;
}
