// What the proxy must know of a message: whether it calls a tool, and how a call is answered that is not handed on.
import type { JsonObject } from '../../domain/canonical.ts';
import { decodeJson } from '../../domain/exact-json.ts';

export type CallMessage = {
  readonly id: string | number;
  readonly tool: string;
  readonly input: JsonObject;
  /** What goes with each request of the revision 2026-07-28. */
  readonly meta: JsonObject | undefined;
};

export type ClientMessage =
  | { readonly kind: 'call'; readonly call: CallMessage; readonly text: string }
  | { readonly kind: 'cancelled'; readonly id: string | number; readonly text: string }
  | { readonly kind: 'other'; readonly text: string }
  /** Nothing that is handed on: no JSON, a batch, a call without an id or a name. */
  | { readonly kind: 'unreadable'; readonly id: string | number | null };

const PROTOCOL_VERSION = 'io.modelcontextprotocol/protocolVersion';
const INVALID_REQUEST = -32600;

/**
 * `text` is what was understood, written anew: of a message that two readers could take for different ones (a member that
 * stands twice) the server gets what was judged.
 */
export function readClientMessage(line: Buffer): ClientMessage {
  const decoded = decodeJson(line.toString('utf8'));
  if (!decoded.ok || !isObject(decoded.value)) return { kind: 'unreadable', id: null };
  const { method, id, params } = decoded.value;
  const text = JSON.stringify(decoded.value);
  const inner = isObject(params) ? params : {};
  if (method === 'notifications/cancelled' && isId(inner.requestId))
    return { kind: 'cancelled', id: inner.requestId, text };
  if (method !== 'tools/call') return { kind: 'other', text };
  const { name, arguments: input = {}, _meta: meta } = inner;
  if (!isId(id) || typeof name !== 'string' || !isObject(input)) {
    return { kind: 'unreadable', id: isId(id) ? id : null };
  }
  return { kind: 'call', call: { id, tool: name, input, meta: isObject(meta) ? meta : undefined }, text };
}

/** A result that the model reads as an error of the tool. */
export function refusal({ id, meta }: CallMessage, words: string): string {
  const result = { content: [{ type: 'text', text: words }], isError: true };
  const modern = meta?.[PROTOCOL_VERSION] === undefined ? {} : { resultType: 'complete' };
  return JSON.stringify({ jsonrpc: '2.0', id, result: { ...result, ...modern } });
}

export function unreadable(id: string | number | null): string {
  const error = {
    code: INVALID_REQUEST,
    message: 'Countersign hands on single messages that it can read, and no batch.',
  };
  return JSON.stringify({ jsonrpc: '2.0', id, error });
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isId(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
