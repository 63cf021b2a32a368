// The payloads of interactions, in the shape Slack sends them.
import type { Channel, Ephemeral, Message, User, View } from '../entities.ts';
import { findChannel, type State } from '../state.ts';
import { type Wire, wireEphemeral, wireMessage, wireView } from '../wire.ts';
import { type Element, stateOf, stateValues, type Values } from './elements.ts';

/** The verification token of old; present in every payload, proof of nothing. */
const VERIFICATION_TOKEN = 'legacy-verification-token';

export type Rights = { readonly trigger_id: string; readonly response_url?: string };

function base(state: State, person: User): Wire {
  const enterprise_id = person.enterprise_user?.enterprise_id;
  const isOurs = person.team_id === state.team.id;
  return {
    // Somebody from another company arrives with the team they belong to.
    team: {
      id: person.team_id,
      domain: isOurs ? state.team.domain : person.team_id.toLowerCase(),
      ...(enterprise_id ? { enterprise_id, enterprise_name: 'Enterprise' } : {}),
    },
    enterprise: enterprise_id ? { id: enterprise_id, name: 'Enterprise' } : null,
    is_enterprise_install: false,
    user: { id: person.id, username: person.name, name: person.name, team_id: person.team_id },
    api_app_id: state.app.id,
    token: VERIFICATION_TOKEN,
  };
}

function channelRef(channel: Channel): Wire {
  return { id: channel.id, name: channel.is_im ? 'directmessage' : channel.is_private ? 'privategroup' : channel.name };
}

function actionOf(element: Element, value: string | readonly string[] | undefined, actionTs: string): Wire {
  const { type, action_id, block_id, field } = element;
  const fixed = { type, action_id, block_id, action_ts: actionTs };
  switch (type) {
    case 'button':
    case 'workflow_button':
    case 'icon_button':
      return {
        ...fixed,
        text: field.text,
        ...(field.value === undefined ? {} : { value: field.value }),
        ...(field.style === undefined ? {} : { style: field.style }),
      };
    case 'feedback_buttons': {
      const key = value === 'negative' ? 'negative_button' : 'positive_button';
      const button = field[key];
      return { ...fixed, ...(typeof button === 'object' ? button : {}) };
    }
    default:
      return { ...fixed, ...stateOf(element, value) };
  }
}

export type Pressed = {
  readonly element: Element;
  readonly value: string | readonly string[] | undefined;
  readonly actionTs: string;
};

function isEphemeral(message: Message | Ephemeral): message is Ephemeral {
  return 'ephemeral' in message;
}

export function messageClick(
  state: State,
  person: User,
  message: Message | Ephemeral,
  pressed: Pressed,
  rights: Rights,
  values: Values,
): Wire {
  const channel = findChannel(state, message.channel);
  const attachment = message.attachments.findIndex(one =>
    (one.blocks ?? []).some(block => block.block_id === pressed.element.block_id),
  );
  return {
    type: 'block_actions',
    ...base(state, person),
    ...rights,
    container: {
      type: attachment >= 0 ? 'message_attachment' : 'message',
      message_ts: message.ts,
      ...(attachment >= 0 ? { attachment_id: attachment + 1, is_app_unfurl: false } : {}),
      channel_id: channel.id,
      is_ephemeral: isEphemeral(message),
      ...(message.thread_ts ? { thread_ts: message.thread_ts } : {}),
    },
    channel: channelRef(channel),
    message: isEphemeral(message) ? wireEphemeral(state, message) : wireMessage(state, message, true),
    state: {
      values: stateValues([...message.blocks, ...message.attachments.flatMap(one => one.blocks ?? [])], values),
    },
    actions: [actionOf(pressed.element, pressed.value, pressed.actionTs)],
  };
}

export function viewClick(
  state: State,
  person: User,
  view: View,
  pressed: Pressed,
  rights: Rights,
  values: Values,
): Wire {
  const entered = stateValues(view.blocks, values);
  return {
    type: 'block_actions',
    ...base(state, person),
    trigger_id: rights.trigger_id,
    container: { type: 'view', view_id: view.id },
    view: wireView(state, view, entered),
    actions: [actionOf(pressed.element, pressed.value, pressed.actionTs)],
  };
}

export function submission(state: State, person: User, view: View, values: Values, triggerId: string): Wire {
  return {
    type: 'view_submission',
    ...base(state, person),
    trigger_id: triggerId,
    view: wireView(state, view, stateValues(view.blocks, values)),
    response_urls: [],
  };
}

export function closing(state: State, person: User, view: View, isCleared: boolean): Wire {
  return { type: 'view_closed', ...base(state, person), view: wireView(state, view), is_cleared: isCleared };
}

export function slashCommand(state: State, person: User, channel: Channel, line: string, rights: Rights): Wire {
  const [command = '', ...words] = line.split(' ');
  return {
    token: VERIFICATION_TOKEN,
    team_id: person.team_id,
    team_domain: state.team.domain,
    channel_id: channel.id,
    channel_name: String(channelRef(channel).name),
    user_id: person.id,
    user_name: person.name,
    command,
    text: words.join(' ').trim(),
    api_app_id: state.app.id,
    is_enterprise_install: 'false',
    ...rights,
  };
}

export function globalShortcut(state: State, person: User, callbackId: string, triggerId: string): Wire {
  const fields = { callback_id: callbackId, trigger_id: triggerId, action_ts: state.clock.nextTs() };
  return { type: 'shortcut', ...base(state, person), ...fields };
}

export function messageShortcut(
  state: State,
  person: User,
  callbackId: string,
  message: Message,
  rights: Rights,
): Wire {
  return {
    type: 'message_action',
    ...base(state, person),
    ...rights,
    callback_id: callbackId,
    action_ts: state.clock.nextTs(),
    message_ts: message.ts,
    channel: channelRef(findChannel(state, message.channel)),
    message: wireMessage(state, message, true),
  };
}
