// Who calls, whichever way they came.
import type { Service } from '../../domain/record.ts';
import type { KeyEvidence, SlackEvidence } from './answering.ts';

/** Who asks, as their entrance verified it: nothing of it comes from a body, a form or what was typed. */
export type Caller = ServiceCaller | KeyCaller | SlackCaller | Operator;

export type ServiceCaller = { readonly kind: 'service' } & Service;

/** A person with a key of their own; `groups` is what the directory says of them now. */
export type KeyCaller = {
  readonly kind: 'key';
  readonly person: string;
  readonly groups: readonly string[];
  readonly evidence: KeyEvidence;
};

/** The account that Slack vouches for; `gesture` names the click, so that a second delivery of it is the same one. */
export type SlackCaller = {
  readonly kind: 'slack';
  readonly account: string;
  readonly evidence: SlackEvidence;
  readonly gesture?: string;
};

/** Whoever can reach Redis; they make and end keys, end what is in wrong hands, and decide nothing. */
export type Operator = {
  readonly kind: 'operator';
  /** Who ran it: what `COUNTERSIGN_OPERATOR` says, else the user and host of the machine, `ole@ops-1`. A claim. */
  readonly name: string;
};

export type PersonCaller = KeyCaller | SlackCaller;
