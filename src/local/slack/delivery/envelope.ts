// What travels from the workspace to the app, whichever way, and what became of it.
import type { Wire } from '../wire.ts';

/** How long Slack waits for an acknowledgement. */
export const ACK_TIMEOUT_MS = 3_000;

export type Envelope = {
  readonly kind: 'interactive' | 'events_api' | 'slash_commands';
  readonly payload: Wire;
  readonly acceptsResponse: boolean;
  readonly retry?: { readonly attempt: number; readonly reason: string };
  /** Seconds; a replay carries the time of the first delivery, and with it the same signature. */
  readonly signedAtS: number;
};

export type Ack =
  | { readonly acked: true; readonly response: unknown; readonly tookMs: number }
  | { readonly acked: false; readonly failure: string; readonly tookMs: number; readonly mayRetry: boolean };

export type Transport = {
  readonly deliver: (envelope: Envelope) => Promise<Ack>;
  readonly close: () => void;
};
