// What a test asks for when it needs Redis or OPA: the two that serve the whole run, and a namespace of its own.
import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';

export { findFreePort, startOpa, startRedis } from '../../src/local/setup/services.ts';

/** The run's Redis (AOF on, noeviction). Shared: keep to your `namespace()`, never FLUSH, start your own to hurt it. */
export function redisUrl(): string {
  return started('redis', inject('redis'));
}

/** The run's OPA, serving `policies/`. Shared: start your own to hurt it or to load other policies. */
export function opaUrl(): string {
  return started('opa', inject('opa'));
}

/** A key prefix that no other test has. */
export function namespace(): string {
  return `test-${randomUUID()}`;
}

/** Where a service listens, or why it does not: only the tests that need it fail. */
export type Started = { readonly url: string } | { readonly fault: string };

function started(name: string, service: Started): string {
  if ('url' in service) return service.url;
  throw new Error(`The test run's ${name} did not start: ${service.fault}`);
}

declare module 'vitest' {
  interface ProvidedContext {
    redis: Started;
    opa: Started;
  }
}
