// Putting a hook into an agent's settings, and taking it out again.
import { rmSync } from 'node:fs';
import { stateDir } from '../home.ts';
import type { Behind } from '../tool-call.ts';
import { GRACE_MS } from './answer.ts';
import { readConnection, removeConnection, type SettingsChange, writeConnection } from './connection.ts';
import type { Dialect } from './dialect.ts';
import { addEntry, type Place, removeEntry } from './settings-file.ts';

export type Installing = Behind & {
  readonly url: string;
  readonly apiKey: string;
  readonly waitMs: number;
  /** The agent's settings file. */
  readonly file: string;
  /** The program that is to answer, and what starts it. */
  readonly program: readonly string[];
};

/** Installed twice is installed once. Throws, with what is wrong with the settings file, where it cannot be changed. */
export function install(dialect: Dialect, { file, program, ...more }: Installing, env: NodeJS.ProcessEnv): void {
  uninstall(dialect, file, env);
  const timeoutSeconds = Math.ceil((more.waitMs + 2 * GRACE_MS) / 1_000);
  const settings = addEntry(file, placeOf(dialect), dialect.entry(commandOf(dialect, program), timeoutSeconds));
  writeConnection(dialect.name, { ...more, settings }, env);
}

/** Gives the settings file that it was taken out of: the one that it was put into, or `file` where that is not known. */
export function uninstall(dialect: Dialect, file: string, env: NodeJS.ProcessEnv): string {
  const change = changeOf(dialect, env) ?? lost(file);
  removeEntry(change, placeOf(dialect));
  removeConnection(dialect.name, env);
  rmSync(stateDir(`hook.${dialect.name}`, env), { recursive: true, force: true });
  return change.path;
}

function changeOf(dialect: Dialect, env: NodeJS.ProcessEnv): SettingsChange | undefined {
  try {
    return readConnection(dialect.name, env).settings;
  } catch {
    return undefined;
  }
}

/** Of what was changed nothing is known any more; the hook is known by its command. */
function lost(path: string): SettingsChange {
  return { path, created: false, removed: '', inserted: '' };
}

function placeOf({ place, blank, name }: Dialect): Place {
  const ours = new RegExp(`main\\.[jt]s' hook ${name} `);
  return { path: place, blank, isOurs: entry => ours.test(JSON.stringify(entry)) };
}

/**
 * For a shell. Whatever ends with another code than a yes or a block (a program that is gone, a crash, a signal) is made
 * a block, since Codex and older agents run the call then.
 */
function commandOf({ name }: Dialect, program: readonly string[]): string {
  const start = [...program.map(part => `'${part.replaceAll("'", `'\\''`)}'`), 'hook', name].join(' ');
  return `${start} || { [ $? -eq 2 ] || echo 'Countersign gave no answer, so nothing has run.' >&2; exit 2; }`;
}
