// A memory in which some requests end as soon as they are there, as if policy or people had been quick.
import { isResolved, statuses } from '../../src/domain/lifecycle.ts';
import type { Submission } from '../../src/domain/submission.ts';
import type { Memory } from '../client/parts.ts';

export type Admitted = { readonly id: string; readonly submission: Submission };

/** `ends` says how a request ends, if it does; each new one is put into `admitted`. */
export function eager(memory: Memory, admitted: Admitted[], ends: (asked: Submission) => string | undefined): Memory {
  return {
    ...memory,
    async admit(call) {
      const admission = await memory.admit(call);
      if (admission.kind !== 'created') return admission;
      const { id } = admission.record;
      admitted.push({ id, submission: call.submission });
      const wanted = statuses.find(status => status === ends(call.submission));
      if (wanted !== undefined && isResolved(wanted)) await memory.end(id, wanted);
      return { kind: 'created', record: (await memory.store.read(id)) ?? admission.record };
    },
  };
}
