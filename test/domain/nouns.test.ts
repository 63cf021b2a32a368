import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { view } from '../../src/contract/view.ts';
import { durationMs, durationText } from '../../src/domain/duration.ts';
import { effectKey } from '../../src/domain/effect.ts';
import { policyInput } from '../../src/domain/policy-input.ts';
import { REQUEST_ID, requestId } from '../../src/domain/request-id.ts';
import { aRecord, aSubmission, aVote, awaiting, NOON } from '../support/samples.ts';

describe('a duration', () => {
  it.each([
    ['90s', 90_000],
    ['20m', 1_200_000],
    ['1h30m', 5_400_000],
    ['7d', 604_800_000],
    ['250ms', 250],
  ])('%s is %d milliseconds', (text, ms) => {
    expect(durationMs(text)).toBe(ms);
  });

  it.each(['', '1', 'h', '1 h', '-1h', '1.5h', '1h ', '1y', '٣h'])('"%s" is none', text => {
    expect(durationMs(text)).toBeUndefined();
  });

  it('survives being written and read', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 999_999_999 }), ms => durationMs(durationText(ms)) === ms));
  });
});

describe("a request's id", () => {
  it('follows from the service and the key, and from nothing else', () => {
    expect(requestId('deployer', 'k')).toBe(requestId('deployer', 'k'));
    expect(requestId('deployer', 'k')).not.toBe(requestId('deployers', 'k'));
    expect(requestId('a', 'b\0c')).not.toBe(requestId('a\0b', 'd'));
  });

  it('is one that a queue takes as a job id', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (service, key) => {
        const id = requestId(service, key);
        return REQUEST_ID.test(id) && /^\w+$/.test(effectKey(id, 12, 3));
      }),
    );
  });
});

describe('what policy is asked', () => {
  it('is the request as submitted, plus what only Countersign may say', () => {
    const record = aRecord({ owner: 'alice' }, aSubmission({ actor: { type: 'ai_agent', id: 'release-bot' } }));
    const input = policyInput(record, 'vote', NOON, [{ ...aVote(), counted: true } as never]);
    expect(input).toMatchObject({
      action: 'delete-resource',
      user: { id: 'alice', role: 'admin' },
      actor: { id: 'release-bot', owner: 'alice' },
      service: { id: 'deployer', auth: 'api_key' },
      request: { id: record.id, digest: record.digest },
      phase: 'vote',
      now: '2026-11-24T12:00:00.000Z',
    });
    expect(input.votes).toEqual([aVote()]);
    expect(Object.keys(input)).not.toContain('idempotency_key');
  });
});

describe('the view', () => {
  it('leaves absent members out, never null', () => {
    const text = JSON.stringify(view(awaiting()));
    expect(text).not.toContain('null');
    expect(JSON.parse(text)).not.toHaveProperty('actor');
  });

  it('names the person who voted and the account they used', () => {
    const record = awaiting({}, { votes: [{ ...aVote({ reason: 'fine' }), counted: true }] });
    expect(view(record).votes).toEqual([
      {
        by: 'bob',
        account: 'slack:T0ACME:U0BOB',
        vote: 'approve',
        reason: 'fine',
        at: expect.any(String),
        surface: 'slack',
        counted: true,
      },
    ]);
  });
});
