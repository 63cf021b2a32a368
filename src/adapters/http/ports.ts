// What the HTTP adapter is given: functions in the flow's words. It knows no step and no other adapter.
import type { RequestRecord } from '../../domain/record.ts';
import type { Refusal } from '../../domain/refusal.ts';
import type { Submission } from '../../domain/submission.ts';
import type { Admission, Check, Store, Waiting } from '../../flow/ports.ts';

/** A request as HTTP received it: who asks comes from the key, never from the body. */
export type HttpSubmission = { readonly service: string; readonly submission: Submission; readonly key?: string };

export type Cancellation = { readonly kind: 'changed'; readonly record: RequestRecord } | Refusal;

/** Lines about calls: never a body, never a header. */
export type HttpLog = {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

export type HttpPorts = {
  submit(call: HttpSubmission): Promise<Admission>;
  read(id: string): Promise<RequestRecord | undefined>;
  readonly wait: Waiting['until'];
  cancel(id: string, service: string): Promise<Cancellation>;
  readonly list: Store['list'];
  /** The service that a key belongs to; undefined for every other text. */
  authenticate(key: string): Promise<string | undefined>;
  readiness(): Promise<readonly Check[]>;
  metrics(): Promise<{ readonly contentType: string; readonly body: string }>;
  isCallbackAllowed(url: string): boolean;
  readonly log: HttpLog;
};
