// What is said about a request and is no answer: written down, passed on, bounded, and counted for nothing.
import { describe, expect, it } from 'vitest';
import { MOST_ASIDES, MOST_NUDGES, NUDGE_EVERY_MS } from '../../src/domain/aside.ts';
import type { RequestRecord } from '../../src/domain/record.ts';
import { handedOver, nudged, questioned, type Said } from '../../src/domain/steps/asides.ts';
import { aRecord } from '../adapters/slack/records.ts';

const NOW = Date.parse('2026-11-24T07:10:00.000Z');
const roster = { membersOf: () => [] };
const by = (key: string): Said => ({ by: 'bob', key, evidence: { who: { account: 'slack:T0ACME:U0BOB' } } });

function said(result: ReturnType<typeof nudged>): RequestRecord {
  if (result.kind !== 'change') throw new Error(JSON.stringify(result));
  return result.next;
}

describe('a question', () => {
  it('is in the record, the audit, the thread and a message, and no vote', () => {
    const result = questioned(aRecord(), { ...by('a'), text: ' Is the sale over? ' }, NOW);
    expect(result).toMatchObject({
      kind: 'change',
      next: { votes: [], status: 'pending', asides: [{ kind: 'question', by: 'bob', text: 'Is the sale over?' }] },
      entries: [{ event: 'questioned', by: 'bob', question: 'Is the sale over?' }],
      effects: [
        { kind: 'aside_line', aside: 0 },
        { kind: 'aside_message', aside: 0 },
      ],
    });
  });

  it('delivered twice is one; without words, about what has ended, or one too many it is none', () => {
    const once = said(questioned(aRecord(), { ...by('a'), text: 'why?' }, NOW));
    expect(questioned(once, { ...by('a'), text: 'why?' }, NOW)).toMatchObject({ kind: 'unchanged' });
    expect(questioned(once, { ...by('b'), text: ' ' }, NOW)).toMatchObject({ code: 'question_required' });
    const ended = aRecord({ status: 'denied' });
    expect(questioned(ended, { ...by('b'), text: 'why?' }, NOW)).toMatchObject({ code: 'already_resolved' });
    let record = once;
    for (let n = 1; n < MOST_ASIDES; n++) record = said(questioned(record, { ...by(`k${n}`), text: 'why?' }, NOW));
    expect(questioned(record, { ...by('z'), text: 'why?' }, NOW)).toMatchObject({ code: 'too_many_asides' });
  });
});

it('a hand-over names who handed it over to whom, and changes nothing about who may decide', () => {
  const before = aRecord();
  const next = said(handedOver(before, { ...by('a'), to: 'carol', text: 'On leave from tonight.' }, NOW));
  expect(next.asides).toMatchObject([{ kind: 'handover', by: 'bob', to: 'carol', text: 'On leave from tonight.' }]);
  expect(next.approval).toEqual(before.approval);
  expect(next.votes).toEqual([]);
});

it('whoever asked reminds a few times, and not again at once', () => {
  let record = aRecord();
  for (let n = 0; n < MOST_NUDGES; n++) {
    record = said(nudged(record, by(`k${n}`), NOW + n * NUDGE_EVERY_MS, roster));
    const soon = NOW + n * NUDGE_EVERY_MS + NUDGE_EVERY_MS - 1;
    const code = n + 1 < MOST_NUDGES ? 'nudged_lately' : 'nudged_enough';
    expect(nudged(record, by('again'), soon, roster)).toMatchObject({ kind: 'refusal', code });
  }
  expect(nudged(record, by('later'), NOW + 10 * NUDGE_EVERY_MS, roster)).toMatchObject({ code: 'nudged_enough' });
});
