// What the flow offers to whoever runs Countersign: keys, and ending what is in wrong hands. Nobody else may.
import type { Refusal } from '../../domain/refusal.ts';
import type { Caller } from './callers.ts';
import type { KeyList, NewKey } from './keys.ts';
import type { Unlinked } from './people.ts';

/** Whose key, and for a service whether it signs for the queue. */
export type KeyCall = { readonly service: string; readonly queue?: boolean } | { readonly person: string };

export type Operating = {
  readonly keys: {
    create(caller: Caller, call: KeyCall): Promise<(NewKey & { readonly kind: 'created' }) | Refusal>;
    list(caller: Caller): Promise<(KeyList & { readonly kind: 'listed' }) | Refusal>;
    revoke(caller: Caller, id: string): Promise<{ readonly kind: 'revoked' } | Refusal>;
  };
  /** Ends anybody's link: their key or their account is in wrong hands. */
  unlinkAnother(caller: Caller, person: string): Promise<Unlinked>;
};
