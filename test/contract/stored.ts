// What every stored shape must do: read all that was ever written, write what its newest golden file says, wait for what is newer.
import { describe, expect, it } from 'vitest';
import type { Shape } from '../../src/domain/stored/shape.ts';
import { goldenPath, goldens, goldenText } from '../support/golden.ts';

export type StoredContract<T> = {
  readonly shape: Shape;
  /** The name of its golden files. */
  readonly file: string;
  readonly decode: (text: string) => T;
  readonly encode: (value: T) => string;
  /** The text that holds the version, where a golden file holds more than that. */
  readonly textOf?: (stored: never) => string;
};

export function storedContract<T>({ shape, file, decode, encode, textOf }: StoredContract<T>): void {
  const all = goldens<unknown>(file).map(({ stored, ...about }) => ({
    ...about,
    text: textOf === undefined ? String(stored) : textOf(stored as never),
  }));
  const { current } = shape;
  const older = Array.from({ length: current - 1 }, (_, i) => i + 1);

  describe(`a stored ${shape.name}`, () => {
    it.each(all)('of version $version is read as one of today: $what', ({ text }) => {
      const value = decode(text);
      const stored: unknown = JSON.parse(encode(value));
      expect(shape.schema.safeParse(stored).error?.issues).toBeUndefined();
      expect(stored).toMatchObject({ schema: current });
      expect(decode(encode(value))).toEqual(value);
    });

    it('has a way up from each older version, and golden files of each', () => {
      expect(Object.keys(shape.upcasts).map(Number)).toEqual(older);
      expect([...new Set(all.map(({ version }) => version))]).toEqual([...older, current]);
    });

    // A shape that changes needs a version, an upcast and a golden file: run this with -u to write the file of a new version.
    it.skipIf(current === 1)(
      'is written as the golden file of this version says, which follows from the one before',
      async () => {
        const before = all.filter(({ version }) => version === current - 1);
        const today = before.map(({ what, text }) => ({ what, stored: encode(decode(text)) }));
        await expect(goldenText(today)).toMatchFileSnapshot(goldenPath(file, current));
      },
    );

    it.runIf(current === 1)('is written as it always was, but for the name of its version', () => {
      for (const { text } of all) expect(JSON.parse(encode(decode(text)))).toEqual({ schema: 1, ...JSON.parse(text) });
    });

    it.each(all.slice(0, 1))('of a newer version waits: it may be read later, and says what to do', ({ text }) => {
      const newer = JSON.stringify({ ...JSON.parse(text), schema: current + 1 });
      expect(() => decode(newer)).toThrow(expect.objectContaining({ code: 'stored_newer', isTransient: true }));
      expect(() => decode(newer)).toThrow(/Upgrade this process\.$/);
      expect(() => decode(`{"schema":${current + 1}}`)).toThrow(expect.objectContaining({ code: 'stored_newer' }));
    });

    it.each([
      ['is no JSON', '{"schema":1'],
      ['is text', '"canary"'],
      ['is a list', '[]'],
      ['is null', 'null'],
      ['is empty', '{}'],
      ['has a version that is none', '{"schema":"1"}'],
      ['has the version 0', '{"schema":0}'],
      ['has half a version', '{"schema":1.5}'],
      ['names a version and has nothing else', `{"schema":${current}}`],
    ])('that %s is never guessed at, nor quoted', (_what, text) => {
      const failure = expect.objectContaining({ code: 'stored_unreadable', isTransient: false });
      expect(() => decode(text)).toThrow(failure);
      expect(() => decode(text)).toThrow(/restore Redis from its backup\.$/);
      expect(() => decode(text)).not.toThrow(/canary/);
    });
  });
}
