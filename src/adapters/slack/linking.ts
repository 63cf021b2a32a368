// Links an account to the person who has a code for it, and ends that, wherever somebody asks for it in Slack.
import type { Refusal } from '../../domain/refusal.ts';
import type { Observe, SlackEvidence } from '../../flow/ports.ts';
import { linkedText, movedText, unlinkedText } from './cards/link-words.ts';
import { userIdOf } from './cards/people.ts';
import { plainNote, refusalText } from './cards/refusal-note.ts';
import type { Slack } from './connect.ts';
import { slackWord } from './failures.ts';
import type { Gesture } from './gesture.ts';

/** Who asks: the account of the payload that Slack vouched for. */
export type Caller = { readonly account: string; readonly evidence: Omit<SlackEvidence, 'message_ts'> };

export type LinkPorts = {
  link(
    call: Caller & { readonly code: string },
  ): Promise<{ readonly kind: 'linked'; readonly person: string; readonly before?: string } | Refusal>;
  unlink(call: Caller): Promise<{ readonly kind: 'unlinked'; readonly person: string } | Refusal>;
};

export type LinkingWorld = { readonly slack: Slack; readonly links: LinkPorts; readonly observe?: Observe };

/** What became of it, in words for whoever asked. */
export type Linking = { readonly isDone: boolean; readonly says: string };

export async function link(world: LinkingWorld, caller: Caller, code: string): Promise<Linking> {
  const result = await world.links.link({ ...caller, code });
  if (result.kind === 'refusal') return { isDone: false, says: refusalText(result) };
  const { person, before } = result;
  if (before !== undefined) await tellFormer(world, before, person);
  return { isDone: true, says: linkedText(person) };
}

export async function unlink({ links }: LinkingWorld, caller: Caller): Promise<Linking> {
  const result = await links.unlink(caller);
  return result.kind === 'refusal'
    ? { isDone: false, says: refusalText(result) }
    : { isDone: true, says: unlinkedText(result.person) };
}

export function callerOf({ account, transport, team, user, actionTs }: Gesture): Caller {
  return { account, evidence: { transport, team, user, action_ts: actionTs } };
}

/** The account that was the person's until now hears that it is not any more: they may not have done it themselves. */
async function tellFormer({ slack, observe }: LinkingWorld, account: string, person: string): Promise<void> {
  try {
    const user = userIdOf(account, (await slack.install()).teamId);
    if (user === undefined) return;
    const direct = await slack.interactive.conversations.open({ users: user });
    await slack.interactive.chat.postMessage({
      channel: direct.channel?.id ?? '',
      ...plainNote(movedText(person)),
      unfurl_links: false,
    });
  } catch (error) {
    const message = `A Slack account could not be told that it is linked no more: ${slackWord(error) ?? 'no answer'}.`;
    observe?.({ kind: 'trouble', where: 'slack', code: 'former_account_untold', message });
  }
}
