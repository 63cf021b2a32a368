// Questions that are too large: what policy is given in place of large values, and how it is told.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOf, type JsonObject } from '../../src/domain/canonical.ts';
import { valueAt } from '../../src/domain/pointer.ts';
import { policyInput } from '../../src/domain/policy-input.ts';
import { shortened } from '../../src/domain/shortened.ts';
import { aRecord, aSubmission, NOON } from '../support/samples.ts';

const LIMIT = 16_384;
const asked = (patch: { params?: JsonObject; context?: JsonObject }) =>
  policyInput(aRecord({}, aSubmission(patch)), 'submit', NOON);
const long = (bytes: number) => 'x'.repeat(bytes);

describe('a question that is too large', () => {
  it('has the digest and the size of each large value, and tells which; small ones stay', () => {
    const rows = Array.from({ length: 5_000 }, (_, id) => ({ id }));
    const input = asked({ params: { rows, table: 'orders', 'a/b': long(2_000) } });
    const short = shortened(input, LIMIT);
    expect(short?.pointers).toEqual(['/params/rows', '/params/a~1b']);
    expect(short?.input.request.shortened).toEqual(short?.pointers);
    expect(short?.input.params).toEqual({
      rows: { digest: digestOf(rows), bytes: JSON.stringify(rows).length },
      table: 'orders',
      'a/b': { digest: digestOf(long(2_000)), bytes: 2_002 },
    });
    expect(short?.input).toMatchObject({ action: input.action, user: input.user, resource: input.resource });
  });

  it('has params as a whole where many small members make them large', () => {
    const params = Object.fromEntries(Array.from({ length: 3_000 }, (_, n) => [`member_${n}`, n]));
    const short = shortened(asked({ params: { ...params, one: long(3_000) } }), LIMIT);
    expect(short?.pointers).toEqual(['/params']);
    expect(short?.input.params).toEqual({ digest: expect.stringMatching(/^sha256:/), bytes: expect.any(Number) });
  });

  it('is none at all where what remains is still too large: votes, say', () => {
    const votes = Array.from({ length: 400 }, (_, n) => ({
      by: { id: `slack:T1:U${n}`, user: `person-${n}`, groups: [], kind: 'member' as const },
      vote: 'approve' as const,
      at: '2026-11-24T12:00:00.000Z',
      surface: 'slack' as const,
    }));
    const input = policyInput(aRecord(), 'vote', NOON, votes);
    expect(shortened(input, LIMIT)).toBeUndefined();
  });

  it('never exceeds the limit, never touches who, what and which, and each digest is that of the value', () => {
    const member = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.string({ minLength: 900, maxLength: 9_000 }),
      fc.integer(),
    );
    const object = fc.dictionary(fc.string({ minLength: 1, maxLength: 12 }), member, { maxKeys: 40 });
    fc.assert(
      fc.property(object, object, (params, context) => {
        const input = asked({ params, context });
        const short = shortened(input, LIMIT);
        if (short === undefined) return;
        expect(Buffer.byteLength(JSON.stringify(short.input))).toBeLessThanOrEqual(LIMIT);
        expect(short.input).toMatchObject({ action: input.action, request: input.request, votes: input.votes });
        for (const pointer of short.pointers) {
          expect(valueAt(short.input, pointer)).toMatchObject({ bytes: expect.any(Number) });
          if (pointer.split('/').length === 3) {
            expect(valueAt(short.input, `${pointer}/digest`)).toBe(digestOf(valueAt(input, pointer)));
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
