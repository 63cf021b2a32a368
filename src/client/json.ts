// What a service asks as JSON. What JSON cannot carry is refused: people would approve something else, or nothing at all.
import { CountersignError } from './errors.ts';

/** The text that is sent. A member that is `undefined` is no member, and a `Date` is its text, as everywhere in JSON. */
export function jsonOf(value: object): string {
  try {
    return JSON.stringify(value, carried);
  } catch (error) {
    if (error instanceof CountersignError) throw error;
    throw new CountersignError('not_json', 'What is asked refers to itself.', 'Send plain values only.', {
      cause: error,
    });
  }
}

function carried(key: string, value: unknown): unknown {
  const where = JSON.stringify(key);
  if (typeof value === 'bigint')
    throw new CountersignError('not_json', `${where} is a BigInt, which JSON does not have.`, 'Send it as a string.');
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new CountersignError(
      'not_json',
      `${where} is ${value}, which would arrive as null.`,
      'Send a finite number.',
    );
  return value;
}
