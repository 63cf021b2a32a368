// Small checks that compose into a description of every block: text of some length, lists, objects with known fields.
import type { Problem } from './problems.ts';

export type Surface = 'message' | 'modal' | 'home';
export type Place = { readonly pointer: string; readonly surface: Surface; readonly problems: Problem[] };
export type Check = (value: unknown, place: Place) => void;
type Fields = Readonly<Record<string, Check | { readonly optional: Check }>>;
export type Shape = Readonly<Record<string, unknown>>;

export function isShape(value: unknown): value is Shape {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function below(place: Place, key: string | number): Place {
  const escaped = String(key).replaceAll('~', '~0').replaceAll('/', '~1');
  return { ...place, pointer: `${place.pointer}/${escaped}` };
}

export function report(place: Place, code: string, message: string, constraint?: Problem['constraint']): void {
  place.problems.push({ pointer: place.pointer, code, message, ...(constraint ? { constraint } : {}) });
}

export const optional = (check: Check): { readonly optional: Check } => ({ optional: check });

/** Text of `min` to `max` UTF-16 units. */
export function text(min: number, max: number): Check {
  return (value, place) => {
    if (typeof value !== 'string')
      return report(place, 'invalid_type', 'must provide a string', typeIs('string', value));
    if (value.length > max) report(place, 'too_long', `must be less than ${max + 1} characters`);
    if (value.length < min) report(place, 'too_short', `must be more than ${min - 1} characters`);
  };
}

function typeIs(expected: string, value: unknown): NonNullable<Problem['constraint']> {
  return {
    type: 'type',
    expected: [expected],
    got: value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value,
  };
}

export const flag: Check = (value, place) => {
  if (typeof value !== 'boolean') report(place, 'invalid_type', 'must provide a boolean', typeIs('boolean', value));
};

export function integer(min: number, max: number): Check {
  return (value, place) => {
    if (!Number.isInteger(value))
      return report(place, 'invalid_type', 'must provide an integer', typeIs('integer', value));
    const amount = Number(value);
    if (amount < min || amount > max) report(place, 'out_of_range', `must be between ${min} and ${max}`);
  };
}

export const number: Check = (value, place) => {
  if (typeof value !== 'number') report(place, 'invalid_type', 'must provide a number', typeIs('number', value));
};

export function oneOf(...allowed: readonly string[]): Check {
  return (value, place) => {
    if (typeof value === 'string' && allowed.includes(value)) return;
    report(place, 'invalid_value', `must be one of: ${allowed.join(', ')}`, {
      type: 'enum',
      expected: allowed,
      got: String(value),
    });
  };
}

export function url(max: number): Check {
  const length = text(1, max);
  return (value, place) => {
    length(value, place);
    if (typeof value === 'string' && !/^(https?|mailto|slack):/i.test(value)) {
      report(place, 'invalid_url', 'must be a valid URL');
    }
  };
}

export function list(item: Check, min: number, max: number): Check {
  return (value, place) => {
    if (!Array.isArray(value)) return report(place, 'invalid_type', 'must provide an array', typeIs('array', value));
    if (value.length > max) report(place, 'too_many_items', `no more than ${max} items allowed`);
    if (value.length < min) report(place, 'too_few_items', `no fewer than ${min} items allowed`);
    value.forEach((one, index) => {
      item(one, below(place, index));
    });
  };
}

/** Fields that must be there, may be there, and nothing else. */
export function object(fields: Fields): Check {
  return (value, place) => {
    if (!isShape(value)) return report(place, 'invalid_type', 'must provide an object', typeIs('object', value));
    for (const [name, field] of Object.entries(fields)) {
      const given = value[name];
      if (typeof field !== 'function') {
        if (given !== undefined) field.optional(given, below(place, name));
      } else if (given === undefined) report(place, 'missing_field', `missing required field: ${name}`);
      else field(given, below(place, name));
    }
    for (const name of Object.keys(value)) {
      if (!(name in fields)) report(place, 'additional_property', `invalid additional property: ${name}`);
    }
  };
}

/** One of several objects, told apart by `type`. */
export function variant(kinds: Readonly<Record<string, Check>>): Check {
  return (value, place) => {
    if (!isShape(value)) return report(place, 'invalid_type', 'must provide an object', typeIs('object', value));
    const type = value.type;
    if (type === undefined) return report(place, 'missing_field', 'missing required field: type');
    const kind = typeof type === 'string' ? kinds[type] : undefined;
    if (!kind) {
      const constraint = { type: 'enum', expected: Object.keys(kinds), got: String(type) };
      return report(below(place, 'type'), 'unsupported_type', `unsupported type: ${String(type)}`, constraint);
    }
    kind(value, place);
  };
}

export function all(...checks: readonly Check[]): Check {
  return (value, place) => {
    for (const check of checks) check(value, place);
  };
}

/** At least one of these fields must be there. */
export function anyOf(...names: readonly string[]): Check {
  return (value, place) => {
    if (!isShape(value) || names.some(name => value[name] !== undefined)) return;
    report(place, 'missing_field', `missing required field: ${names.join(' or ')}`);
  };
}

/** Kinds without the given ones, or with only them. */
export function without(
  kinds: Readonly<Record<string, Check>>,
  ...names: readonly string[]
): Readonly<Record<string, Check>> {
  return Object.fromEntries(Object.entries(kinds).filter(([name]) => !names.includes(name)));
}

export function only(
  kinds: Readonly<Record<string, Check>>,
  ...names: readonly string[]
): Readonly<Record<string, Check>> {
  return Object.fromEntries(Object.entries(kinds).filter(([name]) => names.includes(name)));
}
