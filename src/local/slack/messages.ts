// What may happen to messages: posted, changed, deleted, reacted to, shown to one person only.

import { completeAttachments, completeBlocks } from './blocks/complete.ts';
import type { Attachment, Block, Ephemeral, Message, Metadata } from './entities.ts';
import { messagesIn, type State } from './state.ts';

export type Content = {
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly attachments: readonly Attachment[];
};

export type Draft = Content & {
  readonly channel: string;
  readonly user: string;
  readonly bot_id?: string;
  readonly thread_ts?: string;
  readonly metadata?: Metadata;
};

/** What Slack puts into `text` when an app sends blocks and no text: useless in a notification, as it should be. */
const NO_FALLBACK = "This content can't be displayed.";

export function postMessage(state: State, draft: Draft): Message {
  const message: Message = {
    ...draft,
    text: draft.text === '' && draft.blocks.length > 0 ? NO_FALLBACK : draft.text,
    blocks: completeBlocks(draft.blocks),
    attachments: completeAttachments(draft.attachments),
    ts: state.clock.nextTs(),
    reactions: [],
  };
  messagesIn(state, message.channel).push(message);
  state.changed();
  return message;
}

function replace(state: State, before: Message, after: Message): Message {
  const list = messagesIn(state, before.channel);
  const index = list.findIndex(message => message.ts === before.ts);
  if (index >= 0) list[index] = after;
  state.changed();
  return after;
}

export function updateMessage(
  state: State,
  before: Message,
  change: Content & { readonly metadata?: Metadata },
  editor: string,
): Message {
  const { metadata: _omitted, ...rest } = before;
  // Metadata that an update leaves out survives it.
  const metadata = change.metadata ?? before.metadata;
  return replace(state, before, {
    ...rest,
    text: change.text === '' && change.blocks.length > 0 ? NO_FALLBACK : change.text,
    blocks: completeBlocks(change.blocks),
    attachments: completeAttachments(change.attachments),
    edited: { user: editor, ts: state.clock.nextTs() },
    ...(metadata === undefined ? {} : { metadata }),
  });
}

export function deleteMessage(state: State, message: Message): void {
  const list = messagesIn(state, message.channel);
  const index = list.findIndex(one => one.ts === message.ts);
  if (index >= 0) list.splice(index, 1);
  state.changed();
}

export function setReactions(state: State, message: Message, reactions: Message['reactions']): Message {
  return replace(state, message, { ...message, reactions });
}

export function showEphemeral(
  state: State,
  draft: Content & { readonly channel: string; readonly user: string; readonly thread_ts?: string },
): Ephemeral {
  const ephemeral: Ephemeral = {
    ...draft,
    blocks: completeBlocks(draft.blocks),
    attachments: completeAttachments(draft.attachments),
    ts: state.clock.nextTs(),
    ephemeral: true,
  };
  state.ephemerals.push(ephemeral);
  state.changed();
  return ephemeral;
}

export function replaceEphemeral(state: State, before: Ephemeral, content: Content): void {
  const index = state.ephemerals.indexOf(before);
  const { blocks, attachments, text } = content;
  const after = { ...before, text, blocks: completeBlocks(blocks), attachments: completeAttachments(attachments) };
  if (index >= 0) state.ephemerals[index] = after;
  state.changed();
}

export function dropEphemeral(state: State, ephemeral: Ephemeral): void {
  const index = state.ephemerals.indexOf(ephemeral);
  if (index >= 0) state.ephemerals.splice(index, 1);
  state.changed();
}

export function repliesTo(state: State, channelId: string, ts: string): readonly Message[] {
  return messagesIn(state, channelId).filter(message => message.thread_ts === ts && message.ts !== ts);
}

export function topLevel(state: State, channelId: string): readonly Message[] {
  return messagesIn(state, channelId).filter(message => !message.thread_ts || message.thread_ts === message.ts);
}
