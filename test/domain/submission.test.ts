import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeJson } from '../../src/domain/exact-json.ts';
import { submissionDigest } from '../../src/domain/submission.ts';
import { parseSubmission } from '../../src/domain/submission-schema.ts';
import { aSubmission } from '../support/samples.ts';

describe('a submission', () => {
  it('in the shape of the design is taken as it is, control and bidirectional characters included', () => {
    const submission = aSubmission({ reason: 'line\u0007 \u202e reversed', context: { ticket: 'OPS-17' } });
    expect(parseSubmission(submission)).toEqual({ ok: true, submission });
  });

  it.each([
    ['no action', { action: undefined }, '/action', 'is missing'],
    ['an action that is a number', { action: 1 }, '/action', 'is of the wrong type; send a string'],
    ['a user that is nobody', { user: null }, '/user', 'is of the wrong type; send an object'],
    ['an empty user id', { user: { id: '' } }, '/user/id', ''],
    ['a resource without a type', { resource: { id: 'b-42' } }, '/resource/type', 'is missing'],
    ['an unknown member', { parms: {} }, '/parms', 'is not a known member'],
    [
      'an actor that names its own owner',
      { actor: { type: 'ai_agent', id: 'bot', owner: 'eve' } },
      '/actor/owner',
      'filled from the directory',
    ],
    ['a callback over http', { callback: 'http://a.example' }, '/callback', 'https'],
    ['an expiry in words', { expires_in: 'soon' }, '/expires_in', '20m'],
    ['an expiry of no time', { expires_in: '0s' }, '/expires_in', '20m'],
    ['an expiry beyond thirty days', { expires_in: '31d' }, '/expires_in', '30d'],
    ['params that are a list', { params: [] }, '/params', ''],
    ['an empty idempotency key', { idempotency_key: '' }, '/idempotency_key', ''],
    ['a lone surrogate', { reason: 'a\ud800' }, '/reason', 'lone surrogate'],
    ['a lone surrogate in a name', { params: { '\udc00': 1 } }, '/params/\udc00', 'lone surrogate'],
  ])('with %s is refused, naming where', (_what, patch, pointer, words) => {
    const result = parseSubmission({ ...aSubmission(), ...patch });
    expect(result).toMatchObject({ ok: false });
    if (result.ok) return;
    const fault = result.faults.find(found => found.pointer === pointer);
    expect(fault?.message).toContain(words);
    expect(fault?.message).toMatch(/\.$/);
  });

  it('reports all its faults at once', () => {
    const result = parseSubmission({ action: 1, user: {}, resource: null });
    expect(result.ok ? [] : result.faults.map(({ pointer }) => pointer)).toEqual(['/action', '/user/id', '/resource']);
  });

  it.each([[null], [[]], ['text'], [7]])('is never %j', body => {
    expect(parseSubmission(body).ok).toBe(false);
  });

  it('nested without end is refused, not followed', () => {
    let params: Record<string, unknown> = {};
    for (let i = 0; i < 5_000; i++) params = { in: params };
    expect(parseSubmission({ ...aSubmission(), params }).ok).toBe(false);
  });

  it('with a name that JavaScript cannot carry is refused', () => {
    const body: unknown = JSON.parse(
      '{"action":"a","user":{"id":"u"},"resource":{"type":"t","id":"r"},"params":{"__proto__":{"x":1}}}',
    );
    expect(parseSubmission(body).ok).toBe(false);
  });
});

describe('JSON text', () => {
  it.each([
    ['{"n":9007199254740993}', 'cannot be held exactly'],
    ['{"n":1e999}', 'cannot be held exactly'],
    ['[-9007199254740993]', 'cannot be held exactly'],
    ['9007199254740993', 'cannot be held exactly'],
    ['{"a":[1, 9007199254740993]}', 'cannot be held exactly'],
    ['{"n":', 'not JSON'],
    ['', 'not JSON'],
  ])('%s is refused', (text, words) => {
    const result = decodeJson(text);
    expect(result.ok ? '' : result.fault.message).toContain(words);
  });

  it.each(['{"n":9007199254740991}', '{"n":1e3}', '{"n":0.1}', '{"n":"9007199254740993"}', '{"n":9007199254740992}'])(
    '%s is read',
    text => {
      expect(decodeJson(text)).toEqual({ ok: true, value: JSON.parse(text) });
    },
  );
});

describe('the digest', () => {
  const json = fc.dictionary(
    fc.string({ unit: 'grapheme' }).filter(key => key !== '__proto__'),
    fc.jsonValue(),
    { maxKeys: 6 },
  );

  it('does not depend on the order of members', () => {
    fc.assert(
      fc.property(json, params => {
        const reversed = Object.fromEntries(Object.entries(params).reverse());
        const digests = [params, reversed].map(each => submissionDigest(aSubmission({ params: each as never })));
        expect(digests[0]).toBe(digests[1]);
      }),
    );
  });

  it('F1: one changed byte refuses the grant, because it is another digest', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        fc.pre(a !== b);
        const of = (sql: string) => submissionDigest(aSubmission({ params: { sql } }));
        expect(of(a)).not.toBe(of(b));
      }),
    );
  });

  it.each([
    ['action', { action: 'other' }],
    ['user', { user: { id: 'alice', role: 'guest' } }],
    ['actor', { actor: { type: 'ai_agent', id: 'bot' } }],
    ['resource', { resource: { type: 'bucket', id: 'b-42', state: 'locked' } }],
    ['params', { params: {} }],
  ])('covers %s', (_member, patch) => {
    expect(submissionDigest(aSubmission(patch))).not.toBe(submissionDigest(aSubmission()));
  });

  it('leaves reason, context and the key out, so that saying it again in other words is the same action', () => {
    const other = aSubmission({ reason: 'said differently', context: { ticket: 'X' }, idempotency_key: 'k' });
    expect(submissionDigest(other)).toBe(submissionDigest(aSubmission()));
  });

  it('is the SHA-256 of the RFC 8785 text, absent members left out', () => {
    const digest = submissionDigest({ action: 'a', user: { id: 'u' }, resource: { type: 't', id: 'r' } });
    expect(digest).toBe('sha256:4c456e1cee82803e23d11efc6d7a2ace0df9dbba0c1d745177ed675b37dbed52');
  });
});

describe('a name of somebody', () => {
  const composed = { user: { id: 'josé' }, actor: { type: 'user', id: 'bob' } };
  const typed = { user: { id: ' jose\u0301\t' }, actor: { type: 'user', id: 'bob\u00a0' } };

  it('is kept in one form, however it was typed, and has one digest, whoever computes it', () => {
    const parsed = parseSubmission(aSubmission(typed));
    expect(parsed).toEqual({ ok: true, submission: aSubmission(composed) });
    expect(submissionDigest(aSubmission(typed))).toBe(submissionDigest(aSubmission(composed)));
    expect(submissionDigest(aSubmission({ user: { id: 'José' } }))).not.toBe(
      submissionDigest(aSubmission({ user: { id: 'josé' } })),
    );
  });

  it.each([
    ['a user of white space alone', { user: { id: ' \t\u00a0' } }, '/user/id'],
    ['an actor of white space alone', { actor: { type: 'user', id: ' ' } }, '/actor/id'],
    ['a user that names its own owner', { user: { id: 'bot', owner: 'eve' } }, '/user/owner'],
  ])('%s is refused', (_what, patch, pointer) => {
    const parsed = parseSubmission({ ...aSubmission(), ...patch });
    expect(parsed.ok ? [] : parsed.faults.map(fault => fault.pointer)).toEqual([pointer]);
  });
});
