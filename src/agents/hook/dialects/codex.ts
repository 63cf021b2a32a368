// Codex: developers.openai.com/codex/hooks. `allow` and `ask` are answers it refuses, and then it runs the call: a yes says nothing.
import { join } from 'node:path';
import { workspaceAt } from '../../tool-call.ts';
import { argumentsIn, type Dialect, textAt } from '../dialect.ts';

export const codex: Dialect = {
  name: 'codex',
  read(sent) {
    const [session, tool, input] = [textAt(sent, 'session_id'), textAt(sent, 'tool_name'), argumentsIn(sent)];
    const cwd = textAt(sent, 'cwd');
    if (sent.hook_event_name !== 'PreToolUse' || !session || !tool || !input || !cwd) return undefined;
    return { session, tool, input, cwd, workspace: workspaceAt(cwd) };
  },
  yes: () => '',
  settingsFile: (home, env) => join(env.CODEX_HOME ?? join(home, '.codex'), 'hooks.json'),
  place: ['hooks', 'PreToolUse'],
  blank: {},
  entry: (command, timeout) => ({ hooks: [{ type: 'command', command, timeout }] }),
  afterwards: 'Codex runs no hook that you have not trusted, and does not say so: open /hooks in Codex and trust it.',
};
