// What the requester sent, as labelled values: everything the digest covers and everything claimed beside it.
import type { Json, JsonObject } from '../../../domain/canonical.ts';
import { masked } from '../../../domain/masked.ts';
import type { Submission } from '../../../domain/submission.ts';
import { environment } from './words.ts';

export type Fact = {
  readonly label: string;
  readonly value: string;
  /** Shown in a block of its own, where its line breaks are kept. */
  readonly isBlock: boolean;
};

/** A title keeps a parameter called "Resource" from passing for the resource. */
export type FactGroup = {
  readonly title: string;
  readonly facts: readonly Fact[];
  /** Facts beyond `most`, which were not even made: a card has no use for fifty thousand. */
  readonly left: number;
};

const INLINE_JSON = 80;
/** Bare words that a reader would take for something else than a string. */
const MISLEADING =
  /^(?:-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|["'[{].*)$|^\s|\s$|\s\s|\\u|[\p{Cc}\p{Zl}\p{Zp}]/u;

/** The facts in the order of their weight, so that what is least telling is what a small card leaves out. */
export function factGroups(submission: Submission, most = Number.POSITIVE_INFINITY): FactGroup[] {
  const { action, user, actor, resource, params, context } = masked(submission);
  const { type, id, environment: _, ...traits } = resource;
  const where = environment(resource);
  const { id: _user, ...claims } = user;
  const { id: _actor, type: _type, ...actorClaims } = actor ?? { id: '', type: '' };
  const basics = [
    fact('Action', action),
    { label: 'Resource', value: `${partOf(type)} ${partOf(id)}`, isBlock: false },
    ...(where === undefined ? [] : [fact('Environment', where)]),
    ...(where === undefined && resource.environment !== undefined
      ? [fact('resource.environment', resource.environment)]
      : []),
  ];
  const claimed = [
    ...named(traits, 'resource.'),
    ...named(claims, 'user.'),
    ...named(actorClaims as JsonObject, 'actor.'),
    ...named(context ?? {}, 'context.'),
  ];
  const groups = [
    { title: '', facts: basics, left: 0 },
    group('Parameters', named(params ?? {}, ''), most),
    group('Claimed by the service', claimed, most),
  ];
  return groups.filter(({ facts }) => facts.length > 0);
}

/** A string as one word among others: quoted when it could be misread. */
export function asWord(text: string): string {
  return text === '' || MISLEADING.test(text) ? JSON.stringify(text) : text;
}

function partOf(text: string): string {
  return /\s/.test(text) ? JSON.stringify(text) : asWord(text);
}

type Named = { readonly prefix: string; readonly key: string; readonly value: Json };

function named(object: JsonObject, prefix: string): Named[] {
  return Object.entries(object).map(([key, value]) => ({ prefix, key, value }));
}

function group(title: string, values: readonly Named[], most: number): FactGroup {
  const facts = values.slice(0, most).map(({ prefix, key, value }) => fact(`${prefix}${asWord(key)}`, value));
  return { title, facts, left: values.length - facts.length };
}

function fact(label: string, value: Json): Fact {
  if (typeof value === 'string') {
    const isBlock = value.includes('\n') && value.trim() !== '';
    return { label, value: isBlock ? value : asWord(value), isBlock };
  }
  const flat = JSON.stringify(value);
  if (flat.length <= INLINE_JSON) return { label, value: flat, isBlock: false };
  return { label, value: JSON.stringify(value, null, 2), isBlock: true };
}
