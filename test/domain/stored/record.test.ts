// Records as they are stored: every version that was ever written is read, and none loses what it held.
import { describe, expect, it } from 'vitest';
import { decodeRecord, encodeRecord, recordShape } from '../../../src/domain/stored/record.ts';
import { storedContract } from '../../contract/stored.ts';
import { goldens } from '../../support/golden.ts';
import { aRecord } from '../../support/samples.ts';

storedContract({ shape: recordShape, file: 'record', decode: decodeRecord, encode: encodeRecord });

describe('a stored record of version 1', () => {
  it.each(goldens('record').filter(({ version }) => version === 1))('loses nothing: $what', ({ stored }) => {
    const { schema: _, ...older } = JSON.parse(stored);
    const { reminders = 0, uses = 0, refused = [] } = older;
    expect(decodeRecord(stored)).toMatchObject({ ...older, reminders, uses, refused });
  });

  it.each([
    ['has next to nothing', '{"schema":1}'],
    ['has a review that is none', JSON.stringify({ ...aRecord(), schema: 1, review: 7 })],
    ['lacks its votes', JSON.stringify({ ...aRecord(), schema: 1, votes: undefined })],
  ])('that %s is not made up', (_what, text) => {
    expect(() => decodeRecord(text)).toThrow(expect.objectContaining({ code: 'stored_unreadable' }));
  });
});
