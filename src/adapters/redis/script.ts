// The Lua scripts, each one atomic act in a file of its own whose header lists its keys, its arguments and every answer.
import { readFileSync } from 'node:fs';

export type ScriptName =
  | 'commit'
  | 'hold-sealing'
  | 'keep-crowd'
  | 'keep-standing'
  | 'link'
  | 'mark-sealed'
  | 'revoke-key'
  | 'revoke-standing'
  | 'unlink'
  | 'use-standing';

/** Its text, to define a command with. */
export function script(name: ScriptName): string {
  return readFileSync(new URL(`./scripts/${name}.lua`, import.meta.url), 'utf8');
}
