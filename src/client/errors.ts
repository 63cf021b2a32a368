// What can go wrong between a service and Countersign. None of it is an answer: nothing here means denied, or approved.
import type { Fault } from '../domain/fault.ts';

type Details = { readonly cause?: unknown };

/** Recognise errors by `code`; `remedy` says what to do, and ends the message. */
export class CountersignError extends Error {
  override readonly name: string = 'CountersignError';
  readonly code: string;
  readonly remedy: string;

  constructor(code: string, what: string, remedy: string, { cause }: Details = {}) {
    super(`${what} ${remedy}`, cause === undefined ? {} : { cause });
    this.code = code;
    this.remedy = remedy;
  }
}

/** Waiting ended before the request did. It is still open: wait for `id` again, from any process. */
export class StillPending extends CountersignError {
  override readonly name = 'StillPending';
  readonly id: string;

  constructor(id: string, details: Details = {}) {
    super(
      'still_pending',
      `${id} is not resolved yet.`,
      `Don't act yet. Keep waiting with: countersign wait ${id}`,
      details,
    );
    this.id = id;
  }
}

/** No answer was to be had. Whether a submission arrived is unknown: submit again with the same idempotency key. */
export class Unreachable extends CountersignError {
  override readonly name = 'Unreachable';

  /**
   * `told`: it answers, and asks to be asked again, for as long as anybody was ready to. Where this service asks for too
   * much, the code is `over_budget`.
   */
  constructor(where: string, { told, ...details }: Details & { readonly told?: CountersignError | undefined } = {}) {
    if (told?.code === 'unavailable') super('unreachable', 'Countersign cannot answer just now.', told.remedy, details);
    else if (told !== undefined) super('over_budget', 'Countersign asks this service to wait.', told.remedy, details);
    else
      super('unreachable', `Countersign does not answer at ${where}.`, 'Check the address and that it runs.', details);
  }
}

/** Countersign refused the call itself: a bad key, a malformed request, an unknown id. Repeating it changes nothing. */
export class Rejected extends CountersignError {
  override readonly name = 'Rejected';
  /** The HTTP status; absent where nothing was sent. */
  readonly status: number | undefined;
  readonly faults: readonly Fault[];

  constructor(code: string, what: string, remedy: string, more: { status?: number; faults?: readonly Fault[] } = {}) {
    super(code, what, remedy);
    this.status = more.status;
    this.faults = more.faults ?? [];
  }
}

/** The action was approved, and must not be done all the same: the grant is altered, used, revoked or late, or policy changed. */
export class GrantRefused extends CountersignError {
  override readonly name = 'GrantRefused';
}

/** Something answered that is no Countersign we know, or spoke of another request. It is never taken for approval. */
export class Unintelligible extends CountersignError {
  override readonly name = 'Unintelligible';

  constructor(what: string, details: Details = {}) {
    super(
      'unintelligible',
      `The answer cannot be trusted: ${what}.`,
      'Check that the address is Countersign, and its version.',
      details,
    );
  }
}
