// What a requester hides: policy is told, and nobody approves what they cannot see unless policy says that they need not.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { view } from '../../src/contract/view.ts';
import { compare } from '../../src/domain/comparison.ts';
import { parseDecision } from '../../src/domain/decision.ts';
import { floor } from '../../src/domain/floor.ts';
import { mustBeShown } from '../../src/domain/hidden.ts';
import { masked } from '../../src/domain/masked.ts';
import { isWithin } from '../../src/domain/pointer.ts';
import { policyInput } from '../../src/domain/policy-input.ts';
import { askedPart, recordedInput } from '../../src/domain/recorded.ts';
import { refusalSentence, refuse } from '../../src/domain/refusal.ts';
import type { Submission } from '../../src/domain/submission.ts';
import { anApproval, aSubmission, aVote, aWho, awaiting, NOON, needsPeople } from '../support/samples.ts';

const hiding = (...sensitive: string[]): Submission =>
  aSubmission({
    params: { command: ['rm', '-rf', '/'], card: { number: '4111', name: 'Ann' } },
    context: { ticket: 'OPS-17' },
    sensitive,
  });

const asked = (may_hide: string[] | undefined, ...sensitive: string[]) =>
  awaiting(may_hide === undefined ? {} : { may_hide }, { submission: hiding(...sensitive) });

describe('a hidden value', () => {
  it.each<[string, string[] | undefined, string[], string[]]>([
    ['the command', undefined, ['/params/command'], ['/params/command']],
    ['one argument of the command', undefined, ['/params/command/2'], ['/params/command/2']],
    ['a trait of the resource', [], ['/resource/state'], ['/resource/state']],
    ['a value that policy lets be hidden', ['/params/card/number'], ['/params/card/number'], []],
    ['a value within one that policy lets be hidden', ['/params/card'], ['/params/card/number'], []],
    ['all of what policy lets be hidden a part of', ['/params/card/number'], ['/params/card'], ['/params/card']],
    ['one whose name only begins alike', ['/params/c'], ['/params/command'], ['/params/command']],
    ['everything, where policy says so', ['/params'], ['/params/command', '/params/card'], []],
    ['one of two', ['/params/card'], ['/params/card', '/params/command'], ['/params/command']],
    ['a claim beside the action', undefined, ['/context/ticket', '/user/role'], []],
  ])('%s keeps approvers blind, or not', (_, may_hide, sensitive, blinding) => {
    const record = asked(may_hide, ...sensitive);
    expect(mustBeShown(record)).toEqual(blinding);
    expect(floor(record, aVote(), aWho(aVote().by, record))?.code).toBe(
      blinding.length === 0 ? undefined : 'hidden_values',
    );
    expect(floor(record, aVote({ vote: 'deny', reason: 'what is it?' }), aWho(aVote().by, record))).toBeUndefined();
    expect(view(record).must_show).toEqual(blinding.length === 0 ? undefined : blinding);
    expect(view(record).sensitive).toEqual(sensitive);
  });

  it('says what to do about it', () => {
    expect(refusalSentence(refuse('hidden_values'))).toMatch(/submitted again with those values shown\.$/);
  });

  it('is told to policy by its pointer, and is so again when the audit is asked', () => {
    const record = asked(undefined, '/params/card/number');
    const input = policyInput(record, 'vote', NOON);
    expect(input.sensitive).toEqual(['/params/card/number']);
    const again = recordedInput(masked(record.submission), askedPart(input));
    expect(again.sensitive).toEqual(input.sensitive);
    expect(again).toEqual({ ...input, params: masked(record.submission).params });
    expect(policyInput(awaiting(), 'vote', NOON)).not.toHaveProperty('sensitive');
  });

  it('is no pointer where policy names it otherwise: such an answer is unusable', () => {
    const answer = (may_hide: unknown) =>
      parseDecision({ ...needsPeople(), approval: { ...anApproval(), may_hide } }, []);
    expect(answer(['/params/iban']).ok).toBe(true);
    expect(answer(['params/iban'])).toMatchObject({ ok: false, cause: expect.stringContaining('may_hide') });
    expect(answer('/params/iban').ok).toBe(false);
  });

  it('that another policy lets be hidden is a loosening', () => {
    const ruling = (may_hide: string[]) =>
      ({ kind: 'answer', decision: needsPeople({ approval: anApproval({ may_hide }) }) }) as const;
    expect(compare(ruling([]), ruling(['/params']))).toBe('loosened');
    expect(compare(ruling(['/params']), ruling([]))).toBe('tightened');
  });
});

it('a pointer is within another one by its parts, however they are spelt', () => {
  const pointerOf = (names: readonly string[]) =>
    names.map(name => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  const names = fc.array(fc.string(), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(names, names, (whole, rest) => {
      expect(isWithin(pointerOf([...whole, ...rest]), pointerOf(whole))).toBe(true);
      expect(isWithin(pointerOf(whole), pointerOf([...whole, ...rest]))).toBe(false);
      expect(isWithin(pointerOf([...whole, 'a']), pointerOf([...whole, 'b']))).toBe(false);
    }),
  );
});
