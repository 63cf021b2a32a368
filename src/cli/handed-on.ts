// The environment of a command that `run` starts: the caller's own, without what lets anybody ask or approve as them.
import { UsageError } from './failing.ts';

/** With these the command could ask, approve, click or sign itself. */
const OURS: ReadonlySet<string> = new Set([
  'COUNTERSIGN_API_KEY',
  'GRANT_KEY_FILE',
  'OPA_LOG_TOKEN',
  'PEOPLE_TOKEN',
  'REDIS_URL',
  'SLACK_APP_TOKEN',
  'SLACK_BOT_TOKEN',
  'SLACK_SIGNING_SECRET',
  'WEBHOOK_SECRET',
]);

/** Keys as we print them, whatever variable somebody keeps them in. */
const KEY = /^cs[kq]_[0-9a-z]{4,32}[._]/;

export type HandedOn = {
  readonly env: NodeJS.ProcessEnv;
  /** Names that were kept back, which a command may miss. */
  readonly keptBack: readonly string[];
};

/** `passed` are names that whoever runs it wants handed on all the same. */
export function handedOn(env: NodeJS.ProcessEnv, passed: readonly string[]): HandedOn {
  const missing = passed.find(name => env[name] === undefined);
  if (missing !== undefined)
    throw new UsageError(`--pass-env ${missing}: there is no such variable. Set it, or leave it out.`);
  const isKept = ([name, value]: [string, string | undefined]) =>
    passed.includes(name) || !(OURS.has(name) || KEY.test((value ?? '').trim()));
  const entries = Object.entries(env);
  return {
    env: Object.fromEntries(entries.filter(isKept)),
    keptBack: entries.filter(entry => !isKept(entry)).map(([name]) => name),
  };
}
