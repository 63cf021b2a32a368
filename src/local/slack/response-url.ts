// The response_url of an interaction: replace or delete the message it came from, or say something new.

import { showReply } from './interactions/command-reply.ts';
import { deleteMessage, dropEphemeral, replaceEphemeral, updateMessage } from './messages.ts';
import { findMessage, type State } from './state.ts';
import { readContent } from './web-api/content.ts';
import type { ResponseTarget, Windows } from './windows.ts';

export type ResponseAnswer = { readonly status: number; readonly body: string };

const done: ResponseAnswer = { status: 200, body: 'ok' };

function failed(status: number, error: string): ResponseAnswer {
  return { status, body: JSON.stringify({ ok: false, error }) };
}

export function respondTo(state: State, windows: Windows, path: string, body: string): ResponseAnswer {
  const reply = parse(body);
  if (!reply) return failed(400, 'invalid_payload');
  const target = windows.spendResponse(path);
  if ('error' in target) return failed(404, target.error);
  if (reply.delete_original === true) return remove(state, target);
  if (reply.replace_original === true && target.ts) return replace(state, target, reply);
  const { user, channel } = target;
  const threadTs = typeof reply.thread_ts === 'string' ? reply.thread_ts : undefined;
  const shown = showReply(state, { user, channel, ...(threadTs ? { threadTs } : {}) }, reply);
  return 'error' in shown ? failed(400, shown.error) : done;
}

function ephemeralOf(state: State, target: ResponseTarget) {
  return state.ephemerals.find(one => one.ts === target.ts && one.channel === target.channel);
}

function remove(state: State, target: ResponseTarget): ResponseAnswer {
  const ephemeral = ephemeralOf(state, target);
  if (ephemeral) dropEphemeral(state, ephemeral);
  const message = target.ts ? findMessage(state, target.channel, target.ts) : undefined;
  if (message) deleteMessage(state, message);
  return ephemeral || message ? done : failed(404, 'message_not_found');
}

function replace(state: State, target: ResponseTarget, reply: Readonly<Record<string, unknown>>): ResponseAnswer {
  const read = readContent(reply);
  if ('refusal' in read) return failed(400, read.refusal.error ?? 'invalid_payload');
  const ephemeral = ephemeralOf(state, target);
  const message = target.ts ? findMessage(state, target.channel, target.ts) : undefined;
  if (ephemeral) replaceEphemeral(state, ephemeral, read.content);
  if (message) updateMessage(state, message, read.content, state.app.botUserId);
  return ephemeral || message ? done : failed(404, 'message_not_found');
}

function parse(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
