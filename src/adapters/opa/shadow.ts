// A candidate policy beside the live one: asked the same on real traffic, compared, counted, and never listened to.
import { compare } from '../../domain/comparison.ts';
import type { PolicyInput } from '../../domain/policy-input.ts';
import type { Observe, PolicyAnswer } from '../../flow/ports.ts';
import { connectOpa, type OpaOptions, type OpaPolicy } from './connect.ts';

/** Questions to the candidate at a time; what comes beyond is left out and counted. */
const AT_MOST = 16;

export type PolicyOptions = OpaOptions & {
  readonly observe: Observe;
  /** The candidate's OPA; without one only the live policy is asked. */
  readonly shadowUrl?: string;
};

/** The live policy, with a candidate in its shadow where one is set. Checks the addresses at once. */
export function connectPolicy({ shadowUrl, ...options }: PolicyOptions): OpaPolicy {
  const live = connectOpa(options);
  if (shadowUrl === undefined) return live;
  const { revision: _live, ...rest } = options;
  return shadowed(live, connectShadow({ ...rest, url: shadowUrl }), options.observe);
}

/** The candidate's own connection, with a breaker of its own, whose troubles bear its name. */
function connectShadow(options: OpaOptions & { readonly observe: Observe }): OpaPolicy {
  const { observe } = options;
  return connectOpa({
    ...options,
    observe: seen => {
      if (seen.kind === 'trouble') observe({ ...seen, where: 'opa_shadow' }); // its answers are counted as `shadowed`
    },
  });
}

/**
 * `live`, whose answers stand as they are. The candidate is asked when the live answer is there and has been handed on:
 * whatever it does, hang or fail or lie, it can neither hold up nor change anything.
 */
export function shadowed(live: OpaPolicy, candidate: OpaPolicy, observe: Observe, atMost = AT_MOST): OpaPolicy {
  let inFlight = 0;

  async function consult(input: PolicyInput, answer: PolicyAnswer): Promise<void> {
    const { phase } = input;
    const { id } = input.request;
    if (inFlight >= atMost) return observe({ kind: 'shadowed', id, phase, difference: 'dropped' });
    inFlight += 1;
    try {
      const difference = await candidate.ask(input).then(
        other => compare(answer, other),
        () => 'unanswered' as const, // an outage of the candidate; its breaker tells of it once
      );
      observe({ kind: 'shadowed', id, phase, difference });
    } finally {
      inFlight -= 1;
    }
  }

  return {
    async ask(input) {
      const answer = await live.ask(input);
      setImmediate(() => {
        consult(input, answer).catch(() => undefined); // an observer's fault is no reason to end the process
      });
      return answer;
    },
    health: () => live.health(),
    async close() {
      await Promise.all([live.close(), candidate.close()]);
    },
  };
}
