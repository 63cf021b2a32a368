// How a hook reaches Countersign, and as whom: one file an agent, in the person's own settings, where no model writes.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { configDir } from '../home.ts';
import type { Behind } from '../tool-call.ts';

export type Connection = Behind & {
  readonly url: string;
  readonly apiKey: string;
  /** How long a call waits for people before its agent is told to make it again. */
  readonly waitMs: number;
  /** What `install` changed of the settings file, for `uninstall`. */
  readonly settings: SettingsChange;
};

export type SettingsChange = {
  readonly path: string;
  /** There was no file. */
  readonly created: boolean;
  /** At this place of the file, these characters were put in the place of those. */
  readonly removed: string;
  readonly inserted: string;
};

function connectionFile(name: string, env: NodeJS.ProcessEnv): string {
  return join(configDir(env), `hook.${name}.json`);
}

/** Throws where there is none that can be used. */
export function readConnection(name: string, env: NodeJS.ProcessEnv): Connection {
  const { url, apiKey, user, agent, waitMs, settings } = JSON.parse(readFileSync(connectionFile(name, env), 'utf8'));
  const isWhole = [url, apiKey, user, agent].every(text => typeof text === 'string' && text !== '');
  if (!isWhole || !Number.isSafeInteger(waitMs) || waitMs < 0) throw new Error('it is not whole');
  return { url, apiKey, user, agent, waitMs, settings };
}

/** For the person alone: it holds a key. */
export function writeConnection(name: string, connection: Connection, env: NodeJS.ProcessEnv): void {
  const file = connectionFile(name, env);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  rmSync(file, { force: true });
  writeFileSync(file, `${JSON.stringify(connection, undefined, 2)}\n`, { mode: 0o600 });
}

export function removeConnection(name: string, env: NodeJS.ProcessEnv): void {
  rmSync(connectionFile(name, env), { force: true });
}
