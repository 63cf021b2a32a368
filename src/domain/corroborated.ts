// A decision as two witnesses tell it: our record of policy's answer, and OPA's own log.

/** What OPA says it was asked and answered about a request; nothing of the question's content. */
export type OpaDecision = {
  readonly decision_id: string;
  readonly at: string;
  readonly path: string;
  readonly phase?: string;
  /** Absent where OPA gave no answer. */
  readonly outcome?: string;
  readonly revision?: string;
  /** The class of an error, such as `eval_cancel_error` for a call that we had given up on. */
  readonly error?: string;
  readonly took_ms?: number;
};

/** An answer of policy as the audit has it. */
export type OurDecision = {
  readonly seq: number;
  readonly at: string;
  readonly phase: string;
  readonly outcome: string;
  readonly revision?: string;
  readonly decision_id?: string;
};

/**
 * - `matched`: both say the same.
 * - `differs`: both know the decision, and not the same outcome or revision: somebody changed one of the two.
 * - `only_ours`: OPA's log does not have it: off, not here yet, or lost.
 * - `only_opa`: asked and not recorded: a call that timed out, or a step that lost a race and ran again.
 */
export type Corroborated = {
  readonly match: 'matched' | 'differs' | 'only_ours' | 'only_opa';
  readonly ours?: OurDecision;
  readonly opa?: OpaDecision;
};
