// Values marked sensitive: policy sees them, people see a digest.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOf, type Json } from '../../src/domain/canonical.ts';
import { masked } from '../../src/domain/masked.ts';
import { replacedAt, valueAt } from '../../src/domain/pointer.ts';
import type { Submission } from '../../src/domain/submission.ts';
import { parseSubmission } from '../../src/domain/submission-schema.ts';

const body = {
  action: 'refund',
  user: { id: 'alice', ssn: '078-05-1120' },
  resource: { type: 'order', id: 'o-1', owner: { name: 'Ann' } },
  params: { iban: 'DE89', lines: [{ 'a/b~c': 'x' }] },
  reason: 'broken',
};

function faultsOf(change: object): readonly { pointer: string; message: string }[] {
  const parsed = parseSubmission({ ...body, ...change });
  return parsed.ok ? [] : parsed.faults;
}

describe('a value marked sensitive', () => {
  it.each([
    '/params/iban',
    '/params/lines/0/a~1b~0c',
    '/user/ssn',
    '/resource/owner',
    '/resource/owner/name',
    '/params/lines',
  ])('may be %s', pointer => {
    expect(faultsOf({ sensitive: [pointer] })).toEqual([]);
  });

  it.each(['/params/lines/length', '/params/lines/-', '/params/none/length', '/params/iban/length'])(
    'is a value: %s names none, and hid what nobody could store',
    pointer => {
      const sensitive = [pointer];
      const params = { ...body.params, none: [] };
      expect(faultsOf({ params, sensitive })).toMatchObject([{ pointer: '/sensitive/0' }]);
      const submission = { ...body, params, sensitive } as Submission;
      expect(masked(submission)).toEqual(submission);
    },
  );

  it.each(['/user/id', '/resource/id', '/resource/type', '/action', '/reason', '/params', 'params/iban', ''])(
    'may not be "%s", by which people know what they decide',
    pointer => {
      expect(faultsOf({ sensitive: [pointer] })).toMatchObject([{ pointer: '/sensitive/0' }]);
    },
  );

  it('must be there: a misspelt pointer would show what should be hidden', () => {
    expect(faultsOf({ sensitive: ['/params/ibna'] })).toMatchObject([
      { pointer: '/sensitive/0', message: expect.stringContaining('points at nothing') },
    ]);
  });

  it('is its digest in what people see, and nothing else changes', () => {
    const submission = { ...body, sensitive: ['/params/iban', '/params/lines/0/a~1b~0c'] } as Submission;
    const seen = masked(submission);
    expect(seen.params).toEqual({ iban: digestOf('DE89'), lines: [{ 'a/b~c': digestOf('x') }] });
    expect({ ...seen, params: submission.params }).toEqual(submission);
    expect(submission.params).toEqual(body.params);
  });

  it('may lie within another one: the whole is hidden', () => {
    const submission = { ...body, sensitive: ['/resource/owner', '/resource/owner/name'] } as Submission;
    expect(JSON.stringify(masked(submission))).not.toContain('Ann');
  });
});

describe('a JSON pointer', () => {
  it('finds and replaces any value of any document, whatever its names', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(fc.string(), { minLength: 1, maxLength: 3 }), (leaf, names) => {
        const document = names.reduceRight<Json>((inner, name) => ({ [name]: inner, other: 1 }), leaf as Json);
        if (names.includes('other') || names.includes('__proto__')) return;
        const pointer = names.map(name => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
        expect(valueAt(document, pointer)).toEqual(leaf);
        expect(
          valueAt(
            replacedAt(document, pointer, () => 'hidden'),
            pointer,
          ),
        ).toBe('hidden');
      }),
    );
  });
});

describe('an emergency', () => {
  it.each([undefined, '', '  \n'])('needs a reason, and "%s" is none', reason => {
    expect(faultsOf({ emergency: true, reason })).toMatchObject([{ pointer: '/reason' }]);
  });

  it('is none where the request says false', () => {
    expect(faultsOf({ emergency: false, reason: undefined })).toEqual([]);
  });
});
