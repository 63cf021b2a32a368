// The request that everybody is measured with: an admin deletes something active, which either policy allows.
import type { PolicyInput } from '../../src/domain/policy-input.ts';
import type { Submission } from '../../src/domain/submission.ts';

export function allowedSubmission(n: number): Submission {
  return {
    action: 'delete-resource',
    user: { id: 'alice', role: 'admin' },
    resource: { type: 'bucket', id: `b-${n}`, state: 'active', environment: 'dev' },
    params: { force: true },
    reason: 'replaced by another bucket',
  };
}

/** What Countersign asks for it, so that nobody asks policy less than another. */
export function questionFor(submission: Submission, id: string, now: number): PolicyInput {
  const { action, user, resource, params, reason } = submission;
  return {
    ...{ action, user, resource, params: params ?? {}, reason: reason ?? '' },
    service: { id: 'bench', auth: 'queue_key' },
    request: {
      id,
      digest: `sha256:${'0'.repeat(64)}`,
      submitted_at: new Date(now).toISOString(),
      expires_at: new Date(now + 3_600_000).toISOString(),
    },
    phase: 'submit',
    now: new Date(now).toISOString(),
    votes: [],
  };
}
