// One object laid over another, as scenarios change requests and data.
import type { JsonObject } from '../domain/canonical.ts';

/** Members of the second win; objects are merged, everything else is replaced; `null` takes a member away. */
export function laidOver(base: JsonObject, over: JsonObject): JsonObject {
  const both: { [key: string]: JsonObject[string] } = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const before = both[key];
    if (value === null) delete both[key];
    else both[key] = isObject(before) && isObject(value) ? laidOver(before, value) : value;
  }
  return both;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
