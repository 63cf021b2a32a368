// What differs from one agent to the next: how it tells of a call, how a yes is said, and where a hook is written down.
import type { JsonObject } from '../../domain/canonical.ts';
import type { ToolCall } from '../tool-call.ts';

export type Dialect = {
  /** As `countersign hook` calls it. */
  readonly name: string;
  /** The call, out of what the agent sent; undefined for what is no call that this hook is asked about. */
  read(sent: JsonObject, env: NodeJS.ProcessEnv): ToolCall | undefined;
  /**
   * Standard output of a yes, with exit code 0. `byPeople`: approved by somebody, not just let pass by policy. A no is
   * said alike to all of them: exit code 2, the reason on standard error, nothing on standard output.
   */
  yes(byPeople: boolean): string;
  /** The settings file in `home`, where the agent looks for hooks. */
  settingsFile(home: string, env: NodeJS.ProcessEnv): string;
  /** Where in that file a hook stands, and what a new file begins with. */
  readonly place: readonly string[];
  readonly blank: JsonObject;
  /** The hook itself, with the setting, where there is one, by which a hook that fails blocks. */
  entry(command: string, timeoutSeconds: number): JsonObject;
  /** What the person must still do. */
  readonly afterwards?: string;
};

export function textAt(sent: JsonObject, name: string): string | undefined {
  const value = sent[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A tool's arguments; where they are none by name, under one. */
export function argumentsIn(sent: JsonObject): JsonObject | undefined {
  const input = sent.tool_input;
  if (input === undefined) return undefined;
  const isObject = typeof input === 'object' && input !== null && !Array.isArray(input);
  return isObject ? (input as JsonObject) : { input };
}
