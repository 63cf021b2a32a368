// While sealing is too far behind, nothing new is approved: what is not yet sealed can still be rewritten by whoever holds Redis.
import { Failure } from '../domain/failure.ts';
import type { Policy, SealingWatch } from './ports.ts';

/**
 * Policy's answers, but for a new allow while the oldest unsealed entry waits longer than `mostMs`: that waits, as in an
 * outage. Denials, questions to people, the clock and grants that were approved before go on.
 */
export function heldBack<P extends Policy>(policy: P, watch: SealingWatch, mostMs: number): P {
  return {
    ...policy,
    async ask(input) {
      const answer = await policy.ask(input);
      const isAllow = answer.kind === 'answer' && answer.decision.outcome === 'allow' && input.phase !== 'redeem';
      if (isAllow && (watch.lagMs() ?? 0) > mostMs) throw behind();
      return answer;
    },
  };
}

const AGAIN_MS = 5_000;

function behind(): Failure {
  const message =
    'The audit is not sealed in time, so nothing new is approved; denials go on. ' +
    'See that a process with the role sealer runs and that the disk of AUDIT_DIR has room.';
  return new Failure('audit_unsealed', message, { isTransient: true, retryAfterMs: AGAIN_MS });
}
