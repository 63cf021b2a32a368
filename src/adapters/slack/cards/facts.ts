// What the requester sent, as labelled values: everything the digest covers and everything claimed beside it.
import type { Json, JsonObject } from '../../../domain/canonical.ts';
import { masked } from '../../../domain/masked.ts';
import { below, escaped, isWithin } from '../../../domain/pointer.ts';
import type { Submission } from '../../../domain/submission.ts';
import { ENVIRONMENT, environment, isSaidInFull } from './words.ts';

export type Fact = {
  readonly label: string;
  readonly value: string;
  /** Shown in a block of its own, where its line breaks are kept. */
  readonly isBlock: boolean;
  /** The requester hides it: said in a style that no value, name or reason is ever shown in. */
  readonly isHidden?: true;
};

/** A title keeps a parameter called "Resource" from passing for the resource. */
export type FactGroup = {
  readonly title: string;
  readonly facts: readonly Fact[];
  /** Facts beyond `most`, which were not even made: a card has no use for fifty thousand. */
  readonly left: number;
  /** Short values follow each other on a line. */
  readonly isFlowing?: boolean;
};

/** What stands beside the parameters, on the service's word alone. */
export const CLAIMED = 'Claimed by the service';

const INLINE_JSON = 80;
/** Bare words that a reader would take for something else than a string. */
const MISLEADING =
  /^(?:-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|["'[{].*)$|^\s|\s$|\s\s|\\u|[\p{Cc}\p{Zl}\p{Zp}]/u;

/** The facts in the order of their weight, so that what is least telling is what a small card leaves out. */
export function factGroups(submission: Submission, most = Number.POSITIVE_INFINITY): FactGroup[] {
  const { action, user, actor, resource, params, context, sensitive = [] } = masked(submission);
  const { type, id, environment: _, ...traits } = resource;
  const where = sensitive.includes(ENVIRONMENT) ? undefined : environment(resource);
  const { id: _user, ...claims } = user;
  const { id: _actor, type: _type, ...actorClaims } = actor ?? { id: '', type: '' };
  const basics = [
    fact('Action', action),
    { label: 'Resource', value: `${partOf(type)} ${partOf(id)}`, isBlock: false },
    ...(where === undefined ? [] : [fact('Environment', where)]),
    ...(where === undefined && resource.environment !== undefined
      ? named({ environment: resource.environment }, 'resource.', '/resource', sensitive).flatMap(factsOf)
      : []),
  ];
  const claimed = [
    ...named(traits, 'resource.', '/resource', sensitive),
    ...named(claims, 'user.', '/user', sensitive),
    ...named(actorClaims as JsonObject, 'actor.'),
    ...named(context ?? {}, 'context.', '/context', sensitive),
  ];
  const groups = [
    { title: '', facts: basics, left: 0 },
    group('Parameters', named(params ?? {}, '', '/params', sensitive), most),
    group(CLAIMED, claimed, most),
  ];
  return groups.filter(({ facts }) => facts.length > 0);
}

/** The same below a title: what it says in full needs no line of its own, and what is only claimed flows. */
export function groupsBeside(submission: Submission, title: string, most: number): FactGroup[] {
  const isTitled = isSaidInFull(title, submission);
  return factGroups(submission, most).flatMap((group): FactGroup[] => {
    const isFlowing = group.title === CLAIMED;
    if (group.title !== '' || !isTitled) return [{ ...group, isFlowing }];
    const facts = group.facts.filter(({ label }) => !TITLED.has(label));
    return facts.length === 0 ? [] : [{ ...group, facts }];
  });
}

const TITLED: ReadonlySet<string> = new Set(['Action', 'Resource', 'Environment']);

/** A string as one word among others: quoted when it could be misread. */
export function asWord(text: string): string {
  return text === '' || MISLEADING.test(text) ? JSON.stringify(text) : text;
}

function partOf(text: string): string {
  return /\s/.test(text) ? JSON.stringify(text) : asWord(text);
}

type Named = {
  readonly prefix: string;
  readonly key: string;
  readonly value: Json;
  /** What is hidden of it: itself as '', or pointers into it. */
  readonly hidden: readonly string[];
};

function named(object: JsonObject, prefix: string, place = '', sensitive: readonly string[] = []): Named[] {
  const hidden = sensitive.filter(pointer => isWithin(pointer, place));
  return Object.entries(object).map(([key, value]) => {
    const own = `${place}/${escaped(key)}`;
    const within = hidden.filter(pointer => isWithin(pointer, own));
    return { prefix, key, value, hidden: within.map(pointer => below(pointer, own)) };
  });
}

function group(title: string, values: readonly Named[], most: number): FactGroup {
  const facts = values.slice(0, most).flatMap(factsOf);
  return { title, facts, left: values.length - Math.min(values.length, most) };
}

/** A value, and a line for each that is hidden in it: the digest in its place could be anybody's text. */
function factsOf({ prefix, key, value, hidden }: Named): Fact[] {
  const label = `${prefix}${asWord(key)}`;
  if (hidden.includes('')) return [hiddenFact(label)];
  return [fact(label, value), ...hidden.map(pointer => hiddenFact(`${label}${pointer}`))];
}

function hiddenFact(label: string): Fact {
  return { label, value: 'hidden by the requester', isBlock: false, isHidden: true };
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
