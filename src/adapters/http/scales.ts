// One service's weight is its own: what each may have of this process, looked at before a body is read.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Budget, OverBudget } from '../../flow/ports.ts';
import { sendProblem } from './problem.ts';
import { overBudget } from './problem-words.ts';
import { createTurns } from './turns.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** It brings or reads so much that it has its turn among others of its kind. */
    isLarge: boolean;
  }
}

/** What a call may cost: a submission by its body, a page by what is read. */
export type Weighs = 'submission' | 'page';

export type ScaleBudgets = {
  /** Calls that wait for an answer. */
  readonly waiters: number;
  /** Calls that bring or read much; of all services one at a time is worked on. */
  readonly largeCalls: number;
  /** Calls a second that write something, beside submissions, which the store counts. A person has a twentieth of it. */
  readonly requestsPerSecond: number;
};

export const NO_LIMITS: ScaleBudgets = { waiters: Infinity, largeCalls: Infinity, requestsPerSecond: Infinity };

export type Scales = {
  /** Why this call must wait; undefined where it may go on, and then it is counted until it is answered. */
  load(request: FastifyRequest, reply: FastifyReply, weighs: Weighs | undefined): OverBudget | undefined;
  /** Counts one who waits, until it is released; a budget where there are too many. */
  waiter(service: string): { release(): void } | OverBudget;
  /** The store said so: calls of this service are turned away for that long, before their bodies are read. */
  remember(service: string, over: OverBudget): void;
  /** Large calls have their turns, a service at a time. */
  inTurn<T>(request: FastifyRequest, work: () => Promise<T>): Promise<T>;
};

/** Parsing, digesting and storing a body of this size takes a few milliseconds, in which nothing else happens. */
const LARGE_BODY_BYTES = 65_536;
const SOON_MS = 1_000;
const SHARE_OF_A_PERSON = 1 / 20;
/** So many seconds' worth may come at once. */
const BURST_S = 2;
/** No budget is remembered for longer than its service is asked to wait at most. */
const MOST_REMEMBERED = 10_000;

export function createScales(budgets: ScaleBudgets, onOver?: (service: string, budget: Budget) => void): Scales {
  const turns = createTurns();
  const waiting = new Map<string, number>();
  const large = new Map<string, number>();
  const blocked = new Map<string, { readonly until: number; readonly budget: Budget }>();
  const written = new Map<string, { readonly left: number; readonly at: number }>();

  function over(service: string, budget: Budget, retryAfterMs: number): OverBudget {
    onOver?.(service, budget);
    return { budget, retryAfterMs };
  }

  /** One more of this service, until it is released; undefined where there are as many as there may be. */
  function counted(counts: Map<string, number>, service: string, most: number): { release(): void } | undefined {
    const count = counts.get(service) ?? 0;
    if (count >= most) return undefined;
    counts.set(service, count + 1);
    let isReleased = false;
    return {
      release() {
        if (isReleased) return;
        isReleased = true;
        const left = (counts.get(service) ?? 1) - 1;
        if (left === 0) counts.delete(service);
        else counts.set(service, left);
      },
    };
  }

  /** How long one who writes must wait for their next call; 0 where it is now, and then it is counted. */
  function waitMs(request: FastifyRequest): number {
    const perSecond = budgets.requestsPerSecond * (request.person === undefined ? 1 : SHARE_OF_A_PERSON);
    if (perSecond === Infinity) return 0;
    const most = Math.max(1, perSecond * BURST_S);
    const whose = holderOf(request);
    const now = performance.now();
    const { left, at } = written.get(whose) ?? { left: most, at: now };
    const filled = Math.min(most, left + ((now - at) * perSecond) / 1_000);
    written.set(whose, { left: filled < 1 ? filled : filled - 1, at: now });
    return filled < 1 ? ((1 - filled) * 1_000) / perSecond : 0;
  }

  return {
    load(request, reply, weighs) {
      const { service } = request;
      const waits = request.method === 'GET' || weighs === 'submission' ? 0 : waitMs(request);
      if (waits > 0) return over(service, 'requests_per_second', waits);
      if (weighs === undefined) return undefined;
      const known = weighs === 'submission' ? blocked.get(service) : undefined;
      if (known !== undefined) {
        const leftMs = known.until - performance.now();
        if (leftMs > 0) return over(service, known.budget, leftMs);
        blocked.delete(service);
      }
      if (weighs === 'submission' && !isLargeBody(request)) return undefined;
      request.isLarge = true;
      const one = counted(large, holderOf(request), budgets.largeCalls);
      if (one === undefined) return over(service, 'large_calls', SOON_MS);
      reply.raw.once('close', one.release);
      return undefined;
    },
    waiter(service) {
      return counted(waiting, service, budgets.waiters) ?? over(service, 'waiters', SOON_MS);
    },
    remember(service, { budget, retryAfterMs }) {
      if (blocked.size >= MOST_REMEMBERED) blocked.clear();
      blocked.set(service, { budget, until: performance.now() + retryAfterMs });
    },
    inTurn: (request, work) => (request.isLarge ? turns.take(holderOf(request), work) : work()),
  };
}

/** A hook that turns away what is too much, before the body is read. It comes after the key. */
export function weigh(scales: Scales, weighs: Weighs | undefined) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    if (reply.sent) return reply;
    const over = scales.load(request, reply, weighs);
    return over === undefined ? undefined : sendProblem(reply, overBudget(over));
  };
}

function holderOf({ service, person }: FastifyRequest): string {
  return person === undefined ? service : `person ${person.user}`;
}

/** One that does not say how long it is may be as long as any. */
function isLargeBody({ headers }: FastifyRequest): boolean {
  const length = headers['content-length'];
  return length === undefined || Number(length) > LARGE_BODY_BYTES;
}
