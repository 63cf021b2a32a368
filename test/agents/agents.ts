// The agents as their documentation and published code have them: what each sends to a hook, and when it then runs the call.
import type { Ended } from '../cli/spawned.ts';

export type Agent = {
  readonly name: 'claude' | 'codex' | 'cursor';
  sends(tool: string, input: object, session?: string): string;
  /** With the hook as `install` writes it; `undefined` stands for a hook that was given up. */
  runs(ended: Ended | undefined): boolean;
};

const CWD = process.cwd();

function json(text: string): { readonly [member: string]: unknown } | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

export const agents: readonly Agent[] = [
  {
    name: 'claude',
    sends: (tool_name, tool_input, session_id = 's-1') =>
      JSON.stringify({
        session_id,
        transcript_path: '/t.jsonl',
        cwd: CWD,
        permission_mode: 'default',
        hook_event_name: 'PreToolUse',
        tool_name,
        tool_input,
        tool_use_id: `toolu_${Math.random()}`,
      }),
    // `onFailure: "block"`: a time-out, a code other than 0 and 2, and JSON that is invalid count as a block.
    runs(ended) {
      if (ended?.code !== 0) return false;
      if (ended.out.trim() === '') return true;
      const decided = (json(ended.out)?.hookSpecificOutput as { permissionDecision?: string } | undefined)
        ?.permissionDecision;
      return json(ended.out) !== undefined && (decided === undefined || decided === 'allow' || decided === 'ask');
    },
  },
  {
    name: 'codex',
    sends: (tool_name, tool_input, session_id = 's-1') =>
      JSON.stringify({
        session_id,
        turn_id: 't',
        transcript_path: null,
        cwd: CWD,
        hook_event_name: 'PreToolUse',
        model: 'm',
        permission_mode: 'default',
        tool_name,
        tool_input,
        tool_use_id: `call-${Math.random()}`,
      }),
    // Only code 2 with words on standard error, or a deny with a reason, blocks; everything else runs the call.
    runs(ended) {
      if (ended?.code === 2 && ended.err.trim() !== '') return false;
      const said = json(ended?.out ?? '')?.hookSpecificOutput as
        | { permissionDecision?: string; permissionDecisionReason?: string }
        | undefined;
      return !(ended?.code === 0 && said?.permissionDecision === 'deny' && said.permissionDecisionReason);
    },
  },
  {
    name: 'cursor',
    sends: (tool_name, tool_input, conversation_id = 's-1') =>
      JSON.stringify({
        conversation_id,
        generation_id: 'g',
        model: 'default',
        hook_event_name: 'preToolUse',
        cursor_version: '3.9.16',
        workspace_roots: [CWD],
        transcript_path: null,
        tool_name: tool_name === 'Bash' ? 'Shell' : tool_name,
        tool_input,
        tool_use_id: `tool_${Math.random()}`,
        cwd: '',
      }),
    // `failClosed: true`: what fails, and an empty or unreadable answer, blocks; `ask` is not heeded here.
    runs(ended) {
      const permission = ended?.code === 0 ? json(ended.out)?.permission : 'deny';
      return json(ended?.out ?? '') !== undefined && permission !== 'deny';
    },
  },
];
