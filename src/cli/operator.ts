// Who runs the command line, and their way through the front door.
import { hostname, userInfo } from 'node:os';
import { type Config, loadConfig, operatorIn } from '../config.ts';
import { type Refusal, refusalSentence } from '../domain/refusal.ts';
import type { asOperator } from '../main.ts';
import { UsageError } from './failing.ts';

type OperatorWork = Parameters<typeof asOperator>[2];
type Door = Parameters<OperatorWork>[0];
type Work<T> = (door: Door, operator: Parameters<OperatorWork>[1], config: Config) => Promise<T>;

export type KeyInfo = Extract<Awaited<ReturnType<Door['keys']['create']>>, { kind: 'created' }>['info'];

/** One piece of work in the configured installation, in the name of whoever runs this. */
export async function operating<T>(work: Work<T>): Promise<T> {
  const config = loadConfig(process.env, []);
  const name = operatorName(process.env);
  const main = await import('../main.ts');
  return main.asOperator(config, name, (door, operator) => work(door, operator, config));
}

/** What `COUNTERSIGN_OPERATOR` says, else the user and host of this machine, `ole@ops-1`. */
export function operatorName(env: NodeJS.ProcessEnv): string {
  return operatorIn(env) ?? `${userName(env)}@${hostname()}`;
}

/** A container may run as a number that no user has. */
function userName(env: NodeJS.ProcessEnv): string {
  try {
    return userInfo().username;
  } catch {
    return env.USER ?? String(process.getuid?.() ?? 'unknown');
  }
}

/** What was done; a refusal ends the command with its words. */
export function unrefused<T extends { readonly kind: string }>(reply: T): Exclude<T, Refusal> {
  if (reply.kind === 'refusal') throw new UsageError(refusalSentence(reply as unknown as Refusal));
  return reply as Exclude<T, Refusal>;
}
