// Who jobs are that have no key: what the directory says, and who vouches for what a token says.

import type { Workload } from '../../domain/record.ts';
import type { Refusal } from '../../domain/refusal.ts';
import type { Token, WorkloadRule } from '../../domain/workload.ts';

export interface Workloads {
  /** Which token makes which service. Throws while what is known is too old to be believed. */
  rules(): readonly WorkloadRule[];
}

export interface IdTokens {
  /**
   * What the token says, if one of these issuers signed it and it is in force. Throws a transient `Failure` while the issuer
   * does not say which its keys are.
   */
  verified(token: string, issuers: readonly string[]): Promise<VerifiedToken | Refusal>;
}

export type VerifiedToken = Token & {
  readonly kind: 'token';
  /** Names this very token, and gives nothing of it away. */
  readonly fingerprint: string;
  /** In milliseconds. */
  readonly expiresAt: number;
};

/** What a job holds in exchange for its token. */
export type Session = Token & {
  /** Names it in the audit; no secret. */
  readonly id: string;
  readonly service: string;
  /** RFC 3339. */
  readonly expiresAt: string;
};

export type Opening = Omit<Session, 'id'> & {
  readonly workload: Workload;
  readonly token: Pick<VerifiedToken, 'fingerprint' | 'expiresAt'>;
  /** Whether this token may open one session only. */
  readonly isOnce: boolean;
  /** Repeated by the same, because its answer was lost, it is the same exchange. */
  readonly gesture: string;
};

export interface Sessions {
  /** Opens one and tells its secret, which is kept nowhere; `replayed` where the token was used before, `too_often` where it was exchanged without end. */
  open(opening: Opening): Promise<{ readonly secret: string; readonly session: Session } | 'replayed' | 'too_often'>;
  /** Whose secret this is; undefined for every other text, and when its time is over. */
  of(secret: string): Promise<Session | undefined>;
}

/** What a job gets for its token: the secret to ask with, told once. */
export type Exchanged =
  | {
      readonly kind: 'exchanged';
      readonly secret: string;
      readonly service: string;
      readonly workload: Workload;
      readonly expiresInMs: number;
    }
  | Refusal;
