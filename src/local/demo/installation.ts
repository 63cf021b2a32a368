// The demo's stage: Redis, OPA, the local Slack workspace and Countersign, started one after the other and ended together.
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createLog } from '../../adapters/log/log.ts';
import { connectRedis } from '../../adapters/redis/connect.ts';
import { openKeys } from '../../adapters/redis/keys.ts';
import { loadConfig } from '../../config.ts';
import { startCountersign } from '../../main.ts';
import { findFreePort, startOpa, startRedis } from '../setup/services.ts';
import { openWorkspace, type Workspace } from '../slack/workspace.ts';
import { started } from './screen.ts';

export type Stage = {
  readonly workspace: Workspace;
  readonly api: string;
  readonly redisUrl: string;
  /** Where the demo started Redis itself; a given address may hold a password and is shown to nobody. */
  readonly ownRedisUrl?: string;
  readonly namespace: string;
  readonly apiKey: string;
  readonly queueKey: string;
  stop(): Promise<void>;
  /** What has not ended yet, once it was told to. */
  unended(): readonly string[];
};

export type StageOptions = {
  /** Say what Countersign logs, beside what the demo says. */
  readonly isVerbose: boolean;
  /** Ports that a person would find again; taken ones are replaced by free ones. */
  readonly pagePort: number;
  readonly apiPort: number;
  /** Aborts when the demo shall end: what was started by then is ended, and the rest is not begun. */
  readonly until: AbortSignal;
};

const ROOT = join(import.meta.dirname, '../../..');
const DATA = join(ROOT, '.data/demo');
const NAMESPACE = 'demo';

export async function setStage(options: StageOptions): Promise<Stage> {
  await using begun = new AsyncDisposableStack();
  let since = performance.now();
  const lap = (what: string, where: string) => {
    options.until.throwIfAborted();
    started(what, where, since);
    since = performance.now();
  };

  // A given Redis keeps its data, so each demo has a namespace of its own there.
  const given = process.env.REDIS_URL;
  const namespace = given === undefined ? NAMESPACE : `${NAMESPACE}-${randomBytes(4).toString('hex')}`;
  const redisUrl = given ?? (await ownRedis(begun));
  lap('Redis, append-only file on', given === undefined ? redisUrl : 'as REDIS_URL says');

  const opa = await startOpa({ policies: [join(ROOT, 'policies')], decisionIds: true });
  begun.defer(() => opa.stop());
  lap('OPA with policies/', opa.url);

  const workspace = await openWorkspace({
    port: await portNear(options.pagePort),
    appName: 'Countersign',
    hints: {
      commands: [
        { command: '/approvals', description: 'What waits for you, your requests, and how approvals work here' },
      ],
      shortcuts: [{ callback_id: 'open_queue', name: 'How approvals work' }],
      messageShortcuts: [{ callback_id: 'why', name: 'Why?' }],
    },
  });
  begun.defer(() => workspace.close());
  lap('Local Slack workspace', workspace.url);

  const config = loadConfig({
    REDIS_URL: redisUrl,
    ...(given === undefined ? {} : { REDIS_ALLOW_UNSAFE: process.env.REDIS_ALLOW_UNSAFE }),
    COUNTERSIGN_NAMESPACE: namespace,
    OPA_URL: opa.url,
    COUNTERSIGN_PEOPLE: join(import.meta.dirname, 'people.yaml'),
    SLACK_BOT_TOKEN: workspace.botToken,
    SLACK_APP_TOKEN: workspace.appToken,
    SLACK_API_URL: workspace.apiUrl,
    APPROVALS_CHANNEL: 'C0APPROVALS',
    API_PORT: String(await portNear(options.apiPort)),
    AUDIT_DIR: ownFolder(begun, 'audit'),
  });
  const log = createLog({ level: options.isVerbose ? 'debug' : 'silent', isPretty: true });
  const app = await startCountersign(config, { log, until: options.until });
  begun.defer(() => app.stop());
  const api = app.api?.url ?? '';
  const { apiKey, queueKey } = await makeKeys(redisUrl, namespace);
  lap('Countersign', api);

  const all = begun.move();
  const shown = given === undefined ? { ownRedisUrl: redisUrl } : {};
  return {
    workspace,
    api,
    redisUrl,
    ...shown,
    namespace,
    apiKey,
    queueKey,
    stop: () => all.disposeAsync(),
    unended: app.unended,
  };
}

/** Yesterday's demo is over: its data would only bring back its unanswered requests. */
async function ownRedis(begun: AsyncDisposableStack): Promise<string> {
  const redis = await startRedis({ dir: ownFolder(begun, 'redis') });
  begun.defer(() => redis.stop());
  return redis.url;
}

function ownFolder(begun: AsyncDisposableStack, name: string): string {
  const dir = join(DATA, `${name}-${process.pid}`);
  mkdirSync(dir, { recursive: true });
  begun.defer(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

async function makeKeys(url: string, namespace: string): Promise<{ apiKey: string; queueKey: string }> {
  const redis = connectRedis({ url, observe: () => undefined });
  try {
    const keys = openKeys({ redis: redis.commands, namespace, now: Date.now });
    const apiKey = (await keys.create('demo-tools')).secret;
    const queueKey = (await keys.create('demo-tools', { queue: true })).secret;
    return { apiKey, queueKey };
  } finally {
    await redis.close();
  }
}

async function portNear(wanted: number): Promise<number> {
  return (await isFree(wanted)) ? wanted : findFreePort();
}

async function isFree(port: number): Promise<boolean> {
  const { createServer } = await import('node:net');
  return new Promise(resolve => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
