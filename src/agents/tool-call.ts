// A call of a tool as an action that policy can judge: which action it is, on what, with exactly which arguments.
import { realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import type { ActionRequest } from '../client/index.ts';
import { type Digest, digestOf, type JsonObject } from '../domain/canonical.ts';

/** One call that an agent is about to make. */
export type ToolCall = {
  /** The agent's own id of its session. */
  readonly session: string;
  /** The folder that the person opened; a path outside of it is said to be. */
  readonly workspace: string;
  readonly cwd: string;
  readonly tool: string;
  readonly input: JsonObject;
};

/** Who is behind a call: by configuration, never by the model's words. */
export type Behind = { readonly user: string; readonly agent: string };

const SHELLS: ReadonlySet<string> = new Set(['Bash', 'PowerShell', 'Shell']);
const EDITORS: ReadonlySet<string> = new Set([
  'ApplyPatch',
  'Delete',
  'Edit',
  'EditNotebook',
  'MultiEdit',
  'NotebookEdit',
  'StrReplace',
  'TabWrite',
  'Write',
  'apply_patch',
]);
const PATHS = ['file_path', 'notebook_path', 'target_file', 'target_notebook', 'path'];
const PATCHED = /^\*\*\* (?:(?:Add|Update|Delete) File|Move to): (.+?)\s*$/gm;
const MCP_TOOL = /^(?:mcp__(?<server>.+?)__(?<tool>.+)|MCP:(?<named>.+))$/s;
const MAX_ID = 500;

/** What the model says of its own command changes from one try to the next, and is no part of what is approved. */
export function spokenReason({ input }: ToolCall): string | undefined {
  const { description } = input;
  return typeof description === 'string' && description.trim() !== '' ? description.slice(0, 2_000) : undefined;
}

/** The request for a call. The same call, made again, is the same request but for its reason and key. */
export function requestFor(call: ToolCall, { user, agent }: Behind): ActionRequest {
  const { description: _, ...input } = call.input;
  const params = { ...input, tool: call.tool };
  const behind = { user: { id: user }, actor: { type: 'ai_agent', id: agent } };
  if (SHELLS.has(call.tool)) {
    const workspace = { type: 'workspace', id: idOf(call.workspace) };
    return { action: 'run-command', ...behind, resource: workspace, params: { ...params, cwd: call.cwd } };
  }
  const paths = pathsOf(call);
  const where = { workspace: call.workspace, paths };
  if (EDITORS.has(call.tool)) {
    const [first] = paths;
    const file = first !== undefined && paths.length === 1;
    const id = idOf(file ? first : call.workspace);
    return { action: 'edit-file', ...behind, resource: { type: file ? 'file' : 'files', id, ...where }, params };
  }
  return { action: 'call-tool', ...behind, resource: { ...toolNamed(call.tool), ...where }, params };
}

/** The same for the same call of the same session, whatever the model says of it. */
export function nameOf({ session, tool, cwd, workspace, input }: ToolCall): Digest {
  const { description: _, ...exact } = input;
  return digestOf({ session, tool, cwd, workspace, exact });
}

/** A tool by the name that agents give it. */
export function toolNamed(tool: string): { readonly type: string; readonly id: string } {
  const names = MCP_TOOL.exec(tool)?.groups;
  if (names === undefined) return { type: 'tool', id: idOf(tool) };
  return { type: 'mcp_tool', id: idOf(names.named ?? `${names.server}/${names.tool}`) };
}

function idOf(text: string): string {
  return text.length <= MAX_ID ? text : `${text.slice(0, MAX_ID)}…`;
}

/** Every file that the call names, absolute, with links followed as far as there is something to follow. */
function pathsOf({ cwd, input, tool }: ToolCall): readonly string[] {
  const named = PATHS.map(name => input[name]).filter(value => typeof value === 'string');
  const patch = [input.command, input.patch, input.input].find(value => typeof value === 'string') ?? '';
  const patched = EDITORS.has(tool) ? [...patch.matchAll(PATCHED)].map(([, path]) => path ?? '') : [];
  return [
    ...new Set([...named, ...patched].map(path => actual(isAbsolute(path) ? resolve(path) : resolve(cwd, path)))),
  ];
}

function actual(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(actual(parent), basename(path));
  }
}

/** The folder, with links followed, so that what is inside of it is said to be. */
export function workspaceAt(path: string): string {
  return actual(resolve(path));
}
