// Misbehaviour on request: the next calls that match get it, in the order it was asked for.

export type Fault =
  /** The work is done, and the answer is lost on the way back. */
  | { readonly kind: 'drop_after_commit' }
  /** The connection is gone at once; the work is done some time after, when nobody waits for it any more. */
  | { readonly kind: 'late_commit'; readonly ms: number }
  | { readonly kind: 'drop_before' }
  | { readonly kind: 'rate_limited'; readonly retryAfterS: number }
  | { readonly kind: 'ok_false'; readonly error: string }
  | { readonly kind: 'http'; readonly status: number }
  | { readonly kind: 'slow'; readonly ms: number };

export type FaultOptions = {
  readonly times?: number;
  readonly when?: (args: Readonly<Record<string, unknown>>) => boolean;
};

export type Faults = {
  /** `method` may be `*` for every method. */
  readonly inject: (method: string, fault: Fault, options?: FaultOptions) => void;
  readonly take: (method: string, args: Readonly<Record<string, unknown>>) => Fault | undefined;
  readonly clear: () => void;
};

export function createFaults(): Faults {
  const waiting: { method: string; fault: Fault; left: number; when: NonNullable<FaultOptions['when']> }[] = [];
  return {
    inject(method, fault, options = {}) {
      waiting.push({ method, fault, left: options.times ?? 1, when: options.when ?? (() => true) });
    },
    take(method, args) {
      const index = waiting.findIndex(entry => (entry.method === method || entry.method === '*') && entry.when(args));
      const entry = waiting[index];
      if (!entry) return undefined;
      entry.left -= 1;
      if (entry.left <= 0) waiting.splice(index, 1);
      return entry.fault;
    },
    clear() {
      waiting.length = 0;
    },
  };
}
