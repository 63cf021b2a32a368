// Whether OPA can be relied on: alive, its bundles active, and the decision defined for a question of ours.
import type { PolicyInput } from '../../domain/policy-input.ts';
import type { Check } from '../../flow/ports.ts';
import { classify, expectRevision } from './answer.ts';
import { refusedBundles, refusedText } from './bundles.ts';
import type { Exchange } from './exchange.ts';

/** Alive, and its bundles have been activated once. */
export async function isReady(exchange: Exchange): Promise<boolean> {
  try {
    return (await exchange.get('/health?bundles')).status === 200;
  } catch {
    return false;
  }
}

/**
 * Asks for a decision that no policy can mind: nobody does nothing to nothing. Any outcome in contract is well, also of
 * the policies before those that OPA refuses, which is said.
 */
export async function checkHealth(
  exchange: Exchange,
  path: string,
  decisionPath: string,
  pinned: string | undefined,
): Promise<Check> {
  const unwell = (detail: string): Check => ({ name: 'opa', ok: false, detail });
  if (!(await isReady(exchange))) {
    return unwell('OPA does not answer, or its policies are not active yet. Check that it runs, and its OPA_URL.');
  }
  try {
    const body = JSON.stringify({ input: canary() });
    const answer = expectRevision(classify(await exchange.post(path, body), [], decisionPath), pinned);
    if (answer.kind === 'broken') return unwell(answer.cause);
    const { revision } = answer.policy;
    const refused = (await refusedBundles(exchange)) ?? [];
    const note = refused.length === 0 ? '' : `. ${refusedText(refused)}`;
    const detail = `answers at ${decisionPath}${revision ? `, revision ${revision}` : ''}${note}`;
    return { name: 'opa', ok: true, detail };
  } catch (error) {
    return unwell(error instanceof Error ? error.message : String(error));
  }
}

function canary(): PolicyInput {
  const at = new Date();
  return {
    action: 'countersign-canary',
    service: { id: 'countersign', auth: 'api_key' },
    user: { id: 'nobody' },
    resource: { type: 'nothing', id: 'nothing' },
    request: {
      id: 'canary',
      digest: `sha256:${'0'.repeat(64)}`,
      submitted_at: at.toISOString(),
      expires_at: new Date(at.getTime() + 60_000).toISOString(),
    },
    phase: 'submit',
    now: at.toISOString(),
    votes: [],
  };
}
