// What services ask in these tests, as the shipped policies know it.
import type { Submission } from '../../src/domain/submission.ts';

/** Needs one release manager. */
export const deploy: Submission = {
  action: 'deploy',
  user: { id: 'alice' },
  resource: { type: 'service', id: 'payments-api', environment: 'prod' },
};

/** Needs two people of finance. */
export const largeRefund: Submission = {
  action: 'refund',
  user: { id: 'erin', role: 'support' },
  resource: { type: 'order', id: 'A-1' },
  params: { amount_cents: 250_000 },
};

/** Allowed at once. */
export const remove: Submission = {
  action: 'delete-resource',
  user: { id: 'alice', role: 'admin' },
  resource: { type: 'bucket', id: 'b-42', state: 'active' },
};
