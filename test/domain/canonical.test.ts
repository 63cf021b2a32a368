import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical, digestOf } from '../../src/domain/canonical.ts';

describe('canonical JSON', () => {
  it('is what another implementation of RFC 8785 makes of any value', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 5 }), value => canonical(value) === canonicalize(value)));
  });

  it('writes numbers, escapes and the order of keys as the RFC does (sections 3.2.2 and 3.2.3)', () => {
    expect(
      canonical({ numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001, -0] }),
    ).toBe('{"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27,0]}');
    expect(canonical({ '\u20ac': 1, '\r': 2, '\ufb33': 3, 1: 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 })).toBe(
      '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
    );
    expect(canonical('\u000f\n"\\/')).toBe('"\\u000f\\n\\"\\\\/"');
  });

  it('leaves absent members out, so that absent and null are two things', () => {
    expect(canonical({ b: undefined, a: 1 })).toBe('{"a":1}');
    expect(digestOf({ a: null })).not.toBe(digestOf({}));
  });

  it('has no text for nothing', () => {
    expect(() => canonical(undefined)).toThrow('pass a JSON value');
  });
});
