// Claude Code: code.claude.com/docs/en/hooks. A failed hook lets the call run, unless `onFailure` (2.1.295) says otherwise.
import { join } from 'node:path';
import { workspaceAt } from '../../tool-call.ts';
import { argumentsIn, type Dialect, textAt } from '../dialect.ts';

export const claude: Dialect = {
  name: 'claude',
  read(sent, env) {
    const [session, tool, input] = [textAt(sent, 'session_id'), textAt(sent, 'tool_name'), argumentsIn(sent)];
    const cwd = textAt(sent, 'cwd') ?? env.CLAUDE_PROJECT_DIR;
    if (sent.hook_event_name !== 'PreToolUse' || !session || !tool || !input || !cwd) return undefined;
    return { session, tool, input, cwd, workspace: workspaceAt(env.CLAUDE_PROJECT_DIR ?? cwd) };
  },
  // Where only policy let it pass, Claude's own rules still ask; people who approved it need not be asked again.
  yes: byPeople =>
    byPeople
      ? JSON.stringify({
          hookSpecificOutput: {
            hookEventName: 'PreToolUse',
            permissionDecision: 'allow',
            permissionDecisionReason: 'Approved in Countersign',
          },
        })
      : '{}',
  settingsFile: (home, env) => join(env.CLAUDE_CONFIG_DIR ?? join(home, '.claude'), 'settings.json'),
  place: ['hooks', 'PreToolUse'],
  blank: {},
  entry: (command, timeout) => ({ hooks: [{ type: 'command', command, timeout, onFailure: 'block' }] }),
};
