// What a service can do with Countersign, however it is connected.
import type { Submission } from '../domain/submission.ts';
import type { AnyView, ResolvedView } from './answer.ts';

/** What is asked. Without `idempotency_key` a random one is made before anything is sent. */
export type ActionRequest = Submission;

export type WaitOptions = {
  /** Give up waiting after this long; the request goes on. Without it, wait until the request ends. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
};

export type Submitted = {
  readonly id: string;
  /** Submitting again under it is the same request. */
  readonly idempotencyKey: string;
  /** `sha256:` of what was asked: what people approve. */
  readonly digest: string;
  /** As Countersign answered; absent where the request went through the queue. */
  readonly view?: AnyView;
};

export type Countersign = {
  /** Asks. Sent again with the same key until it is known to be recorded, or `Unreachable` is thrown. */
  submit(request: ActionRequest, options?: WaitOptions): Promise<Submitted>;
  /** The request once it is resolved. Throws `StillPending` when the timeout or the signal comes first. */
  wait(id: string, options?: WaitOptions): Promise<ResolvedView>;
  /** `submit`, then `wait`; the answer is known to be about exactly what was asked. */
  request(request: ActionRequest, options?: WaitOptions): Promise<ResolvedView>;
  close(): Promise<void>;
};

/** How long a submission is sent again and again before `Unreachable` is thrown. */
export const SUBMIT_FOR_MS = 60_000;
