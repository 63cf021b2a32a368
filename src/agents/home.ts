// Where a person's own settings and notes of this program are.
import { homedir } from 'node:os';
import { join } from 'node:path';

export function homeOf(env: NodeJS.ProcessEnv): string {
  return env.HOME ?? homedir();
}

export function configDir(env: NodeJS.ProcessEnv): string {
  return join(env.XDG_CONFIG_HOME ?? join(homeOf(env), '.config'), 'countersign');
}

export function stateDir(name: string, env: NodeJS.ProcessEnv): string {
  return join(env.XDG_STATE_HOME ?? join(homeOf(env), '.local', 'state'), 'countersign', name);
}
