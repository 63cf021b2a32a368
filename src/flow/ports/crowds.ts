// How many requests of a service wait for their first card, and the one message that says so.
import type { Crowd, CrowdMessage } from '../../domain/crowd.ts';

/** Some of a crowd: those for which policy names the channel, or names none. */
export type CrowdPart = { readonly service: string; readonly channel?: string; readonly waiting: number };

/** Counted by what is stored with each request, so that it outlives every process. */
export interface Crowds {
  parts(): Promise<readonly CrowdPart[]>;
  /** When the first of them ends, one of them, and whether they have action and user in common. */
  inCommon(parts: readonly CrowdPart[]): Promise<InCommon | undefined>;
  /** The messages of now; one that a newer version stored is `illegible` and left to it. */
  messages(): Promise<readonly KeptCrowd[]>;
  /** Compare-and-set: `before` as it was told by `messages`, or stored by `keep`. Whether nobody was faster. */
  keep(before: CrowdMessage | undefined, after: CrowdMessage | undefined): Promise<boolean>;
}

export type InCommon = {
  readonly firstEndsAt: string;
  readonly id: string;
  readonly isOneAction: boolean;
  readonly isOneUser: boolean;
};

export type KeptCrowd = {
  readonly service: string;
  readonly channel: string;
  readonly message: CrowdMessage | 'illegible';
};

/** Shows a crowd to people. A failure with `retryAfterMs` means that the call was turned away and did nothing. */
export interface CrowdTeller {
  /** The message's id. */
  post(message: CrowdMessage, crowd: Crowd): Promise<string>;
  update(message: CrowdMessage, ts: string, crowd: Crowd): Promise<void>;
  /** Every message of this crowd, earliest first; undefined where nobody may look. */
  find(message: CrowdMessage): Promise<readonly string[] | undefined>;
  remove(message: CrowdMessage, ts: string): Promise<void>;
}
