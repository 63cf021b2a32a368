// From what was typed to a request: flags, a JSON file, or both, where flags win.
import { readFileSync } from 'node:fs';
import type { ActionRequest } from '../client/index.ts';
import { decodeJson } from '../domain/exact-json.ts';
import { isWithin } from '../domain/pointer.ts';
import { parseSubmission } from '../domain/submission-schema.ts';
import { UsageError } from './failing.ts';
import { plain } from './screen.ts';

export type AskingOptions = {
  readonly action?: string;
  readonly user?: string;
  readonly actor?: string;
  readonly resource?: string;
  readonly param: readonly string[];
  readonly set: readonly string[];
  readonly reason?: string;
  readonly emergency?: boolean;
  readonly expiresIn?: string;
  readonly idempotencyKey?: string;
  readonly callback?: string;
  readonly from?: string;
};

type Draft = { [member: string]: unknown };

/** The flag to mend, where a member has one. */
const FLAGS: { readonly [pointer: string]: string } = {
  '/action': '--action <name>',
  '/user': '--user <id>',
  '/user/id': '--user <id>',
  '/resource': '--resource <type:id>',
  '/reason': '--reason <text>',
  '/callback': '--callback <url>',
  '/idempotency_key': '--idempotency-key <key>',
  '/expires_in': '--expires-in <duration>',
};

/** The request, checked as Countersign will check it, so that a typing error costs no round trip. */
export function requestFrom(options: AskingOptions, command?: readonly string[]): ActionRequest {
  const draft: Draft = options.from === undefined ? {} : readDraft(options.from);
  const put = (member: string, value: unknown) => {
    if (value !== undefined) draft[member] = value;
  };
  put('action', options.action);
  put('reason', options.reason);
  put('emergency', options.emergency);
  put('expires_in', options.expiresIn);
  put('idempotency_key', options.idempotencyKey);
  put('callback', options.callback);
  if (options.user !== undefined) draft.user = { ...objectAt(draft, 'user'), id: options.user };
  if (options.actor !== undefined) draft.actor = { ...objectAt(draft, 'actor'), ...typedId('--actor', options.actor) };
  if (options.resource !== undefined) {
    draft.resource = { ...objectAt(draft, 'resource'), ...typedId('--resource', options.resource) };
  }
  for (const text of options.param)
    assign(draft, ['params', ...pairOf('--param', text).path.slice(0, 1)], '--param', text);
  for (const text of options.set)
    assign(
      draft,
      pairOf('--set', text).path.flatMap(part => part.split('.')),
      '--set',
      text,
    );
  // People approve the very command line that will run.
  if (command !== undefined) draft.params = { ...objectAt(draft, 'params'), command: [...command] };
  const parsed = parseSubmission(draft);
  if (parsed.ok) return command === undefined ? parsed.submission : withCommandShown(parsed.submission);
  const faults = parsed.faults.map(({ pointer, message }) => {
    const flag = FLAGS[pointer];
    return `  ${flag ?? pointer.slice(1).replaceAll('/', '.')} ${flag === undefined ? message : asFlag(message)}`;
  });
  const hints = mistakenTexts(options).map(hint => `  ${hint}`);
  throw new UsageError(['The request cannot be sent as it is:', ...faults, ...hints].join('\n'));
}

/** Whoever approves a command line reads it first, whatever policy would let be hidden. */
function withCommandShown(request: ActionRequest): ActionRequest {
  const hidden = (request.sensitive ?? []).filter(pointer => isWithin(pointer, '/params/command'));
  if (hidden.length === 0) return request;
  throw new UsageError(
    `The command that is run cannot be hidden from those who approve it. Take ${hidden.map(plain).join(', ')} out of "sensitive"; give it a secret through a file or its environment instead.`,
  );
}

/** What is missing is typed, not sent; what is wrong keeps its remedy. */
function asFlag(message: string): string {
  return message.startsWith('is missing') ? 'is missing.' : message;
}

/** Texts that were probably meant as a value: policy takes `"false"` for no false, and its author will not see why. */
export function mistakenTexts({ param, set }: Pick<AskingOptions, 'param' | 'set'>): string[] {
  return [...param.map(text => ['--param', text] as const), ...set.map(text => ['--set', text] as const)].flatMap(
    ([flag, text]) => {
      const [, name, value] = /^([^=:]+)=(true|false|null)$/.exec(text) ?? [];
      return name === undefined
        ? []
        : [`${flag} ${text} is the text "${value}"; for the value write ${name}:=${value}.`];
    },
  );
}

/** `--param` and `--set` take `name=text`, or `name:=json` for numbers, booleans, lists and objects. */
function pairOf(flag: string, text: string): { readonly path: readonly string[]; readonly value: unknown } {
  const [, name, sign, written = ''] = /^([^=:]+)(:?=)(.*)$/s.exec(text) ?? [];
  if (name === undefined) throw new UsageError(`${flag} ${JSON.stringify(text)} is not name=text or name:=json.`);
  if (sign === '=') return { path: [name], value: written };
  const decoded = decodeJson(written);
  if (!decoded.ok) {
    const isJson = !decoded.fault.message.includes('not JSON');
    const said = isJson
      ? `: ${decoded.fault.message}`
      : ` is not JSON: ${written.slice(0, 80)}. Write ${name}=text for text, ${name}:=json for any other value.`;
    throw new UsageError(`${flag} ${name}${said}`);
  }
  return { path: [name], value: decoded.value };
}

function assign(draft: Draft, path: readonly string[], flag: string, text: string): void {
  const { value } = pairOf(flag, text);
  let at: Draft = draft;
  for (const part of path.slice(0, -1)) {
    const inner = objectAt(at, part);
    at[part] = inner;
    at = inner;
  }
  const last = path.at(-1);
  if (last === undefined || path.some(part => part === '' || part === '__proto__')) {
    throw new UsageError(`${flag} ${JSON.stringify(text)} names no member.`);
  }
  at[last] = value;
}

function objectAt(draft: Draft, member: string): Draft {
  const value = draft[member];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function typedId(flag: string, text: string): { readonly type: string; readonly id: string } {
  const [, type, id] = /^([^:]+):(.+)$/s.exec(text) ?? [];
  if (type === undefined || id === undefined) throw new UsageError(`${flag} ${JSON.stringify(text)} is not type:id.`);
  return { type, id };
}

function readDraft(path: string): Draft {
  let text: string;
  try {
    text = readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch {
    throw new UsageError(`${path} cannot be read. Name a JSON file, or - for standard input.`);
  }
  const decoded = decodeJson(text);
  if (!decoded.ok) throw new UsageError(`${path === '-' ? 'standard input' : path}: ${decoded.fault.message}`);
  const { value } = decoded;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError(`${path} holds no JSON object.`);
  }
  return { ...value };
}
