// Records as they are stored: every version that was ever written is read, and today's is what the newest golden file says.
import { describe, expect, it } from 'vitest';
import { RECORD_SCHEMA } from '../../../src/domain/record.ts';
import { decodeRecord, encodeRecord, recordShape } from '../../../src/domain/stored/record.ts';
import { goldenPath, goldens, goldenText } from '../../support/golden.ts';
import { aRecord } from '../../support/samples.ts';

const all = goldens('record');
const failing = (code: string, isTransient: boolean) => expect.objectContaining({ code, isTransient });

describe('a stored record', () => {
  it.each(all)('of version $version is read as one of today: $what', ({ stored }) => {
    const record = decodeRecord(stored);
    expect(recordShape.schema.safeParse(record).error?.issues).toBeUndefined();
    expect(record.schema).toBe(RECORD_SCHEMA);
    expect(decodeRecord(encodeRecord(record))).toEqual(record);
  });

  it.each(all.filter(({ version }) => version === 1))('of version 1 loses nothing: $what', ({ stored }) => {
    const { schema: _, ...older } = JSON.parse(stored);
    const { reminders = 0, uses = 0, refused = [] } = older;
    expect(decodeRecord(stored)).toMatchObject({ ...older, reminders, uses, refused });
  });

  // A shape that changes needs a version, an upcast and a golden file: run this with -u to write the file of a new version.
  it('is written today as the golden file of this version says, which follows from those before', async () => {
    const before = all.filter(({ version }) => version === RECORD_SCHEMA - 1);
    const today = before.map(({ what, stored }) => ({ what, stored: encodeRecord(decodeRecord(stored)) }));
    await expect(goldenText(today)).toMatchFileSnapshot(goldenPath('record', RECORD_SCHEMA));
  });

  it('has a way up from each older version, and golden files of each', () => {
    const older = Array.from({ length: RECORD_SCHEMA - 1 }, (_, i) => i + 1);
    expect(Object.keys(recordShape.upcasts).map(Number)).toEqual(older);
    expect([...new Set(all.map(({ version }) => version))]).toEqual([...older, RECORD_SCHEMA]);
  });

  it('of a newer version waits: it may be read later, and says what to do', () => {
    const text = JSON.stringify({ ...aRecord(), schema: RECORD_SCHEMA + 1 });
    expect(() => decodeRecord(text)).toThrow(failing('stored_newer', true));
    expect(() => decodeRecord(text)).toThrow(/Upgrade this process\.$/);
    expect(() => decodeRecord(`{"schema":${RECORD_SCHEMA + 1}}`)).toThrow(failing('stored_newer', true));
  });

  it.each([
    ['is no JSON', '{"schema":2'],
    ['is no object', '"record"'],
    ['is a list', '[]'],
    ['is null', 'null'],
    ['has a version that is none', JSON.stringify({ ...aRecord(), schema: '2' })],
    ['has the version 0', JSON.stringify({ ...aRecord(), schema: 0 })],
    ['has half a version', JSON.stringify({ ...aRecord(), schema: 1.5 })],
    ['lacks its votes', JSON.stringify({ ...aRecord(), votes: undefined })],
    ['says that it is of version 1 and has next to nothing', '{"schema":1}'],
    [
      'says that it is of version 1, with a review that is none',
      JSON.stringify({ ...aRecord(), schema: 1, review: 7 }),
    ],
  ])('that %s is never guessed at, nor quoted', (_what, text) => {
    expect(() => decodeRecord(text)).toThrow(failing('stored_unreadable', false));
    expect(() => decodeRecord(text)).toThrow(/restore Redis from its backup\.$/);
  });
});
