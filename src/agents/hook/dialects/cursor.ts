// Cursor: cursor.com/docs/hooks. One hook for every tool; `failClosed` blocks on a failure and on an answer that is empty.
import { join } from 'node:path';
import { workspaceAt } from '../../tool-call.ts';
import { argumentsIn, type Dialect, textAt } from '../dialect.ts';

export const cursor: Dialect = {
  name: 'cursor',
  read(sent, env) {
    const session = textAt(sent, 'conversation_id') ?? textAt(sent, 'session_id');
    const [tool, input] = [textAt(sent, 'tool_name'), argumentsIn(sent)];
    const [root] = Array.isArray(sent.workspace_roots) ? sent.workspace_roots : [];
    const workspace = env.CURSOR_PROJECT_DIR ?? (typeof root === 'string' ? root : undefined) ?? textAt(sent, 'cwd');
    if (sent.hook_event_name !== 'preToolUse' || !session || !tool || !input || !workspace) return undefined;
    const cwd = textAt(sent, 'cwd') ?? textAt(input, 'cwd') ?? workspace;
    return { session, tool, input, cwd, workspace: workspaceAt(workspace) };
  },
  yes: () => '{"permission":"allow"}',
  settingsFile: home => join(home, '.cursor', 'hooks.json'),
  place: ['hooks', 'preToolUse'],
  blank: { version: 1 },
  entry: (command, timeout) => ({ command, timeout, failClosed: true }),
};
