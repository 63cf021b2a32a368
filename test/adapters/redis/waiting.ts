// Stored requests that wait for people, and what becomes of them: by real steps, in a real Redis.
import type { StepResult } from '../../../src/domain/change.ts';
import type { RequestRecord } from '../../../src/domain/record.ts';
import { decided } from '../../../src/domain/steps/decided.ts';
import type { Submission } from '../../../src/domain/submission.ts';
import type { Store } from '../../../src/flow/ports.ts';
import { aSubmission, creation, stepped } from '../../contract/store.ts';
import { anApproval, needsPeople } from '../../support/samples.ts';

export async function stored(store: Store, result: StepResult): Promise<RequestRecord> {
  const change = stepped(result);
  const committed = await store.commit(change);
  if (!committed.ok) throw new Error('somebody was faster');
  return change.next;
}

/** Asked by a service, in the channel that policy names, if it names one. */
export async function waiting(
  store: Store,
  service: string,
  channel?: string,
  submission: Partial<Submission> = {},
): Promise<RequestRecord> {
  const who = { id: service, auth: 'api_key' } as const;
  const created = await stored(store, creation({ service: who, submission: { ...aSubmission, ...submission } }));
  const decision = needsPeople({ approval: anApproval(channel === undefined ? {} : { channel }) });
  return stored(store, decided(created, { phase: 'submit', decision, policy: {}, votes: [] }, store.now()));
}
