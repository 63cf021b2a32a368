// When glass counts as broken: what a service may do so often a day, and nothing else.
import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/domain/change.ts';
import type { Decision } from '../../src/domain/decision.ts';
import { policyInput } from '../../src/domain/policy-input.ts';
import { askedPart, recordedInput } from '../../src/domain/recorded.ts';
import { decided } from '../../src/domain/steps/decided.ts';
import type { Submission } from '../../src/domain/submission.ts';
import { answer, aRecord, aSubmission, aVote, NOON, needsPeople } from '../support/samples.ts';

const review = { type: 'after_review', within: '24h' } as const;
const passes = (patch: Partial<Decision> = {}) => answer('allow', { obligations: [review], ...patch });
const emergency = aSubmission({ emergency: true, reason: 'orders are down' });
const given = aVote();
const kept = aVote({ standing: { id: 'sta_1', request: 'req_0', granted_at: '', expires_at: '', used: 0 } as never });
const counted = [{ by: given.by.id, counted: true }];

function judged(submission: Submission, decision: Decision, votes = [] as (typeof given)[]): Change {
  const record = aRecord({ submission });
  const input = policyInput(record, 'submit', NOON, votes, { emergencies: 2 });
  const result = decided(record, { phase: 'submit', decision, policy: {}, votes, input }, NOON);
  if (result.kind !== 'change') throw new Error(`the step changed nothing: ${result.kind}`);
  return result;
}

describe('glass', () => {
  it('is broken where policy alone lets an emergency pass and wants it reviewed, judged by what policy was told of others', () => {
    expect(judged(emergency, passes()).glass).toEqual({ others: 2 });
  });

  it.each([
    ['nobody said that it is an emergency', aSubmission(), passes(), []],
    ['nobody was needed, so nothing is reviewed', emergency, answer('allow'), []],
    ['people are asked', emergency, needsPeople(), []],
    ['policy denies', emergency, answer('deny'), []],
    ['people approved it', emergency, passes({ votes: counted }), [given]],
    ['people had approved it in advance', emergency, passes({ votes: counted }), [kept]],
  ])('is whole where %s', (_why, submission, decision, votes) => {
    expect(judged(submission, decision, votes)).not.toHaveProperty('glass');
  });

  it('is part of what the audit keeps of the question, so that it can be asked again', () => {
    const record = aRecord({ submission: emergency });
    const input = policyInput(record, 'submit', NOON, [], { emergencies: 2 });
    expect(input.service).toEqual({ ...record.service, emergencies_24h: 2 });
    expect(recordedInput(emergency, askedPart(input))).toEqual(input);
  });
});
