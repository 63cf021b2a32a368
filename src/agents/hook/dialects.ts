// The agents whose hooks are spoken.
import type { Dialect } from './dialect.ts';
import { claude } from './dialects/claude.ts';
import { codex } from './dialects/codex.ts';
import { cursor } from './dialects/cursor.ts';

export const dialects: readonly Dialect[] = [claude, codex, cursor];

export function dialectNamed(name: string | undefined): Dialect | undefined {
  return dialects.find(dialect => dialect.name === name);
}
