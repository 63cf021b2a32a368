// The table of refusals: closed, each with its words, and none that nobody is ever told.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codeFrom, NOBODYS, type RefusalCode, refusalSentence, refuse, wordOf } from '../../src/domain/refusal.ts';
import { isRefusalCode, REFUSALS } from '../../src/domain/refusals/table.ts';
import { aRecord } from '../support/samples.ts';

const ROOT = join(import.meta.dirname, '../..');
const codes = Object.keys(REFUSALS) as RefusalCode[];

/** Where refusals are given: by us, or by policy in its verdicts. */
const given = ['src', 'policies'].flatMap(room =>
  readdirSync(join(ROOT, room), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && /\.(ts|rego)$/.test(entry.name))
    .map(entry => join(entry.parentPath, entry.name))
    .filter(path => !path.includes('domain/refusals/'))
    .map(path => readFileSync(path, 'utf8')),
);

describe('each refusal', () => {
  it.each(codes)('%s says what happened, and ends with what to do', code => {
    const { says, remedy } = REFUSALS[code];
    expect(says).toMatch(/^[A-Z][^\n]+\.$/);
    expect(remedy).toMatch(/^[A-Z][^\n]{8,}$/);
    expect(refusalSentence(refuse(code))).toBe(`${says} ${remedy}`);
    expect(refusalSentence(refuse(code)).length, 'fits below the field of a form').toBeLessThanOrEqual(240);
  });

  it.each(codes)('%s is given by somebody', code => {
    // The faults of a signed text are named by what was wrong with it.
    const parts = code.startsWith('grant_') ? [code, code.replace('grant_', '')] : [code];
    const isGiven = given.some(text => parts.some(part => text.includes(`'${part}'`) || text.includes(`"${part}"`)));
    expect(isGiven).toBe(true);
  });
});

describe('what more is known of this case', () => {
  it.each([
    [refuse('grant_revoked', undefined, 'wrong bucket.'), 'This approval was taken back: wrong bucket. Ask whoever'],
    [refuse('not_approved', aRecord()), 'take back: it is pending. Wait until'],
    [refuse('standing_too_long', undefined, '1h and 5 uses'), 'policy allows. The most is 1h and 5 uses. Choose less.'],
    [refuse('already_voted', aRecord(), 'a detail'), 'You have already voted. Nothing more to do.'],
  ])('stands between what happened and what to do', (refusal, words) => {
    expect(refusalSentence(refusal)).toContain(words);
  });

  it('tells somebody whom only their account hides how to be known', () => {
    expect(refusalSentence(refuse('not_eligible', undefined, NOBODYS))).toMatch(/link it \(countersign link\)\.$/);
  });
});

describe("a code of policy's own", () => {
  it.each(['weekday', 'constructor', '__proto__', 'unchanged', ''])('is not taken for one of ours: %s', word => {
    const refusal = refuse(codeFrom(word));
    expect(isRefusalCode(word)).toBe(false);
    expect(wordOf(refusal)).toBe(word);
    expect(refusalSentence(refusal)).toMatch(/^Policy did not count this answer \(.*\)\. Ask whoever owns the policy/);
  });

  it('that is one of ours has our words', () => {
    expect(refusalSentence(refuse(codeFrom('stage_full')))).toContain('all the approvals it needs');
  });
});
