// The tools of the demo and what they ask: each with the way it asks and the end that the autopilot brings about.
import type { Status } from '../../domain/lifecycle.ts';
import type { Submission } from '../../domain/submission.ts';

export type Scene = {
  /** Who is asking, for the screen. */
  readonly tool: string;
  readonly title: string;
  readonly via: 'queue' | 'http';
  readonly submission: Submission;
  readonly ends: Status;
  /** What the autopilot does, in order; policy and clock need nobody. */
  readonly clicks: readonly Click[];
};

export type Click =
  | { readonly as: string; readonly press: 'approve' }
  | { readonly as: string; readonly press: 'deny'; readonly reason: string }
  /** Somebody who may not: the click must be refused. */
  | { readonly as: string; readonly press: 'approve'; readonly refused: true };

/** `expiresInS` is how long the request that nobody answers waits. */
export function scenes(expiresInS: number): readonly Scene[] {
  return [
    {
      tool: 'janitor',
      title: 'delete an unused bucket',
      via: 'queue',
      submission: {
        action: 'delete-resource',
        user: { id: 'alice', role: 'admin' },
        resource: { type: 'bucket', id: 'build-cache-2025', state: 'active', environment: 'dev' },
        reason: 'replaced by build-cache-2026',
      },
      ends: 'approved',
      clicks: [],
    },
    {
      tool: 'janitor',
      title: 'delete a bucket without the right to',
      via: 'http',
      submission: {
        action: 'delete-resource',
        user: { id: 'erin', role: 'developer' },
        resource: { type: 'bucket', id: 'invoices', state: 'active', environment: 'prod' },
        reason: 'needs more room',
      },
      ends: 'denied',
      clicks: [],
    },
    {
      tool: 'release-bot',
      title: 'deploy payments-api to production',
      via: 'queue',
      submission: {
        action: 'deploy',
        user: { id: 'alice', role: 'release-engineer' },
        actor: { type: 'ai_agent', id: 'release-bot' },
        resource: { type: 'service', id: 'payments-api', environment: 'prod' },
        params: { version: '4.12.0', commit: '9f31c07', strategy: 'canary', replicas: 12 },
        context: { ticket: 'OPS-1742', pipeline: 'main #8841' },
        reason: 'Fixes double charges on retried card payments. Canary for 20 minutes, then full.',
      },
      ends: 'approved',
      clicks: [
        { as: 'U0ERIN', press: 'approve', refused: true },
        { as: 'U0BOB', press: 'approve' },
      ],
    },
    {
      tool: 'support-desk',
      title: 'refund €480 to a customer',
      via: 'http',
      submission: {
        action: 'refund',
        user: { id: 'erin', role: 'support' },
        resource: { type: 'order', id: 'A-20931', environment: 'prod' },
        params: { amount_cents: 48_000, currency: 'EUR', customer: 'cus_7Hq2' },
        reason: 'Parcel lost twice; the customer asked for the money instead of a third try.',
      },
      ends: 'denied',
      clicks: [{ as: 'U0CAROL', press: 'deny', reason: 'The carrier insures this parcel; open a claim first.' }],
    },
    {
      tool: 'analytics',
      title: 'export customer data',
      via: 'queue',
      submission: {
        action: 'export-data',
        user: { id: 'alice', role: 'analyst' },
        resource: { type: 'dataset', id: 'customers-eu', environment: 'prod', contains_pii: true },
        params: { format: 'parquet', rows: 1_250_000, destination: 's3://partner-exchange/2026-11/' },
        reason: 'Quarterly churn study with the partner.',
        expires_in: `${expiresInS}s`,
      },
      ends: 'expired',
      clicks: [],
    },
  ];
}
