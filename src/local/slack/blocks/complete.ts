// What Slack adds to blocks when it stores them (ids and text flags), and how it escapes them when it gives them back.
import { randomBytes } from 'node:crypto';
import type { Attachment, Block } from '../entities.ts';

const INTERACTIVE = new Set([
  'button',
  'checkboxes',
  'datepicker',
  'datetimepicker',
  'timepicker',
  'radio_buttons',
  'overflow',
  'plain_text_input',
  'email_text_input',
  'url_text_input',
  'number_input',
  'rich_text_input',
  'static_select',
  'users_select',
  'conversations_select',
  'channels_select',
  'external_select',
  'multi_static_select',
  'multi_users_select',
  'multi_conversations_select',
  'multi_channels_select',
  'multi_external_select',
  'workflow_button',
  'file_input',
]);

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shortId(): string {
  return randomBytes(4).toString('base64url').slice(0, 5);
}

/** Walks every object below `value`, children first. */
function rewrite(value: unknown, change: (record: Readonly<Record<string, unknown>>) => unknown): unknown {
  if (Array.isArray(value)) return value.map(item => rewrite(item, change));
  if (!isRecord(value)) return value;
  return change(Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, rewrite(inner, change)])));
}

function completeObject(record: Readonly<Record<string, unknown>>): unknown {
  if (record.type === 'plain_text') return { emoji: true, ...record };
  if (record.type === 'mrkdwn') return { verbatim: false, ...record };
  if (typeof record.type === 'string' && INTERACTIVE.has(record.type)) return { action_id: shortId(), ...record };
  return record;
}

export function completeBlocks(blocks: readonly Block[]): readonly Block[] {
  return blocks.map(block => ({ block_id: shortId(), ...(rewrite(block, completeObject) as Block) }));
}

export function completeAttachments(attachments: readonly Attachment[]): readonly Attachment[] {
  return attachments.map((attachment, index) => ({
    id: index + 1,
    ...attachment,
    ...(attachment.blocks ? { blocks: completeBlocks(attachment.blocks) } : {}),
  }));
}

const BARE_AMPERSAND = /&(?!(?:amp|lt|gt);)/g;
/** What mrkdwn reads as a mention, a date, a command or a link: it keeps its angle brackets. */
const TOKEN = /<(?:[@#!][^<>\n]*|(?:https?|mailto|tel|slack):[^<>\n]*)>/g;

function escapeAll(text: string): string {
  return text.replace(BARE_AMPERSAND, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

export function escapeMrkdwn(text: string): string {
  let escaped = '';
  let from = 0;
  for (const token of text.matchAll(TOKEN)) {
    escaped += escapeAll(text.slice(from, token.index)) + token[0].replace(BARE_AMPERSAND, '&amp;');
    from = token.index + token[0].length;
  }
  return escaped + escapeAll(text.slice(from));
}

function escapeObject(record: Readonly<Record<string, unknown>>): unknown {
  const text = record.text;
  if (typeof text !== 'string') return record;
  if (record.type === 'plain_text') return { ...record, text: escapeAll(text) };
  if (record.type === 'mrkdwn') return { ...record, text: escapeMrkdwn(text) };
  return record;
}

/** Blocks as history and interaction payloads carry them: re-escaped, so they may be longer than what was sent. */
export function escapeBlocks<T>(blocks: readonly T[]): readonly T[] {
  return rewrite(blocks, escapeObject) as readonly T[];
}
