// Reading what is stored: every version, for ever; and what is not understood is called so.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { firstBreak, link, type StoredEntry } from '../../../src/domain/audit/chain.ts';
import { AUDIT_VERSION, EVENTS } from '../../../src/domain/audit/events.ts';
import { EMPTY_CHAIN } from '../../../src/domain/audit/head.ts';
import { readEvent } from '../../../src/domain/audit/read.ts';
import { written } from '../../../src/domain/audit/written.ts';

type Golden = { readonly entries: readonly StoredEntry[]; readonly chain: readonly StoredEntry[] };

const path = join(import.meta.dirname, '../../fixtures/stored/v1/audit/entries.json');
const golden: Golden = JSON.parse(readFileSync(path, 'utf8'));
const at = '2026-11-24T12:00:00.000Z';

describe('an entry of version 1', () => {
  it('is there for each of the 32 events that there were, all of which there still are', () => {
    const kept = new Set(golden.entries.map(({ event }) => String(event)));
    expect(kept.size).toBe(32);
    expect([...kept].filter(name => !(name in EVENTS))).toEqual([]);
  });

  it.each(golden.entries.map((entry, i) => [`${i} ${entry.event}`, entry] as const))(
    'is understood: %s',
    (_, entry) => {
      const read = readEvent(entry);
      expect(read).toMatchObject({ kind: 'known', v: 1, event: { event: entry.event, at: entry.at } });
      // Whatever it says is still said, somewhere: nothing is lost on the way to today's form.
      const told = JSON.stringify(read);
      for (const text of leaves(entry)) expect(told).toContain(JSON.stringify(text));
    },
  );

  it('tells its evidence where it is told today', () => {
    const of = (name: string) => golden.entries.filter(({ event }) => event === name).map(readEvent);
    expect(of('voted')).toContainEqual(
      expect.objectContaining({
        event: expect.objectContaining({
          vote: 'approve',
          evidence: {
            who: expect.objectContaining({ account: 'slack:T0ACME:U0BOB', person: 'bob', kind: 'member' }),
            card: expect.stringMatching(/^sha256:/),
            via: expect.objectContaining({ team: 'T0ACME', user: 'U0BOB' }),
          },
        }),
      }),
    );
    for (const entry of golden.entries.filter(({ event }) => event === 'decided' || event === 'redeemed')) {
      const { policy, tookMs } = entry;
      const said = tookMs === undefined ? {} : { took_ms: tookMs };
      expect(readEvent(entry)).toMatchObject({ event: { evidence: { policy }, ...said } });
    }
    expect(of('unlinked')).toContainEqual(
      expect.objectContaining({ event: expect.objectContaining({ evidence: { via: { transport: 'operator' } } }) }),
    );
  });

  it('stands in one chain with entries of today', () => {
    expect(firstBreak(golden.chain)).toBeUndefined();
    const last = golden.chain.at(-1);
    if (last === undefined) throw new Error('the chain has entries');
    const head = { seq: last.seq, hash: last.hash };
    const { entries } = link(last.request, head, [{ event: 'delayed', at, trouble: 'OPA is down' }]);
    const whole: readonly StoredEntry[] = [...golden.chain, ...entries];
    expect(firstBreak(whole)).toBeUndefined();
    expect(firstBreak(whole.with(1, { ...whole[1], at } as StoredEntry))?.seq).toBe(2);
  });
});

describe('an entry of today', () => {
  it('carries its version, under its hash', () => {
    const { entries } = link('req_1', EMPTY_CHAIN, [{ event: 'delayed', at, trouble: 'OPA is down' }]);
    expect(entries).toMatchObject([{ v: AUDIT_VERSION, seq: 1 }]);
    expect(firstBreak(entries)).toBeUndefined();
    expect(firstBreak(entries.map(({ v: _, ...rest }) => rest))).toBeDefined();
  });

  const fact = JSON.parse(JSON.stringify(written({ event: 'grant_key_created', at, kid: 'k1' })));
  const [entry] = JSON.parse(
    JSON.stringify(link('req_1', EMPTY_CHAIN, [{ event: 'delayed', at, trouble: 't' }]).entries),
  );

  it('is what was written', () => {
    expect(readEvent(fact)).toEqual({ kind: 'known', v: 2, event: { event: 'grant_key_created', at, kid: 'k1' } });
    const { request, seq, hash } = entry;
    const event = { event: 'delayed', at, trouble: 't' };
    expect(readEvent(entry)).toEqual({ kind: 'known', v: 2, event, place: { request, seq, hash } });
  });

  it('with a member that a later version added is what it was', () => {
    expect(readEvent({ ...fact, colour: 'red' })).toEqual(readEvent(fact));
  });

  it.each<[string, string, unknown]>([
    ['newer', 'a newer version', { ...fact, v: 3 }],
    ['newer', 'a newer version, with an event that we have too', { ...entry, v: 99, trouble: undefined }],
    ['event', 'an event that there is not', { ...fact, event: 'forgotten' }],
    ['event', 'an event named like what every object has', { ...fact, event: 'constructor' }],
    ['event', 'one without a version, whose event came later', { event: '__proto__', at }],
    ['event', 'no event', { v: 2, at }],
    ['form', 'a version that is none', { ...fact, v: '2' }],
    ['form', 'a version before the first', { ...fact, v: 0 }],
    ['form', 'a version that no entry ever carried', { ...fact, v: 1 }],
    ['form', 'half a version', { ...fact, v: 1.5 }],
    ['form', 'a missing member', { ...fact, kid: undefined }],
    ['form', 'a member of another type', { ...fact, kid: 7 }],
    ['form', 'a time that is none', { ...fact, at: 'yesterday' }],
    ['form', 'a chained event outside every chain', { v: 2, event: 'delayed', at, trouble: 't' }],
    ['form', 'a noted fact in a chain', { ...fact, request: 'req_1', seq: 1, hash: 'sha256:0' }],
    ['form', 'a place without a number', { ...entry, seq: undefined }],
    ['form', 'a place before the first', { ...entry, seq: 0 }],
    ['form', 'a list', [fact]],
    ['form', 'nothing', null],
    ['form', 'a text', 'decided'],
  ])('is unknown (%s): %s', (why, _what, raw) => {
    expect(readEvent(raw)).toEqual({ kind: 'unknown', why });
  });
});

/** Every text, number and boolean in a value. */
function leaves(value: unknown): (string | number | boolean)[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(leaves);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [value] : [];
}
