// A job shows a token of its platform and may ask as a service for a while; at every call it is judged anew by the rules of then.
import { timestamp, type Workload } from '../domain/record.ts';
import { refuse } from '../domain/refusal.ts';
import { ruleFor, workloadOf } from '../domain/workload.ts';
import type { Exchanged, IdTokens, Sessions, Workloads } from './ports.ts';

export type WorkloadWorld = {
  readonly workloads: Workloads;
  readonly idTokens: IdTokens;
  readonly sessions: Sessions;
  readonly now: () => number;
};

export type Exchange = {
  readonly token: string;
  /** Sent again under the same name, because its answer was lost, it is the same exchange. */
  readonly gesture: string;
};

export async function exchange(world: WorkloadWorld, { token, gesture }: Exchange): Promise<Exchanged> {
  const rules = world.workloads.rules();
  const verified = await world.idTokens.verified(
    token,
    rules.map(({ issuer }) => issuer),
  );
  if (verified.kind === 'refusal') return verified;
  const rule = ruleFor(rules, verified);
  if ('kind' in rule) return rule;
  const { service, lifetimeMs, isOnce } = rule;
  const { issuer, audiences, claims } = verified;
  const workload = workloadOf(rule, verified);
  const opened = await world.sessions.open({
    service,
    issuer,
    audiences,
    claims,
    workload,
    expiresAt: timestamp(world.now() + lifetimeMs),
    token: verified,
    isOnce,
    gesture,
  });
  if (opened === 'replayed') return refuse('workload_replayed');
  if (opened === 'too_often') return refuse('workload_too_often');
  return { kind: 'exchanged', secret: opened.secret, service, workload, expiresInMs: lifetimeMs };
}

/** Who holds this secret, if the directory says so still; a rule that went or changed ends what it let in. */
export async function workloadWith(
  world: Pick<WorkloadWorld, 'workloads' | 'sessions'>,
  secret: string,
): Promise<{ readonly session: string; readonly service: string; readonly workload: Workload } | undefined> {
  const session = await world.sessions.of(secret);
  if (session === undefined) return undefined;
  const rule = ruleFor(world.workloads.rules(), session);
  if ('kind' in rule || rule.service !== session.service) return undefined;
  return { session: session.id, service: rule.service, workload: workloadOf(rule, session) };
}
