// What a click may ask of the world, and how its troubles are told.
import type { NotedEvent } from '../../../domain/audit/events.ts';
import { failureCode } from '../../../domain/failure.ts';
import type { RequestRecord } from '../../../domain/record.ts';
import type { Refusal } from '../../../domain/refusal.ts';
import type { CastVoteFn, Messenger, Observe, Reviews, SlackEvidence } from '../../../flow/ports.ts';
import type { Mentions } from '../cards/people.ts';
import type { Slack } from '../connect.ts';
import type { Gesture } from '../gesture.ts';
import type { LinkPorts } from '../linking.ts';
import type { Tell } from '../telling.ts';

export type ClickWorld = {
  readonly slack: Slack;
  readonly castVote: CastVoteFn;
  /** Ends a standing approval in the name of whoever is behind the account. */
  readonly revokeStanding: (call: Omit<TakeBack, 'reason'>) => Promise<{ readonly kind: 'revoked' } | Refusal>;
  /** Takes back what is left of an approval, in the name of whoever is behind the account. */
  readonly takeBack: (call: TakeBack) => Promise<{ readonly kind: 'changed' } | Refusal>;
  readonly find: (id: string) => Promise<RequestRecord | undefined>;
  /** Writes down a click that never reached a request. */
  readonly note?: (event: NotedEvent) => Promise<void>;
  /** Closes reviews in the name of whoever is behind the account. */
  readonly reviews: Reviews;
  readonly asides: Asides;
  /** Withdraws a request in the name of whoever is behind the account. */
  readonly cancel: (call: AsideCall) => Promise<AsideReply>;
  readonly links: LinkPorts;
  readonly homes: HomeTabs;
  readonly messenger: Pick<Messenger, 'hashOf' | 'update' | 'updateNotice'>;
  readonly mentions: Mentions;
  readonly tell: Tell;
  readonly observe?: Observe;
  readonly now: () => number;
};

export type AsideReply = { readonly kind: 'changed'; readonly record: RequestRecord } | Refusal;

type AsideCall = {
  readonly id: string;
  readonly account: string;
  readonly evidence: SlackEvidence;
  readonly key?: string;
};

/** What is said about a request and is no answer, in the name of whoever is behind the account. */
export type Asides = {
  ask(call: AsideCall & { readonly text: string }): Promise<AsideReply>;
  /** `to` is an account. */
  handOver(call: AsideCall & { readonly to: string; readonly text?: string }): Promise<AsideReply>;
  nudge(call: AsideCall): Promise<AsideReply>;
};

/** The Home tabs of those who look. */
export type HomeTabs = {
  opened(account: string): void;
  /** They have done something: where they look, they see it first. */
  acted(account: string): void;
  turned(account: string, page: number): void;
};

export type TakeBack = {
  readonly id: string;
  readonly account: string;
  readonly evidence: SlackEvidence;
  readonly reason?: string;
};

export type Click = (world: ClickWorld, gesture: Gesture) => Promise<void>;

/** The request as it stands; a store that cannot be read is observed. */
export async function read(world: ClickWorld, id: string): Promise<RequestRecord | undefined | 'unreadable'> {
  try {
    return await world.find(id);
  } catch (error) {
    const message = `The request ${id} could not be read for somebody who clicked. Check the store.`;
    observeTrouble(world, error, 'read_failed', message);
    return 'unreadable';
  }
}

export function observeTrouble(
  { observe }: Pick<ClickWorld, 'observe'>,
  error: unknown,
  word: string,
  message: string,
) {
  observe?.({ kind: 'trouble', where: 'slack', code: failureCode(error, word), message });
}
