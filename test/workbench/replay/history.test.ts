// What can be asked again: decisions of every phase with their questions, once each, in bounded memory.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StoredEntry } from '../../../src/domain/audit/chain.ts';
import { digestOf } from '../../../src/domain/canonical.ts';
import { policyInput } from '../../../src/domain/policy-input.ts';
import { askedPart } from '../../../src/domain/recorded.ts';
import { decided } from '../../../src/domain/steps/decided.ts';
import { submitted } from '../../../src/domain/steps/submitted.ts';
import type { Submission } from '../../../src/domain/submission.ts';
import {
  type HistoryOptions,
  type PastDecision,
  pastDecisions,
  type Skip,
} from '../../../src/workbench/replay/history.ts';
import { gathered } from '../../support/history.ts';
import { answer, aSubmission, HOUR_MS, NOON, needsPeople } from '../../support/samples.ts';

const ROOT = join(import.meta.dirname, '../../..');
const service = { id: 'deployer', auth: 'api_key' } as const;

function asked(key: string, submission: Submission = aSubmission(), at = NOON) {
  return submitted({ service, submission, key, defaultExpiryMs: HOUR_MS }, at);
}

/** A request with one decision, as it is recorded now. */
function story(key: string, submission?: Submission, at = NOON) {
  const { next, entries } = asked(key, submission, at);
  const input = policyInput(next, 'submit', at);
  const event = { phase: 'submit', decision: needsPeople(), policy: {}, votes: [], input } as const;
  const step = decided(next, event, at);
  if (step.kind !== 'change') throw new Error(step.kind);
  return { record: step.next, input, entries: [...entries, ...step.entries] };
}

async function read(entries: readonly StoredEntry[], options?: HistoryOptions): Promise<(PastDecision | Skip)[]> {
  async function* stream() {
    yield* entries;
  }
  return gathered(pastDecisions(stream(), options));
}

const skip = (why: Skip['why']) => ({ kind: 'skip', why });

function with_(entry: StoredEntry | undefined, patch: object): StoredEntry {
  return { ...(entry as StoredEntry), ...patch } as StoredEntry;
}

describe('the past', () => {
  it('is the question as it was asked, and the answer as it was given', async () => {
    const { record, input, entries } = story('1');
    const [decision] = await read(entries);
    expect(decision).toMatchObject({ kind: 'decision', id: record.id, phase: 'submit', isMasked: false, input });
    expect(decision).toMatchObject({
      ruling: { decision: { outcome: 'require_approval', approval: record.approval } },
    });
  });

  it("is policy's own answer where Countersign could not carry it out", async () => {
    const { next, entries } = asked('1');
    const decision = answer('allow', { obligations: [{ type: 'fly' }] });
    const input = policyInput(next, 'submit', NOON);
    const step = decided(next, { phase: 'submit', decision, policy: {}, votes: [], input }, NOON);
    if (step.kind !== 'change') throw new Error(step.kind);
    expect(step.next.status).toBe('failed');
    const [past] = await read([...entries, ...step.entries]);
    expect(past).toMatchObject({ ruling: { decision: { outcome: 'allow', obligations: [{ type: 'fly' }] } } });
  });

  it('is the very question whose digest the entry names, where nothing was hidden', async () => {
    const { entries } = story('1');
    const [decision] = await read(entries);
    const evidence = { policy: { input_digest: digestOf((decision as PastDecision).input) } };
    expect(entries.at(-1)).toMatchObject({ event: 'decided', evidence });
  });

  it('reaches back to entries that carry no version yet', async () => {
    const stored = readFileSync(join(ROOT, 'test/fixtures/stored/v1/audit/entries.json'), 'utf8');
    const { chain } = JSON.parse(stored) as { readonly chain: readonly StoredEntry[] };
    const decisions = chain.filter(({ event }) => event === 'decided');
    const found = await read(chain);
    expect(found).toMatchObject(
      decisions.map(({ request, outcome, tookMs, at }) => ({
        ...{ kind: 'decision', id: request, at, tookMs },
        ruling: { decision: { outcome } },
      })),
    );
    expect(found.length).toBeGreaterThan(1);
  });

  it('passes over what a newer version wrote, and counts what may be a decision', async () => {
    const { entries } = story('1');
    const [first, second] = entries;
    const told = { ...second, event: 'told', seq: 3, v: 3 };
    const unheard = { ...second, event: 'unheard_of', seq: 4, v: 3 };
    const found = await read([first, with_(second, { v: 3 }), told, unheard] as readonly StoredEntry[]);
    expect(found).toEqual([skip('unreadable'), skip('unreadable')]);
  });

  it('counts an entry once that was exported twice', async () => {
    const { entries } = story('1');
    expect(await read([...entries, ...entries])).toHaveLength(1);
  });

  it('holds no question in entries of an older version', async () => {
    const entries: readonly StoredEntry[] = story('1').entries;
    expect(await read(entries.map(({ asked: _asked, ...rest }) => rest as StoredEntry))).toEqual([skip('no_question')]);
  });

  it('lacks a submission that lies before what is read, unless it is found elsewhere', async () => {
    const { entries, record, input } = story('1');
    const tail = entries.slice(1);
    expect(await read(tail)).toEqual([skip('no_submission')]);
    const recall = async (id: string) => (id === record.id ? record.submission : undefined);
    expect(await read(tail, { recall })).toMatchObject([{ kind: 'decision', input }]);
  });

  it('marks questions in which sensitive values are digests', async () => {
    const secret = aSubmission({ params: { iban: 'DE02120300000000202051' }, sensitive: ['/params/iban'] });
    const { entries, record } = story('1', secret);
    const [masked] = await read(entries);
    expect(masked).toMatchObject({ isMasked: true });
    expect(JSON.stringify(masked)).not.toContain('DE0212');
    const [whole] = await read(entries.slice(1), { recall: async () => record.submission });
    expect(whole).toMatchObject({ isMasked: false });
  });

  it('begins when it is told to, with the submissions from before', async () => {
    const early = story('1', undefined, NOON - HOUR_MS);
    const late = story('2', undefined, NOON);
    const found = await read([...early.entries, ...late.entries], { sinceMs: NOON - 1 });
    expect(found).toMatchObject([{ id: late.record.id }]);
  });

  it.each<[string, object]>([
    ['an outcome that nobody knows', { outcome: 'perhaps' }],
    ['a time that is none', { at: 'yesterday' }],
    ['an approval without stages', { approval: { stages: [] } }],
    [
      'a question without votes',
      { asked: { service, request: { id: 'x' }, phase: 'submit', now: '2026-01-01T00:00:00Z' } },
    ],
    ['a question of an unknown phase', { asked: { phase: 'dream' } }],
    ['no question at all, but a text', { asked: 'what?' }],
  ])('that is malformed is passed over and counted: %s', async (_what, patch) => {
    const { entries } = story('1');
    expect(await read([entries[0] as StoredEntry, with_(entries[1], patch)])).toEqual([skip('unreadable')]);
  });

  it('takes whatever carries a question and an outcome: a redemption too', async () => {
    const { entries, record, input } = story('1');
    const use = { event: 'redeemed', seq: 9, outcome: 'allow', use: 1, key: 'use-1', digest: record.digest };
    const decision = with_(entries[1], {
      ...use,
      approval: undefined,
      asked: { ...askedPart(input), phase: 'redeem' },
    });
    expect(await read([...entries, decision])).toMatchObject([{ phase: 'submit' }, { phase: 'redeem', id: record.id }]);
  });

  it('is read in bounded memory: the oldest submissions are forgotten', async () => {
    const stories = Array.from({ length: 50 }, (_, i) =>
      story(`${i}`, aSubmission({ params: { blob: 'x'.repeat(1_000) } })),
    );
    const submissions = stories.flatMap(({ entries }) => entries.slice(0, 1));
    const decisions = stories.flatMap(({ entries }) => entries.slice(1));
    const found = await read([...submissions, ...decisions], { remember: 20_000 });
    expect(found).toHaveLength(50);
    const known = found.filter(({ kind }) => kind === 'decision').length;
    expect(known).toBeGreaterThan(5);
    expect(known).toBeLessThan(20);
  });

  it('of nothing is nothing', async () => {
    expect(await read([])).toEqual([]);
    const told = { event: 'told', at: new Date(NOON).toISOString(), v: 2 };
    expect(await read([{ ...told, request: 'req_1', seq: 3, hash: 'sha256:0' } as const])).toEqual([]);
  });
});
