// How hard the attacks try: a taste of each in `npm test`, all of it in `npm run attack`.
import fc from 'fast-check';

export const isWhole = process.env.COUNTERSIGN_ATTACK === 'whole';

/** How often, in a taste and in the whole. */
export function times(taste: number, whole: number): number {
  return isWhole ? whole : taste;
}

/** Vitest's limit for an attack of that many turns, a few milliseconds each on a busy machine. */
export function within(turns: number): number {
  return 60_000 + turns * 40;
}

/** An attack under way at most this many at once. */
export const AT_ONCE = 16;

/** Does `act` with every input, some at once, and stops at the first that throws. */
export async function each<T>(inputs: readonly T[], act: (input: T) => Promise<void>): Promise<void> {
  const rest = inputs.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const input of rest) await act(input);
    }),
  );
}

/** Values of an arbitrary, the same in every run unless `COUNTERSIGN_ATTACK_SEED` says otherwise. */
export function sample<T>(arbitrary: fc.Arbitrary<T>, count: number): T[] {
  return fc.sample(arbitrary, { numRuns: count, seed: Number(process.env.COUNTERSIGN_ATTACK_SEED ?? 7) });
}

const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 3, noUnicodeString: false }),
  fc.constantFrom('', ' ', '\u0000', '\u202e', '../..', '__proto__', '-1', '1e999', 'null', 'true', 'a'.repeat(5_000)),
  fc.constantFrom<unknown>(null, 0, -0, 1e308, [], {}, [[[[]]]], { __proto__: null, constructor: 1 }),
);

/** A value that is like `good` but for one to four members, each dropped, doubled or become something else. */
export function altered(good: unknown): fc.Arbitrary<unknown> {
  const paths = pathsIn(good);
  const change = fc.record({
    path: fc.constantFrom(...paths),
    how: fc.constantFrom('drop' as const, 'replace' as const, 'wrap' as const),
    value: anything,
  });
  return fc.array(change, { minLength: 1, maxLength: 4 }).map(changes => {
    const copy = structuredClone(good);
    return changes.reduce<unknown>((whole, { path, how, value }) => alteredAt(whole, path, how, value), copy);
  });
}

type Path = readonly (string | number)[];

function pathsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, member]) => pathsIn(member, [...path, key]))];
}

function alteredAt(whole: unknown, path: Path, how: 'drop' | 'replace' | 'wrap', value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return how === 'wrap' ? [whole] : how === 'drop' ? undefined : value;
  if (typeof whole !== 'object' || whole === null) return whole; // an earlier change took it away
  const members = Array.isArray(whole) ? [...whole] : { ...whole };
  const at = members as { [key: string | number]: unknown };
  if (rest.length === 0 && how === 'drop') delete at[key];
  else at[key] = alteredAt(at[key], rest, how, value);
  return members;
}
