// `countersign serve` as it runs in production, a process of its own, with everything it leans on in processes of theirs.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { connectRedis } from '../../../src/adapters/redis/connect.ts';
import { openKeys } from '../../../src/adapters/redis/keys.ts';
import { connect, type HttpCountersign } from '../../../src/client/index.ts';
import { type Running, start } from '../../cli/spawned.ts';
import { POLICIES } from '../../support/candidate.ts';
import { PEOPLE } from '../../support/house.ts';
import { namespace, opaUrl, startOpa, startRedis } from '../../support/services.ts';
import { tokens } from './tokens.ts';

export type Part = 'redis' | 'opa' | 'slack' | 'people';

export type Surroundings = {
  readonly env: Record<string, string>;
  readonly ports: { readonly [part in 'redis' | 'slack' | 'people']: string };
  /** Ends it as a crash would. */
  kill(part: Part): Promise<void>;
  /** Its connections stay open and carry nothing any more; new ones are taken and not answered. */
  silence(part: Part): void;
  /** A key that a service asks with. */
  client(url: string): Promise<HttpCountersign>;
  serve(env?: Record<string, string>): Running;
};

/** All that Countersign leans on, of this test alone. An OPA of its own only where the test will hurt it. */
export async function surroundings(
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
  { opa: isOwnOpa = false } = {},
): Promise<Surroundings> {
  const [redis, opa, slack, people] = await Promise.all([
    startRedis(),
    isOwnOpa ? startOpa({ policies: [POLICIES] }) : undefined,
    slackProcess(),
    peopleAddress(),
  ]);
  const pids: { readonly [part in Part]?: number | undefined } = { redis: redis.pid, opa: opa?.pid, slack: slack.pid };
  onTestFinished(async () => {
    for (const pid of Object.values(pids)) signal(pid, 'SIGCONT');
    slack.kill();
    people.close();
    await Promise.all([redis.stop(), opa?.stop()]);
  });
  const env = {
    REDIS_URL: redis.url,
    OPA_URL: opa?.url ?? opaUrl(),
    COUNTERSIGN_NAMESPACE: namespace(),
    COUNTERSIGN_PEOPLE: people.url,
    PEOPLE_REFRESH: '1s',
    SLACK_BOT_TOKEN: tokens.bot,
    SLACK_APP_TOKEN: tokens.app,
    SLACK_API_URL: slack.apiUrl,
    APPROVALS_CHANNEL: 'C0APPROVALS',
    API_PORT: '0',
  };
  return {
    env,
    ports: { redis: String(redis.port), slack: portOf(slack.apiUrl), people: portOf(people.url) },
    async kill(part) {
      if (part === 'redis') await redis.kill();
      else if (part === 'opa') await opa?.kill();
      else if (part === 'slack') slack.kill();
      else people.close();
    },
    silence(part) {
      if (part === 'people') people.silence();
      else signal(pids[part], 'SIGSTOP');
    },
    async client(url) {
      const connections = connectRedis({ url: redis.url, observe: () => undefined });
      const keys = openKeys({ redis: connections.commands, namespace: env.COUNTERSIGN_NAMESPACE, now: Date.now });
      const { secret } = await keys.create('deployer');
      await connections.close();
      const client = connect({ url, apiKey: secret });
      onTestFinished(() => client.close());
      return client;
    },
    serve(more = {}) {
      const running = start(['serve'], { ...env, ...more });
      onTestFinished(() => running.kill('SIGKILL'));
      return running;
    },
  };
}

function portOf(url: string): string {
  return new URL(url).port;
}

function signal(pid: number | undefined, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(pid, name);
  } catch {} // it has ended
}

async function slackProcess() {
  const child: ChildProcess = spawn(process.execPath, [join(import.meta.dirname, 'workspace.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout ?? child, 'data');
  return { pid: child.pid, apiUrl: String(line).trim(), kill: () => void child.kill('SIGKILL') };
}

/** An address that answers with the people until it falls silent. */
async function peopleAddress() {
  const people = readFileSync(PEOPLE, 'utf8');
  let isSilent = false;
  const server = createServer((_, response) => void (isSilent || response.end(people)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/people`,
    silence: () => {
      isSilent = true;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
