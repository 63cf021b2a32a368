// What a person can do in the workspace, and what is known afterwards.
import type { Ephemeral, Message, OpenView } from '../entities.ts';
import type { Values } from './elements.ts';
import type { SubmitOutcome } from './submission.ts';

export type Delivery = {
  /** False when the app did not acknowledge within 3 s, or could not be reached: the person sees a warning. */
  readonly acked: boolean;
  readonly failure?: string;
  readonly tookMs: number;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly response?: unknown;
  /** The same delivery once more, byte for byte: over HTTP with the same timestamp and signature. */
  readonly replay: () => Promise<Delivery>;
};
export type ClickDelivery = Delivery & { readonly deliveries: readonly Delivery[] };
export type SubmitDelivery = Delivery & SubmitOutcome & { readonly sent: boolean };
export type CommandDelivery = Delivery & { readonly shown?: Ephemeral | Message };

export type ClickOptions = {
  /** Deliver the same click several times at once. */
  readonly times?: number;
  /** Another `action_ts`, in milliseconds. */
  readonly at?: number;
  /** Another time in the HTTP signature, in milliseconds. */
  readonly signedAt?: number;
  /** Deliver later than the click was made. */
  readonly lateMs?: number;
  /** The option chosen in a select, the date in a picker and so on. */
  readonly value?: string | readonly string[];
  /** What is entered in the modal or message at the moment of the click. */
  readonly values?: Values;
  /** What another app, or a forger with our secrets, would put in the place of these members of the payload. */
  readonly forged?: Readonly<Record<string, unknown>>;
  /** Press what the given Message showed, even if it has changed since: a client that has not refreshed. */
  readonly stale?: boolean;
};

export type Place = { readonly channel: string; readonly ts: string } | Message | Ephemeral | OpenView;

export type Person = {
  readonly click: (where: Place, actionId: string, options?: ClickOptions) => Promise<ClickDelivery>;
  readonly submit: (view: OpenView, values: Values) => Promise<SubmitDelivery>;
  readonly closeModal: (view: OpenView, options?: { readonly all?: boolean }) => Promise<void>;
  readonly openHome: () => Promise<void>;
  readonly command: (line: string, channel?: string) => Promise<CommandDelivery>;
  readonly shortcut: (callbackId: string, message?: Message) => Promise<Delivery>;
  readonly say: (channel: string, text: string, threadTs?: string) => Promise<Message>;
};
