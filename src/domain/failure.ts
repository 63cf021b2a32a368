// Failures: exceptions with a code and a cause, whose message ends with the remedy. Recognise them by code, never by text.

export type FailureOptions = {
  readonly cause?: unknown;
  /** Whether the same attempt may succeed later. */
  readonly isTransient: boolean;
  /** When it is worth trying again, if the other side said so. */
  readonly retryAfterMs?: number;
};

export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: string;
  readonly isTransient: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(code: string, message: string, options: FailureOptions) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.isTransient = options.isTransient;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Code of the failure of a question that policy could not judge in its time although it answers others: no outage. */
export const TOO_HEAVY = 'pdp_too_heavy';

export function isTransient(error: unknown): boolean {
  return error instanceof Failure && error.isTransient;
}

/** The failure's own code; what is thrown without one goes by the given word. */
export function failureCode(error: unknown, otherwise: string): string {
  return error instanceof Failure ? error.code : otherwise;
}
