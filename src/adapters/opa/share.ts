// One service's weight is its own: of the questions to policy that are under way, no service has more than its share.
import { Failure } from '../../domain/failure.ts';
import type { Observe } from '../../flow/ports.ts';
import type { OpaPolicy } from './connect.ts';

export type ShareOptions = {
  /** How many questions of one service may be under way in this process. */
  readonly atOnce: number;
  readonly observe: Observe;
};

/** Of one service; what comes beyond is told to come again. */
const MOST_IN_LINE = 2_000;
const SOON_MS = 1_000;

type Share = { running: number; readonly line: (() => void)[] };

/** What a service asks beyond its share waits in its own line; the others find a free place at once. */
export function sharedOut(policy: OpaPolicy, { atOnce, observe }: ShareOptions): OpaPolicy {
  const shares = new Map<string, Share>();

  async function enter(service: string): Promise<Share> {
    const share = shares.get(service) ?? { running: 0, line: [] };
    shares.set(service, share);
    if (share.running < atOnce) {
      share.running += 1;
      return share;
    }
    if (share.line.length >= MOST_IN_LINE) {
      observe({ kind: 'over_budget', service, budget: 'policy_time' });
      throw new Failure(
        'over_policy_time',
        'The service has too many questions to policy under way. Ask again later.',
        {
          isTransient: true,
          retryAfterMs: SOON_MS,
        },
      );
    }
    await new Promise<void>(begin => share.line.push(begin)); // whoever leaves hands the place over
    return share;
  }

  function leave(service: string, share: Share): void {
    const next = share.line.shift();
    if (next !== undefined) {
      next();
      return;
    }
    share.running -= 1;
    if (share.running === 0) shares.delete(service);
  }

  return {
    ...policy,
    async ask(input) {
      const { id } = input.service;
      const share = await enter(id);
      const beganAt = performance.now();
      try {
        return await policy.ask(input);
      } finally {
        observe({ kind: 'policy_used', service: id, tookMs: performance.now() - beganAt });
        leave(id, share);
      }
    },
  };
}
