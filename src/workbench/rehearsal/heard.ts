// A policy whose silence is heard: production would wait and ask again, and a rehearsal has nobody to wait for.
import { isTransient } from '../../domain/failure.ts';
import type { Policy } from '../../flow/ports.ts';

export type Heard = Policy & {
  /** Throws what kept policy from answering, if anything did. */
  complain(): void;
};

export function heard(ask: Policy['ask']): Heard {
  let trouble: unknown;
  return {
    async ask(input) {
      try {
        return await ask(input);
      } catch (error) {
        trouble = error;
        throw error;
      }
    },
    complain() {
      if (isTransient(trouble)) throw trouble;
    },
  };
}
