// Answers whoever clicked, in private: no click is silently ignored. Tries one way after the other until one works.
import type { Observe } from '../../flow/ports.ts';
import type { Said } from './cards/lines.ts';
import { modal } from './cards/views.ts';
import type { Slack } from './connect.ts';
import { slackWord } from './failures.ts';
import type { Gesture } from './gesture.ts';

export type Tell = (gesture: Gesture, said: Said, elsewhere?: string) => Promise<void>;

const PATIENCE_MS = 2_500;

/** `elsewhere` is a channel to use when the gesture was made in none. */
export function createTell({ interactive: client }: Slack, observe: Observe | undefined): Tell {
  return async (gesture, said, elsewhere) => {
    const { text, blocks } = said;
    const { user, responseUrl, isAtHome, triggerId } = gesture;
    const channel = gesture.channel ?? elsewhere;
    const ways: (() => Promise<unknown>)[] = [
      ...(isAtHome === true ? [() => open(client, triggerId, said)] : []),
      ...(channel === undefined ? [] : [() => client.chat.postEphemeral({ channel, user, text, blocks })]),
      ...(responseUrl === undefined ? [] : [() => respond(responseUrl, { text, blocks })]),
      async () => {
        const direct = await client.conversations.open({ users: user });
        await client.chat.postMessage({ channel: direct.channel?.id ?? '', text, blocks });
      },
    ];
    let last: unknown;
    for (const way of ways) {
      try {
        await way();
        return;
      } catch (error) {
        last = error;
      }
    }
    const message = `A person could not be answered after a click: ${slackWord(last) ?? 'no answer from Slack'}.`;
    observe?.({ kind: 'trouble', where: 'slack', code: 'click_unanswered', message });
  };
}

/** In the Home tab there is nothing to answer beside. A trigger that is spent or too old opens nothing. */
function open(client: Slack['interactive'], trigger_id = '', { blocks }: Said): Promise<unknown> {
  return client.views.open({ trigger_id, view: modal('Approvals', blocks) });
}

/** The address that came with the click; it works where the app is not a member. */
async function respond(url: string, said: Said): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, ...said }),
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`response_url answered ${answer.status}`);
}
