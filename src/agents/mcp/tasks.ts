// The extension io.modelcontextprotocol/tasks (2026-07-28): a request that waits for people is a task. The task is the request itself.
import {
  CLIENT_CAPABILITIES_META_KEY,
  MissingRequiredClientCapabilityError,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { type AnyView, Rejected } from '../../client/index.ts';
import type { Desk } from './desk.ts';
import { answerOf } from './told.ts';

export const TASKS = 'io.modelcontextprotocol/tasks';
const CAPABILITY = { extensions: { [TASKS]: {} } };
const POLL_INTERVAL_MS = 2_000;

const ofTask = z.looseObject({ taskId: z.string() });

/** Whether whoever sent this request can hold a task; said with each of them. */
export function holdsTasks({ mcpReq }: ServerContext): boolean {
  const envelope: { readonly [key: string]: unknown } = { ...mcpReq.envelope };
  const capabilities = envelope[CLIENT_CAPABILITIES_META_KEY] as Partial<typeof CAPABILITY> | undefined;
  return capabilities?.extensions?.[TASKS] !== undefined;
}

/** The handle that a client polls. It holds as long as the request, whatever becomes of this process. */
export function createdTask(view: AnyView): { readonly [member: string]: unknown } {
  return { resultType: 'task', ...taskOf(view) };
}

export function serveTasks(server: Server, desk: Desk): void {
  const declared = (ctx: ServerContext) => {
    if (!holdsTasks(ctx)) throw new MissingRequiredClientCapabilityError({ requiredCapabilities: CAPABILITY });
  };
  server.setRequestHandler('tasks/get', { params: ofTask }, async ({ taskId }, ctx) => {
    declared(ctx);
    const view = await known(() => desk.read(taskId));
    const task = taskOf(view);
    return task.status === 'completed' ? { ...task, result: { ...answerOf(view), resultType: 'complete' } } : task;
  });
  server.setRequestHandler('tasks/cancel', { params: ofTask }, async ({ taskId }, ctx) => {
    declared(ctx);
    const view = await known(() => desk.read(taskId));
    if (view.status === 'pending') await known(() => desk.cancel(taskId));
    return {};
  });
  // Nothing is ever asked of the client: people answer elsewhere, and whoever sits before the agent is no approver.
  server.setRequestHandler('tasks/update', { params: ofTask }, async ({ taskId }, ctx) => {
    declared(ctx);
    await known(() => desk.read(taskId));
    return {};
  });
}

function taskOf(view: AnyView) {
  const { id: taskId, submitted_at: createdAt, expires_at, resolved_at } = view;
  const times = { createdAt, lastUpdatedAt: resolved_at ?? createdAt };
  const ttlMs = Math.max(0, Date.parse(expires_at) - Date.parse(createdAt));
  const status = { pending: 'working', cancelled: 'cancelled' }[view.status as string] ?? 'completed';
  return { taskId, status, statusMessage: statusMessage(view), ...times, ttlMs, pollIntervalMs: POLL_INTERVAL_MS };
}

function statusMessage({ status, stages }: AnyView): string {
  const people = stages.map(({ id, have, quorum }) => `${id} ${have} of ${quorum}`).join(', ');
  return status === 'pending' ? `Waits for people${people === '' ? '' : `: ${people}`}` : `The request is ${status}`;
}

async function known<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isUnknown = error instanceof Rejected && error.status !== 401;
    if (isUnknown && error.code !== 'already_resolved') {
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'There is no such task.');
    }
    if (isUnknown) return undefined as T;
    throw new ProtocolError(ProtocolErrorCode.InternalError, 'Countersign cannot be asked just now.');
  }
}
