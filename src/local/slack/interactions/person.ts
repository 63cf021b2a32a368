// What one person does in the workspace: clicks, submits, closes, types. Every act is delivered to the app as Slack would.
import { setTimeout as delay } from 'node:timers/promises';
import type { Ack, Envelope, Transport } from '../delivery/envelope.ts';
import type { Events } from '../delivery/events.ts';
import { postMessage } from '../messages.ts';
import { directChannel, findChannel, findUser, findView, type State } from '../state.ts';
import { clearModals, closeModal, showErrors, stackOf } from '../views.ts';
import type { ResponseTarget, Windows } from '../windows.ts';
import { wireView } from '../wire.ts';
import type { ClickOptions, Delivery, Person, Place } from './acts.ts';
import { showReply } from './command-reply.ts';
import { clientErrors, type Element, pickElement, type Values } from './elements.ts';
import * as payloads from './payloads.ts';
import { currentMessage, currentView, enter } from './sight.ts';
import { applySubmission } from './submission.ts';

export type World = {
  readonly state: State;
  readonly windows: Windows;
  readonly transport: Transport;
  readonly events: Events;
  readonly url: string;
};

export function createPerson(world: World, nameOrId: string): Person {
  const { state, windows } = world;
  const me = () => findUser(state, nameOrId);

  async function send(kind: Envelope['kind'], payload: Envelope['payload'], signedAt = Date.now()): Promise<Delivery> {
    return sendEnvelope({ kind, payload, acceptsResponse: true, signedAtS: Math.floor(signedAt / 1000) });
  }

  async function sendEnvelope(envelope: Envelope): Promise<Delivery> {
    const ack: Ack = await world.transport.deliver(envelope);
    state.changed();
    const { payload } = envelope;
    const replay = () => sendEnvelope(envelope);
    if (!ack.acked) return { acked: false, failure: ack.failure, tookMs: ack.tookMs, payload, replay };
    return { acked: true, response: ack.response, tookMs: ack.tookMs, payload, replay };
  }

  function rightsFor(target: ResponseTarget): payloads.Rights {
    const response_url = `${world.url}${windows.openResponse(target)}`;
    return { trigger_id: windows.openTrigger({ user: target.user }), response_url };
  }

  function clickPayload(where: Place, actionId: string, options: ClickOptions): Envelope['payload'] {
    const person = me();
    const actionTs = options.at === undefined ? state.clock.nextTs() : (options.at / 1000).toFixed(6);
    if ('hash' in where) {
      const view = options.stale ? where : currentView(state, where);
      if (view.user !== person.id) throw new Error(`"${actionId}" is on a view that ${person.name} does not see.`);
      const element = pickElement(view.blocks, actionId, `the ${view.type} "${view.title?.text ?? view.callback_id}"`);
      const rights = { trigger_id: windows.openTrigger({ user: person.id, viewId: view.id }) };
      const pressed = { element, value: options.value, actionTs };
      return payloads.viewClick(state, person, view, pressed, rights, entered(element, options));
    }
    const message = options.stale && 'text' in where ? where : currentMessage(state, where, person.id);
    enter(state, message.channel, person.id);
    const blocks = [...message.blocks, ...message.attachments.flatMap(one => one.blocks ?? [])];
    const element = pickElement(blocks, actionId, `message ${message.ts}`);
    const rights = rightsFor({
      user: person.id,
      channel: message.channel,
      ts: message.ts,
      isEphemeral: 'ephemeral' in message,
    });
    const pressed = { element, value: options.value, actionTs };
    return payloads.messageClick(state, person, message, pressed, rights, entered(element, options));
  }

  return {
    async click(where, actionId, options = {}) {
      const payload = { ...clickPayload(where, actionId, options), ...options.forged };
      if (options.lateMs) await delay(options.lateMs);
      const times = Array.from({ length: options.times ?? 1 });
      const deliveries = await Promise.all(times.map(() => send('interactive', payload, options.signedAt)));
      const [first] = deliveries;
      if (!first) throw new Error('`times` must be at least 1.');
      return { ...first, acked: deliveries.every(one => one.acked), deliveries };
    },

    async submit(where, values) {
      const view = currentView(state, where);
      const person = me();
      if (!view.submit) throw new Error(`The modal "${view.title?.text}" has no submit button.`);
      const refused = clientErrors(view, values);
      const payload = payloads.submission(
        state,
        person,
        view,
        values,
        windows.openTrigger({ user: person.id, viewId: view.id }),
      );
      if (Object.keys(refused).length > 0) {
        showErrors(state, view, refused);
        const replay = () => send('interactive', payload);
        return { acked: false, sent: false, tookMs: 0, payload, replay, responseAction: 'errors', errors: refused };
      }
      const delivery = await send('interactive', payload);
      if (!delivery.acked) return { ...delivery, sent: true, responseAction: 'none', errors: {} };
      // The app may have updated the view while it made up its mind.
      const outcome = applySubmission(state, findView(state, view.id) ?? view, delivery.response);
      return { ...delivery, ...outcome, sent: true, acked: outcome.failure === undefined };
    },

    async closeModal(where, options = {}) {
      const person = me();
      const view = currentView(state, where);
      const isCleared = options.all === true || view.clear_on_close;
      const closed = isCleared ? stackOf(state, person.id) : [view];
      if (isCleared) clearModals(state, person.id);
      else closeModal(state, view);
      const told = closed.filter(one => one.notify_on_close);
      await Promise.all(told.map(one => send('interactive', payloads.closing(state, person, one, isCleared))));
    },

    async openHome() {
      const person = me();
      const view = state.homes.get(person.id);
      await world.events.emit({
        type: 'app_home_opened',
        user: person.id,
        channel: directChannel(state, person.id).id,
        tab: 'home',
        ...(view ? { view: wireView(state, view) } : {}),
      });
    },

    async command(line, channelName) {
      if (!line.startsWith('/')) throw new Error(`"${line}" is not a slash command: it must begin with "/".`);
      const person = me();
      const channel = channelName ? findChannel(state, channelName) : directChannel(state, person.id);
      enter(state, channel.id, person.id);
      const rights = rightsFor({ user: person.id, channel: channel.id, isEphemeral: false });
      const delivery = await send('slash_commands', payloads.slashCommand(state, person, channel, line.trim(), rights));
      const reply = delivery.response;
      if (typeof reply !== 'object' || reply === null || Object.keys(reply).length === 0) return delivery;
      const shown = showReply(state, { user: person.id, channel: channel.id }, reply as Record<string, unknown>);
      return 'error' in shown ? { ...delivery, acked: false, failure: shown.error } : { ...delivery, ...shown };
    },

    async shortcut(callbackId, message) {
      const person = me();
      if (!message) {
        const trigger = windows.openTrigger({ user: person.id });
        return send('interactive', payloads.globalShortcut(state, person, callbackId, trigger));
      }
      const rights = rightsFor({ user: person.id, channel: message.channel, ts: message.ts, isEphemeral: false });
      return send('interactive', payloads.messageShortcut(state, person, callbackId, message, rights));
    },

    async say(channelName, text, threadTs) {
      const person = me();
      const channel = findChannel(state, channelName);
      enter(state, channel.id, person.id);
      const thread = threadTs ? { thread_ts: threadTs } : {};
      const draft = { channel: channel.id, user: person.id, text, blocks: [], attachments: [], ...thread };
      const message = postMessage(state, draft);
      const kind = channel.is_im ? 'im' : channel.is_private ? 'group' : 'channel';
      void world.events.emit({
        type: 'message',
        channel_type: kind,
        channel: channel.id,
        user: person.id,
        text,
        ts: message.ts,
        ...thread,
      });
      return message;
    },
  };
}

/** A choice just made is part of what is entered. */
function entered(element: Element, { value, values = {} }: ClickOptions): Values {
  return value === undefined ? values : { ...values, [`${element.block_id}/${element.action_id}`]: value };
}
