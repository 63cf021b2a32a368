// What outlives a process has a version: an older one is brought up to date when it is read, a newer one waits for whoever knows it.
import type { z } from 'zod';
import { Failure, failureCode } from '../failure.ts';

/** How something is stored. It names its version in the member `schema`; what names none is of version 1. */
export type Shape = {
  /** As people are told of it. */
  readonly name: string;
  /** The version that this process writes, and the newest that it reads. */
  readonly current: number;
  /** `upcasts[1]` makes version 2 of version 1, and so on: one for each version before the current one, for ever. */
  readonly upcasts: { readonly [from: number]: (older: Members) => Members };
  /** Everything that the current version is. What was brought up to date must be that. */
  readonly schema: z.ZodType;
  /** The little of it that is looked at where what is read is current, and was written by this very version. */
  readonly isSound: (stored: Members) => boolean;
};

export type Members = { readonly [member: string]: unknown };

/** Somebody else takes it up meanwhile, if one of the newer version runs. */
const NEWER_RETRY_MS = 2_000;

/** Reads stored text as today's version. What is newer, or not ours, is never guessed at. */
export function decode(shape: Shape, text: string): Members {
  return today(shape, parsed(shape, text));
}

/** The same for what has been read out of JSON already. */
export function today(shape: Shape, stored: unknown): Members {
  if (!isMembers(stored)) throw unreadable(shape);
  const version = versionOf(stored);
  if (version === undefined) throw unreadable(shape);
  if (version > shape.current)
    throw newer(shape.name, `version ${version}, and this process reads up to ${shape.current}`);
  if (version < shape.current) return broughtUp(shape, stored, version);
  if (!shape.isSound(stored)) throw unreadable(shape);
  return stored;
}

/** Whether what was thrown says that a newer version wrote it. */
export function isNewer(error: unknown): boolean {
  return failureCode(error, '') === 'stored_newer';
}

/** Whether it says that this process cannot read what is stored, however often it tries. */
export function isForeign(error: unknown): boolean {
  return isNewer(error) || failureCode(error, '') === 'stored_unreadable';
}

export function newer(name: string, what: string): Failure {
  const message = `A stored ${name} has ${what}: a newer version of Countersign wrote it, and it waits for one. Upgrade this process.`;
  return new Failure('stored_newer', message, { isTransient: true, retryAfterMs: NEWER_RETRY_MS });
}

function broughtUp(shape: Shape, stored: Members, from: number): Members {
  let value = stored;
  try {
    for (let version = from; version < shape.current; version++) {
      value = { ...shape.upcasts[version]?.(value), schema: version + 1 };
    }
  } catch (cause) {
    throw unreadable(shape, cause); // it was not what it says it is
  }
  const checked = shape.schema.safeParse(value);
  if (!checked.success) throw unreadable(shape, new Error(`at ${checked.error.issues[0]?.path.join('.')}`));
  return value;
}

function versionOf({ schema = 1 }: Members): number | undefined {
  return typeof schema === 'number' && Number.isInteger(schema) && schema >= 1 ? schema : undefined;
}

function parsed(shape: Shape, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable(shape); // the parser's own words quote what was stored
  }
}

function unreadable({ name }: Shape, cause?: unknown): Failure {
  const message = `A stored ${name} is not readable. Somebody wrote to our keys: restore Redis from its backup.`;
  return new Failure('stored_unreadable', message, { isTransient: false, ...(cause === undefined ? {} : { cause }) });
}

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
