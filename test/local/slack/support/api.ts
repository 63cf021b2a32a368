// Calls the Web API as bare HTTP, so that a test sees exactly what is on the wire.
import type { Workspace } from '../../../../src/local/slack/workspace.ts';

export type Answered = {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>> & { readonly ok: boolean; readonly error?: string };
};

export async function call(
  workspace: Workspace,
  method: string,
  args: Readonly<Record<string, unknown>> = {},
  token: string | undefined = workspace.botToken,
): Promise<Answered> {
  const response = await fetch(`${workspace.apiUrl}${method}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(args),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answered['body'] };
}

export async function errorOf(
  workspace: Workspace,
  method: string,
  args: Readonly<Record<string, unknown>> = {},
  token?: string,
): Promise<string | undefined> {
  return (await call(workspace, method, args, token)).body.error;
}

export async function post(
  workspace: Workspace,
  channel: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const { body } = await call(workspace, 'chat.postMessage', { channel, text: 'hello', ...more });
  if (!body.ok) throw new Error(`chat.postMessage answered ${body.error}`);
  return String(body.ts);
}

export const plain = (text: string) => ({ type: 'plain_text', text });
export const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
export const button = (action_id: string, more: Readonly<Record<string, unknown>> = {}) => ({
  type: 'button',
  action_id,
  text: plain(action_id),
  ...more,
});
