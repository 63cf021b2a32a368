// How messages, users, channels and views look in answers and payloads.
import { escapeBlocks, escapeMrkdwn } from './blocks/complete.ts';
import type { Channel, Ephemeral, Message, User, View } from './entities.ts';
import { repliesTo } from './messages.ts';
import type { State } from './state.ts';

export type Wire = Readonly<Record<string, unknown>>;

export function wireMessage(state: State, message: Message, withMetadata: boolean): Wire {
  const { channel: _channel, metadata, blocks, attachments, reactions, bot_id, edited, ...plain } = message;
  const replies = repliesTo(state, message.channel, message.ts);
  const lastReply = replies.at(-1);
  return {
    type: 'message',
    ...plain,
    text: escapeMrkdwn(message.text),
    team: state.team.id,
    ...(bot_id ? { bot_id, app_id: state.app.id, bot_profile: botProfile(state) } : {}),
    ...(blocks.length > 0 ? { blocks: escapeBlocks(blocks) } : {}),
    ...(attachments.length > 0 ? { attachments: escapeBlocks(attachments) } : {}),
    ...(edited ? { edited } : {}),
    ...(reactions.length > 0
      ? { reactions: reactions.map(one => ({ name: one.name, users: one.users, count: one.users.length })) }
      : {}),
    ...(lastReply
      ? {
          thread_ts: message.ts,
          reply_count: replies.length,
          reply_users: [...new Set(replies.map(reply => reply.user))],
          latest_reply: lastReply.ts,
        }
      : {}),
    // Without include_all_metadata one learns that there is metadata, not what it says.
    ...(metadata ? { metadata: withMetadata ? metadata : { event_type: metadata.event_type } } : {}),
  };
}

export function wireEphemeral(state: State, ephemeral: Ephemeral): Wire {
  return {
    type: 'message',
    subtype: 'bot_message',
    text: escapeMrkdwn(ephemeral.text),
    ts: ephemeral.ts,
    bot_id: state.app.botId,
    ...(ephemeral.blocks.length > 0 ? { blocks: escapeBlocks(ephemeral.blocks) } : {}),
  };
}

function botProfile(state: State): Wire {
  return { id: state.app.botId, app_id: state.app.id, name: state.app.name, deleted: false, team_id: state.team.id };
}

export function wireUser(user: User, withEmail: boolean): Wire {
  const { is_invisible: _invisible, title, email, display_name, is_stranger, is_workflow_bot, ...flags } = user;
  return {
    ...flags,
    ...(is_stranger ? { is_stranger } : {}),
    ...(is_workflow_bot ? { is_workflow_bot } : {}),
    is_primary_owner: false,
    profile: {
      title,
      real_name: user.real_name,
      display_name,
      display_name_normalized: display_name,
      team: user.team_id,
      ...(withEmail && email ? { email } : {}),
    },
  };
}

export function wireChannel(state: State, channel: Channel): Wire {
  const { members, topic, user, ...flags } = channel;
  if (channel.is_im) {
    return { id: channel.id, is_im: true, is_archived: channel.is_archived, user, is_org_shared: false, is_open: true };
  }
  return {
    ...flags,
    name_normalized: channel.name,
    is_channel: !channel.is_private,
    is_group: channel.is_private,
    is_mpim: false,
    is_general: false,
    is_shared: channel.is_ext_shared || channel.is_org_shared,
    is_member: members.includes(state.app.botUserId),
    topic: { value: topic, creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
    num_members: members.length,
    context_team_id: state.team.id,
  };
}

export function wireView(state: State, view: View, values: Wire = {}): Wire {
  const { user: _user, errors: _errors, ...fields } = view;
  return {
    ...fields,
    blocks: escapeBlocks(view.blocks),
    team_id: state.team.id,
    app_id: state.app.id,
    app_installed_team_id: state.team.id,
    bot_id: state.app.botId,
    state: { values },
  };
}
