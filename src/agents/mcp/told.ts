// What a model is told of a request: where it stands, and other people's words as data.
import type { CallToolResult } from '@modelcontextprotocol/server';
import { type AnyView, CountersignError, isApproved } from '../../client/index.ts';
import { present } from '../../domain/present.ts';
import { quoted, saidToAgent } from '../words.ts';

/** The request in few members; no grant is among them, for none leaves this server. */
export function told(view: AnyView): { readonly [member: string]: unknown } {
  const { id, status, resolved_by, resolved_at, resolution_reason, action, resource, digest, uses, expires_at } = view;
  return present({
    id,
    status,
    resolved_by,
    resolved_at,
    said: resolution_reason === undefined ? undefined : quoted(resolution_reason),
    action,
    resource: { type: resource.type, id: resource.id },
    digest,
    used: uses === undefined ? undefined : true,
    waits_for: view.status === 'pending' ? view.stages.map(progressOf) : undefined,
    expires_at,
  });
}

function progressOf({ id, title, have, quorum }: AnyView['stages'][number]): string {
  return quoted(`${title ?? id}: ${have} of ${quorum}`);
}

export function answerOf(view: AnyView): CallToolResult {
  return { content: [{ type: 'text', text: sentenceOf(view) }], structuredContent: { ...told(view) } };
}

export function answerText(text: string, structuredContent: { readonly [member: string]: unknown }): CallToolResult {
  return { content: [{ type: 'text', text }], structuredContent: { ...structuredContent } };
}

/** A refusal is an answer, and an error is none of the protocol's: the model is to read it. */
export function refusalOf(error: unknown): CallToolResult {
  const text =
    error instanceof CountersignError
      ? saidToAgent('it cannot be done, so do not act.', error.message)
      : saidToAgent('something broke, so do not act. Tell the person you work for.');
  return { isError: true, content: [{ type: 'text', text }] };
}

function sentenceOf(view: AnyView): string {
  const { id, status, resolved_by: by, resolution_reason: reason } = view;
  if (status === 'pending') {
    return saidToAgent(`${id} waits for people. Do not act yet. Ask again with wait_for_approval.`);
  }
  if (isApproved(view)) {
    return saidToAgent(
      `${id} is approved by ${by}. Right before you act, call redeem_approval with exactly what you do.`,
    );
  }
  return saidToAgent(`${id} is ${status}${by === undefined ? '' : ` by ${by}`}. Do not act, nor another way.`, reason);
}
