// The names in Redis that a service's own user meets: where it puts envelopes, and where it reads its answers. No other.

/** BullMQ's prefix for all our queues, in the namespace's hash slot. */
export function queuePrefix(namespace: string): string {
  return `{${namespace}}:bull`;
}

/** Every service has an intake of its own: a Redis user that may write to one can neither read nor alter another's. */
export function intakeQueue(service: string): string {
  return `${SHARED_INTAKE}.${service}`;
}

/** Where clients before the intakes of their own put their envelopes; still taken in. */
export const SHARED_INTAKE = 'requests';

/** Stream of a service's answers, newest last, for who waits at this moment; it ends a minute after the last. */
export function answersStream(namespace: string, service: string): string {
  return `{${namespace}}:answers:${service}`;
}

/** What is known of one request that a service put into its intake: an `Answer`. */
export function answerKey(namespace: string, service: string, id: string): string {
  return `{${namespace}}:answer:${service}:${id}`;
}

/** How long the answer to a resolved request can be read. What became of an older one is told over HTTP. */
export const ANSWER_KEPT_MS = 86_400_000;
