// The book of keys: which service may ask, over HTTP with a secret or through the queue with a signature, and which person may answer.
import type { Evidence } from '../../domain/audit/evidence.ts';

export type KeyKind = 'api' | 'queue';

/** What anybody may know of a key. */
export type KeyInfo = {
  readonly id: string;
  /** Whose it is: a service's, or a person's. */
  readonly service?: string;
  readonly person?: string;
  readonly kind: KeyKind;
  readonly createdAt: string;
  readonly revokedAt?: string;
  /** To within a minute or so; absent when it never was. */
  readonly lastUsedAt?: string;
};

/** `secret` is shown once and kept nowhere: the API key, or the private signing key for the queue. */
export type NewKey = { readonly info: KeyInfo; readonly secret: string };

/** `leftOut`: how many a newer version made, which cannot be read here. */
export type KeyList = { readonly keys: readonly KeyInfo[]; readonly leftOut: number };

/** Who did it, for the audit. */
type Done = { readonly evidence?: Evidence };

/** Making, showing and ending keys. What is changed and the audit's word of it are stored together. */
export interface KeyBook {
  create(service: string, options?: Done & { readonly queue?: boolean }): Promise<NewKey>;
  /** An API key to vote with, of somebody as the directory names them; whether it knows them is asked at each use. */
  createForPerson(person: string, options?: Done): Promise<NewKey>;
  list(): Promise<KeyList>;
  /** Whether there was such a key in force. Other processes follow within seconds. */
  revoke(id: string, options?: Done): Promise<boolean>;
}
