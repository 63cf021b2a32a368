// The environment, read once: parsed to a frozen Config, with all faults reported together. No secret has a default.
import { z } from 'zod';
import { durationMs } from './domain/duration.ts';
import { Failure } from './domain/failure.ts';

/** What one process does: answers HTTP, works off the queue, or talks with Slack. */
export type Role = 'api' | 'worker' | 'slack';
export const roles: readonly Role[] = ['api', 'worker', 'slack'];

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export type SlackConfig = {
  readonly botToken: string;
  readonly apiUrl: string;
} & (
  | { readonly mode: 'socket'; readonly appToken: string }
  | { readonly mode: 'http'; readonly signingSecret: string; readonly port: number }
);

export type PeopleSource =
  | { readonly kind: 'file'; readonly path: string }
  | {
      readonly kind: 'endpoint';
      readonly url: string;
      readonly token?: string;
      readonly refreshMs: number;
      readonly maxAgeMs: number;
    };

export type Config = {
  readonly roles: readonly Role[];
  readonly namespace: string;
  readonly redis: { readonly url: string; readonly isUnsafeAllowed: boolean };
  readonly opa: {
    readonly url: string;
    readonly decisionPath: string;
    readonly timeoutMs: number;
    /** The only revision of the policies whose answers are taken. */
    readonly revision?: string;
    /** The OPA of a candidate policy, asked beside the live one and never listened to. */
    readonly shadowUrl?: string;
  };
  /** Where the directory comes from; without one nobody is known and agents have no owner. */
  readonly people?: PeopleSource;
  /** Whether a Slack account that no person has is known by its e-mail address. */
  readonly isEmailMatched: boolean;
  /** Only the role `slack` requires it. */
  readonly slack?: SlackConfig;
  /** Where a decision that names no channel goes. */
  readonly approvalsChannel?: string;
  readonly api: {
    readonly host: string;
    readonly port: number;
    readonly bodyLimit: number;
    readonly opaLogToken?: string;
  };
  /** Who grants are from, and what signs them; without a file the key is made once and kept in Redis. */
  readonly grants: { readonly issuer: string; readonly keyFile?: string };
  readonly defaultExpiresInMs: number;
  readonly retentionMs: number;
  readonly workerConcurrency: number;
  /** Callbacks go to these hosts (`host` or `host:port`) and to no other. */
  readonly callbacks: { readonly hosts: readonly string[]; readonly secret?: string };
  readonly logLevel: LogLevel;
};

/** One thing wrong with the environment. `message` ends with the remedy and quotes no value: it may be a secret. */
export type ConfigFault = { readonly variable: string; readonly message: string };

export class ConfigError extends Failure {
  readonly faults: readonly ConfigFault[];

  constructor(faults: readonly ConfigFault[]) {
    const lines = faults.map(({ variable, message }) => `  ${variable} ${message}`);
    super('config_invalid', `The configuration has faults:\n${lines.join('\n')}\nSee .env.example.`, {
      isTransient: false,
    });
    this.faults = faults;
  }
}

const url = (protocols: readonly string[], example: string) =>
  z.string().refine(text => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    error: `is not a URL that begins with ${protocols.map(p => `${p}//`).join(' or ')}; write for example ${example}.`,
  });

const port = (fallback: number) =>
  wholeNumber(0, 65_535, 'is not a port; write a number from 0 (any free port) to 65535.').default(fallback);

function wholeNumber(min: number, max: number, error: string) {
  return z
    .string()
    .refine(text => /^\d{1,12}$/.test(text) && Number(text) >= min && Number(text) <= max, { error })
    .transform(Number);
}

function duration(minMs: number, maxMs: number, error: string) {
  return z
    .string()
    .refine(
      text => {
        const ms = durationMs(text);
        return ms !== undefined && ms >= minMs && ms <= maxMs;
      },
      { error },
    )
    .transform(text => durationMs(text) ?? minMs);
}

const token = (prefix: string, where: string) =>
  z.string().startsWith(prefix, { error: `is not such a token: it begins with ${prefix}. ${where}` });

const BOT_TOKEN_HELP = 'Copy the Bot User OAuth Token from OAuth & Permissions on the page of your Slack app.';
const APP_TOKEN_HELP =
  'Make an app-level token with the scope connections:write under Basic Information on the page of your Slack app.';
const SIGNING_SECRET_HELP = 'Copy the Signing Secret from Basic Information on the page of your Slack app.';
const CHANNEL_HELP = 'Copy the channel id, for example C0123456789, from the foot of the channel details in Slack.';
const WEBHOOK_SECRET_HELP = "Make one: node -p \"'whsec_'+crypto.randomBytes(32).toString('base64')\"";

/** Every variable of the server, by name. `.env.example` is compared with it by a test. */
export const serverVariables = z.object({
  REDIS_URL: url(['redis:', 'rediss:'], 'redis://127.0.0.1:6379').default('redis://127.0.0.1:6379'),
  REDIS_ALLOW_UNSAFE: z
    .enum(['true', 'false'], { error: 'is neither true nor false; leave it out outside development.' })
    .default('false')
    .transform(text => text === 'true'),
  COUNTERSIGN_NAMESPACE: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,64}$/, {
      error: 'is not a key prefix; write up to 64 letters, digits, dots, dashes or underscores.',
    })
    .default('countersign'),
  OPA_URL: url(['http:', 'https:', 'unix:'], 'http://127.0.0.1:8181').default('http://127.0.0.1:8181'),
  OPA_DECISION_PATH: z
    .string()
    .regex(/^[A-Za-z0-9_]+(\/[A-Za-z0-9_]+)*$/, {
      error: 'is not a path below /v1/data; write for example approvals/main/decision.',
    })
    .default('approvals/main/decision'),
  OPA_TIMEOUT: duration(1, 60_000, 'is not a duration between 1ms and 60s; write for example 250ms.').default(250),
  OPA_REVISION: z
    .string()
    .max(200, { error: 'is too long for a revision; copy what policy build printed.' })
    .optional(),
  OPA_LOG_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{24,512}$/, {
      error: 'is not 24 to 512 characters without blanks; make one: openssl rand -hex 32',
    })
    .optional(),
  OPA_SHADOW_URL: url(['http:', 'https:', 'unix:'], 'http://127.0.0.1:8182').optional(),
  COUNTERSIGN_PEOPLE: z
    .string()
    .refine(isPeopleSource, {
      error: 'is neither a file nor an https:// address without a user in it; http:// goes to this machine only.',
    })
    .optional(),
  PEOPLE_MATCH_EMAIL: z
    .enum(['true', 'false'], {
      error: 'is neither true nor false; leave it out to know people by their account alone.',
    })
    .default('false')
    .transform(text => text === 'true'),
  PEOPLE_TOKEN: z.string().optional(),
  PEOPLE_REFRESH: duration(1_000, 3_600_000, 'is not a duration between 1s and 1h; write for example 60s.').default(
    60_000,
  ),
  PEOPLE_MAX_AGE: duration(
    60_000,
    30 * 86_400_000,
    'is not a duration between 1m and 30d; write for example 24h.',
  ).default(86_400_000),
  SLACK_MODE: z
    .enum(['socket', 'http'], {
      error: 'is neither socket nor http; write socket unless Slack can reach you by HTTPS.',
    })
    .default('socket'),
  SLACK_BOT_TOKEN: token('xoxb-', BOT_TOKEN_HELP).optional(),
  SLACK_APP_TOKEN: token('xapp-', APP_TOKEN_HELP).optional(),
  SLACK_SIGNING_SECRET: z
    .string()
    .min(16, { error: `is too short to be one. ${SIGNING_SECRET_HELP}` })
    .optional(),
  SLACK_API_URL: url(['http:', 'https:'], 'https://slack.com/api/').default('https://slack.com/api/'),
  SLACK_PORT: port(3000),
  APPROVALS_CHANNEL: z
    .string()
    .regex(/^[CG][A-Z0-9]{2,20}$/, { error: `is not a channel id. ${CHANNEL_HELP}` })
    .optional(),
  API_HOST: z.string().default('127.0.0.1'),
  API_PORT: port(8080),
  BODY_LIMIT: wholeNumber(
    1_024,
    1_048_576,
    'is not a number of bytes from 1024 to 1048576; leave it out for 1 MiB.',
  ).default(1_048_576),
  GRANT_ISSUER: url(['http:', 'https:'], 'https://countersign.example.com').optional(),
  GRANT_KEY_FILE: z.string().optional(),
  DEFAULT_EXPIRES_IN: duration(
    1_000,
    30 * 86_400_000,
    'is not a duration between 1s and 30d; write for example 1h.',
  ).default(3_600_000),
  RETENTION: duration(
    86_400_000,
    3_650 * 86_400_000,
    'is not a duration between 1d and 3650d; write for example 30d.',
  ).default(30 * 86_400_000),
  WORKER_CONCURRENCY: wholeNumber(1, 1_000, 'is not a number from 1 to 1000; 16 to 64 is a good range.').default(16),
  CALLBACK_HOSTS: z
    .string()
    .transform(text => text.split(',').map(host => host.trim().toLowerCase()))
    .refine(hosts => hosts.every(isHost), {
      error: 'is not a list of host names; write for example ci.example.com,hooks.example.com:8443.',
    })
    .default([]),
  WEBHOOK_SECRET: z
    .string()
    .refine(text => text.split(/\s+/).every(isWebhookSecret), {
      error: `is not whsec_ followed by the base64 of 24 to 64 bytes; several are separated by spaces. ${WEBHOOK_SECRET_HELP}`,
    })
    .optional(),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'], {
      error: 'is not a level; write debug, info, warn, error or silent.',
    })
    .default('info'),
});

/** What the requesting commands read; a server needs neither. */
export const clientVariables = z.object({
  COUNTERSIGN_URL: url(['http:', 'https:'], 'http://127.0.0.1:8080').optional(),
  COUNTERSIGN_API_KEY: z.string().optional(),
});

type Environment = { readonly [variable: string]: string | undefined };

/** Reads the environment for the roles that a process takes; throws `ConfigError` with every fault there is. */
export function loadConfig(env: Environment, wanted: readonly Role[] = roles): Config {
  const given = filled(env);
  const parsed = serverVariables.safeParse(given);
  const faults = [...(parsed.error?.issues ?? []).map(faultOf), ...missing(given, wanted)];
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults);
  return frozen(assemble(parsed.data, wanted));
}

/** Where the requesting commands find Countersign, and as whom they ask. */
export function loadClientConfig(env: Environment): { readonly url: string; readonly apiKey?: string } {
  const given = filled(env);
  const parsed = clientVariables.extend({ API_PORT: serverVariables.shape.API_PORT }).safeParse(given);
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map(faultOf));
  const { COUNTERSIGN_URL, COUNTERSIGN_API_KEY, API_PORT } = parsed.data;
  return {
    url: COUNTERSIGN_URL ?? `http://127.0.0.1:${API_PORT}`,
    ...(COUNTERSIGN_API_KEY === undefined ? {} : { apiKey: COUNTERSIGN_API_KEY }),
  };
}

/** A blank value is no value: `SECRET=` in a file must not pass for a secret. */
function filled(env: Environment): Record<string, string> {
  const entries = Object.entries(env).map(([name, value]) => [name, value?.trim() ?? ''] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== ''));
}

function missing(given: Record<string, string>, wanted: readonly Role[]): ConfigFault[] {
  const required: Record<string, string> = {};
  if (wanted.includes('slack')) {
    required.SLACK_BOT_TOKEN = BOT_TOKEN_HELP;
    required.APPROVALS_CHANNEL = CHANNEL_HELP;
    if (given.SLACK_MODE === 'http') required.SLACK_SIGNING_SECRET = SIGNING_SECRET_HELP;
    else required.SLACK_APP_TOKEN = APP_TOKEN_HELP;
  }
  if (given.CALLBACK_HOSTS !== undefined) required.WEBHOOK_SECRET = WEBHOOK_SECRET_HELP;
  return Object.entries(required)
    .filter(([variable]) => given[variable] === undefined)
    .map(([variable, help]) => ({ variable, message: `is missing. ${help}` }));
}

function assemble(given: z.infer<typeof serverVariables>, wanted: readonly Role[]): Config {
  const slack = slackOf(given);
  return {
    roles: [...wanted],
    namespace: given.COUNTERSIGN_NAMESPACE,
    redis: { url: given.REDIS_URL, isUnsafeAllowed: given.REDIS_ALLOW_UNSAFE },
    opa: {
      url: given.OPA_URL,
      decisionPath: given.OPA_DECISION_PATH,
      timeoutMs: given.OPA_TIMEOUT,
      ...(given.OPA_REVISION === undefined ? {} : { revision: given.OPA_REVISION }),
      ...(given.OPA_SHADOW_URL === undefined ? {} : { shadowUrl: given.OPA_SHADOW_URL }),
    },
    isEmailMatched: given.PEOPLE_MATCH_EMAIL,
    ...(given.COUNTERSIGN_PEOPLE === undefined ? {} : { people: peopleOf(given, given.COUNTERSIGN_PEOPLE) }),
    ...(slack === undefined ? {} : { slack }),
    ...(given.APPROVALS_CHANNEL === undefined ? {} : { approvalsChannel: given.APPROVALS_CHANNEL }),
    api: {
      host: given.API_HOST,
      port: given.API_PORT,
      bodyLimit: given.BODY_LIMIT,
      ...(given.OPA_LOG_TOKEN === undefined ? {} : { opaLogToken: given.OPA_LOG_TOKEN }),
    },
    grants: {
      issuer: given.GRANT_ISSUER ?? addressOf(given.API_HOST, given.API_PORT),
      ...(given.GRANT_KEY_FILE === undefined ? {} : { keyFile: given.GRANT_KEY_FILE }),
    },
    defaultExpiresInMs: given.DEFAULT_EXPIRES_IN,
    retentionMs: given.RETENTION,
    workerConcurrency: given.WORKER_CONCURRENCY,
    callbacks: {
      hosts: given.CALLBACK_HOSTS,
      ...(given.WEBHOOK_SECRET === undefined ? {} : { secret: given.WEBHOOK_SECRET }),
    },
    logLevel: given.LOG_LEVEL,
  };
}

function peopleOf(given: z.infer<typeof serverVariables>, source: string): PeopleSource {
  if (!isAddress(source)) return { kind: 'file', path: source };
  return {
    kind: 'endpoint',
    url: source,
    refreshMs: given.PEOPLE_REFRESH,
    maxAgeMs: given.PEOPLE_MAX_AGE,
    ...(given.PEOPLE_TOKEN === undefined ? {} : { token: given.PEOPLE_TOKEN }),
  };
}

function addressOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function slackOf(given: z.infer<typeof serverVariables>): SlackConfig | undefined {
  const { SLACK_BOT_TOKEN: botToken, SLACK_API_URL: apiUrl } = given;
  if (botToken === undefined) return undefined;
  const outbound = { botToken, apiUrl };
  if (given.SLACK_MODE === 'http' && given.SLACK_SIGNING_SECRET !== undefined) {
    return { ...outbound, mode: 'http', signingSecret: given.SLACK_SIGNING_SECRET, port: given.SLACK_PORT };
  }
  if (given.SLACK_MODE === 'socket' && given.SLACK_APP_TOKEN !== undefined) {
    return { ...outbound, mode: 'socket', appToken: given.SLACK_APP_TOKEN };
  }
  return undefined; // incomplete: a fault for the role `slack`, of no use to the others
}

function faultOf(issue: z.core.$ZodIssue): ConfigFault {
  return { variable: String(issue.path[0] ?? 'environment'), message: issue.message };
}

function isAddress(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
}

/** Who people are must not be altered on its way: without TLS it may only come from this machine. */
function isPeopleSource(text: string): boolean {
  if (!isAddress(text)) return true;
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  const isHere = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
  return protocol === 'https:' || (protocol === 'http:' && isHere);
}

function isHost(text: string): boolean {
  return /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/.test(text);
}

function isWebhookSecret(text: string): boolean {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1];
  const length = encoded === undefined ? 0 : Buffer.from(encoded, 'base64').length;
  return length >= 24 && length <= 64;
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}
