// One Web API request from the wire to its answer: faults, token, scopes, rate limit, the method itself, and the record of it.
import { setTimeout as delay } from 'node:timers/promises';
import type { ApiCall } from '../entities.ts';
import type { Fault, Faults } from '../faults.ts';
import type { RateLimits } from '../rate-limits.ts';
import type { Args, Body } from './arguments.ts';
import { text } from './arguments.ts';
import { type Answer, type MethodContext, missingScope, refuse } from './method.ts';
import { methods } from './table.ts';
import type { Tokens } from './tokens.ts';

/** What goes back: an answer, or a connection that is simply gone. */
export type Reply =
  | { readonly kind: 'answer'; readonly status: number; readonly body: Answer; readonly retryAfterS?: number }
  | { readonly kind: 'drop' };

export type Dispatcher = {
  readonly faults: Faults;
  readonly rateLimits: RateLimits | undefined;
  readonly tokens: Tokens;
  readonly context: Omit<MethodContext, 'hasScope'>;
  readonly calls: ApiCall[];
};

type Outcome = Reply & { readonly result?: Answer };

export async function dispatch(
  desk: Dispatcher,
  name: string,
  body: Body | { readonly error: string },
): Promise<Reply> {
  if ('error' in body) return respond(refuse(body.error));
  const fault = desk.faults.take(name, body.args);
  const outcome = await perform(desk, name, body, fault);
  record(desk, name, body, fault, outcome);
  return outcome;
}

async function perform(desk: Dispatcher, name: string, body: Body, fault: Fault | undefined): Promise<Outcome> {
  switch (fault?.kind) {
    case undefined:
      return run(desk, name, body);
    case 'drop_before':
      return { kind: 'drop' };
    case 'late_commit':
      setTimeout(() => run(desk, name, body), fault.ms).unref(); // what it does is told as any change is
      return { kind: 'drop' };
    case 'drop_after_commit': {
      const done = run(desk, name, body);
      return { kind: 'drop', ...(done.kind === 'answer' ? { result: done.body } : {}) };
    }
    case 'rate_limited':
      return limited(fault.retryAfterS);
    case 'ok_false':
      return respond(refuse(fault.error));
    case 'http':
      return { kind: 'answer', status: fault.status, body: refuse('internal_error') };
    case 'slow':
      await delay(fault.ms);
      return run(desk, name, body);
    default:
      return fault satisfies never;
  }
}

function run(desk: Dispatcher, name: string, { args, token }: Body): Reply {
  const method = methods.get(name);
  if (!method) return respond(refuse('unknown_method', { req_method: name }));
  const wrongToken = desk.tokens.refusal(token, method);
  if (wrongToken) return respond(refuse(wrongToken));
  const { scopes } = desk.tokens;
  const provided = [...scopes].join(',');
  // `connections:write` belongs to the app-level token and is never taken from it here.
  const lacking = method.token === 'bot' ? method.scopes.find(scope => !scopes.has(scope)) : undefined;
  if (lacking) return respond(missingScope(lacking, provided));
  const retryAfterS = desk.rateLimits?.charge(name, method.tier, text(args, 'channel') || undefined);
  if (retryAfterS !== undefined) return limited(retryAfterS);
  const result = method.run({ ...desk.context, hasScope: scope => scopes.has(scope) }, args);
  return respond(result.error === 'missing_scope' ? { ...result, provided } : result);
}

function respond(body: Answer): Reply {
  return { kind: 'answer', status: 200, body };
}

function limited(retryAfterS: number): Reply {
  return { kind: 'answer', status: 429, body: refuse('ratelimited'), retryAfterS };
}

function record(desk: Dispatcher, method: string, body: Body, fault: Fault | undefined, outcome: Outcome): void {
  const result = outcome.kind === 'answer' ? outcome.body : outcome.result;
  desk.calls.push({
    at: desk.context.state.clock.now(),
    method,
    args: body.args as Args,
    tokenKind: desk.tokens.kindOf(body.token),
    ok: outcome.kind === 'answer' && outcome.body.ok,
    ...(outcome.kind === 'answer' ? { status: outcome.status } : {}),
    ...(result ? { result } : {}),
    ...(result?.error ? { error: result.error } : {}),
    ...(fault ? { fault: fault.kind } : {}),
  });
  desk.context.state.changed();
}
