// Reads and judges what a message is to say: text, blocks, attachments and metadata, refused as Slack refuses them.
import { MESSAGE_TEXT_LIMITS, visibleTextLength } from '../blocks/limits.ts';
import { validateAttachments, validateMessageBlocks } from '../blocks/message.ts';
import { describeProblem, type Problem } from '../blocks/problems.ts';
import type { Attachment, Block, Metadata } from '../entities.ts';
import type { Content } from '../messages.ts';
import { type Args, text } from './arguments.ts';
import { type Answer, refuse } from './method.ts';

/** The size is unpublished; Slack's advice of small metadata is made to bite. */
const METADATA_LIMIT_BYTES = 4_000;

export type ReadContent = { readonly content: Content; readonly has: Has } | { readonly refusal: Answer };
type Has = { readonly text: boolean; readonly blocks: boolean; readonly attachments: boolean };

export function invalidBlocks(error: string, problems: readonly Problem[]): Answer {
  const messages = problems.map(describeProblem);
  return refuse(error, { errors: messages.map(one => one.replace('[ERROR] ', '')), response_metadata: { messages } });
}

export function readContent(args: Args): ReadContent {
  const blocks = args.blocks ?? [];
  const attachments = args.attachments ?? [];
  const plain = text(args, 'text') || text(args, 'markdown_text');
  if (!Array.isArray(blocks)) return { refusal: refuse('invalid_blocks_format') };
  if (!Array.isArray(attachments)) return { refusal: refuse('invalid_attachments') };
  if (attachments.length > MESSAGE_TEXT_LIMITS.attachments) return { refusal: refuse('too_many_attachments') };
  const problems = [...validateMessageBlocks(blocks), ...validateAttachments(attachments)];
  if (problems.length > 0) return { refusal: invalidBlocks('invalid_blocks', problems) };
  if (visibleTextLength([blocks, attachments]) > MESSAGE_TEXT_LIMITS.allBlocks) {
    return { refusal: refuse('msg_blocks_too_long') };
  }
  const content = {
    text: plain.slice(0, MESSAGE_TEXT_LIMITS.post),
    blocks: blocks as readonly Block[],
    attachments: attachments as readonly Attachment[],
  };
  const has = { text: plain !== '', blocks: 'blocks' in args, attachments: 'attachments' in args };
  if (!has.text && blocks.length === 0 && attachments.length === 0) return { refusal: refuse('no_text') };
  return { content, has };
}

export type ReadMetadata = { readonly metadata?: Metadata } | { readonly refusal: Answer };

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isMetadataValue(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isPlainObject);
  return ['string', 'number', 'boolean'].includes(typeof value) || isPlainObject(value);
}

export function readMetadata(args: Args): ReadMetadata {
  const given = args.metadata;
  if (given === undefined || given === '') return {};
  if (!isPlainObject(given)) return { refusal: refuse('invalid_metadata_format') };
  const { event_type, event_payload } = given;
  const isWellFormed =
    typeof event_type === 'string' &&
    event_type !== '' &&
    isPlainObject(event_payload) &&
    Object.values(event_payload).every(isMetadataValue);
  if (!isWellFormed) return { refusal: refuse('invalid_metadata_schema') };
  if (JSON.stringify(given).length > METADATA_LIMIT_BYTES) return { refusal: refuse('metadata_too_large') };
  return { metadata: { event_type, event_payload } };
}
