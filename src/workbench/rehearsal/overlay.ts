// One object laid over another, as scenarios change requests and data.
import type { JsonObject } from '../../domain/canonical.ts';

/** Members of the second win; objects are merged, everything else is replaced; `null` takes a member away. */
export function laidOver(base: JsonObject, over: JsonObject): JsonObject {
  return merged(base, over, true);
}

/** The same, but `null` is a value like any other. */
export function joined(base: JsonObject, over: JsonObject): JsonObject {
  return merged(base, over, false);
}

function merged(base: JsonObject, over: JsonObject, isNullTaking: boolean): JsonObject {
  const both: { [key: string]: JsonObject[string] } = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const before = both[key];
    if (value === null && isNullTaking) delete both[key];
    else both[key] = isObject(before) && isObject(value) ? merged(before, value, isNullTaking) : value;
  }
  return both;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
