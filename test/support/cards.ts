// How tests read the channel: which message is whose card, and what it says.
import type { Message, Workspace } from '../../src/local/slack/workspace.ts';

const CHANNELS = ['C0APPROVALS', 'C0FINANCE', 'C0ONCALL', 'C0SEC'];

export function textOf(message: Message | undefined): string {
  return JSON.stringify(message ?? {});
}

/** Every top-level message about a request, in any channel. */
export function cardsAbout(workspace: Workspace, id: string): readonly Message[] {
  return CHANNELS.flatMap(channel => workspace.history(channel)).filter(message => textOf(message).includes(id));
}

/** The card of a request, once it is posted. */
export function cardOf(workspace: Workspace, id: string): Promise<Message> {
  return workspace.until(`a card for ${id}`, () => cardsAbout(workspace, id)[0]);
}

/** The card, once it says these words. */
export function cardSaying(workspace: Workspace, id: string, ...words: readonly string[]): Promise<Message> {
  const isSaid = (message: Message) => words.every(word => textOf(message).toLowerCase().includes(word.toLowerCase()));
  return workspace.until(
    `a card for ${id} that says ${words.join(', ')}`,
    () => cardsAbout(workspace, id).find(isSaid),
    25_000,
  );
}

export function hasButton(message: Message, actionId: string): boolean {
  return textOf(message).includes(`"action_id":"${actionId}"`);
}
