// What stands around a card: modals, lines in its thread, and text that is not ours.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { denyView } from '../../../src/adapters/slack/cards/answer-views.ts';
import { parseCardValue } from '../../../src/adapters/slack/cards/card-value.ts';
import { detailsView } from '../../../src/adapters/slack/cards/details.ts';
import { voteLine } from '../../../src/adapters/slack/cards/lines.ts';
import { remarkLine } from '../../../src/adapters/slack/cards/remarks.ts';
import { requestCard } from '../../../src/adapters/slack/cards/request-card.ts';
import { reviewView } from '../../../src/adapters/slack/cards/review.ts';
import { fallbackText } from '../../../src/adapters/slack/escape.ts';
import type { RequestRecord } from '../../../src/domain/record.ts';
import { shown } from '../../../src/domain/visible.ts';
import { aRecord, aVote, deploy, mentions } from './records.ts';
import { said } from './said.ts';

const card = (record: RequestRecord) => requestCard(record, mentions);
const about = { id: aRecord().id, card: card(aRecord()).hash };

describe('modals', () => {
  it('Deny asks for a reason where policy requires one', () => {
    const view = denyView(aRecord(), about, mentions);
    expect(view.submit?.text).toBe('Deny');
    expect(view.blocks.find(({ type }) => type === 'input')).toMatchObject({ optional: false });
    expect(view.blocks.at(-1)).toMatchObject({ type: 'context' }); // ids come after what is decided
    expect(parseCardValue(view.private_metadata)).toEqual(about);
  });

  it('Review shows every character over its pages, and Approve only on the last', () => {
    const script = Array.from({ length: 3_000 }, (_, i) => `line ${i}`).join('\n');
    const record = aRecord({}, { ...deploy, params: { script, last: 'seen' } });
    const pages: string[] = [];
    let view = reviewView(record, about, mentions, 1);
    for (let page = 1; ; page += 1) {
      view = reviewView(record, about, mentions, page);
      pages.push(JSON.stringify(view.blocks));
      if (view.submit !== undefined) break;
      expect(said(view.blocks)).toContain('[Next (');
    }
    expect(pages.length).toBeGreaterThan(3);
    expect(view.submit?.text).toBe('Approve');
    const chunks = pages.flatMap(page => [
      ...page.matchAll(/"rich_text_preformatted","elements":\[\{"type":"text","text":("(?:[^"\\]|\\.)*")/g),
    ]);
    expect(chunks.map(([, text]) => JSON.parse(text ?? '""')).join('')).toContain(script);
    expect(pages.at(-1)).toContain('seen');
  });

  it('Review puts values under the title of their group, so that none passes for another', () => {
    const record = aRecord({}, { ...deploy, params: { Resource: 'bucket other' } });
    const text = said(reviewView(record, about, mentions, 1).blocks);
    expect(text).toContain('Resource  service payments-api');
    expect(text).toMatch(/Reason {2}Fixes the double charge on retries\.\n.*Parameters\nResource {2}"?bucket other/s);
    expect(text).toMatch(/Claimed by the service\nuser\.role {2}engineer/);
  });

  it('Details says of an approval whose time is over that it was never used', () => {
    const record = aRecord({
      status: 'approved',
      resolution: { by: 'people', at: '2026-11-24T07:20:00.000Z' },
      votes: [aVote('bob')],
      decision: { contract: 1, outcome: 'allow', reasons: [], votes: [], obligations: [] },
    });
    const textAt = (time: string) => said(detailsView(record, mentions, Date.parse(time)).blocks);
    expect(textAt('2026-11-24T07:24:59Z')).toContain('Not used yet. It can be used until 2026-11-24 07:25 UTC');
    expect(textAt('2026-11-24T07:25:00Z')).toContain('Never used. Its time ended 2026-11-24 07:25 UTC');
  });

  it('Details decides nothing', () => {
    const view = detailsView(aRecord({ votes: [aVote('bob', { counted: false, code: 'not_eligible' })] }), mentions);
    expect(view.submit).toBeUndefined();
    expect(said(view.blocks)).toContain('not counted (not_eligible)');
  });
});

describe('lines below the card', () => {
  it('a vote is one line with its progress', () => {
    const record = aRecord({ votes: [aVote('bob', { reason: 'checked' })] });
    expect(said(voteLine(record, 0, '1 of 2', mentions)?.blocks)).toBe('✅ <@U0BOB> approved · 1 of 2 · checked\n');
    expect(voteLine(record, 7, undefined, mentions)).toBeUndefined();
  });

  it('a standing approval names everybody who gave it, and nobody whose vote did not count', () => {
    const standing = { duration: '1h', uses: 2 };
    const votes = [
      aVote('bob', { counted: true, standing }),
      aVote('carol', { counted: true, standing }),
      aVote('erin', { counted: false, standing }),
    ];
    const gaveStanding = { id: 'sta_1', by: 'bob', expiresAt: '2026-11-24T13:00:00.000Z', maxUses: 2 };
    const words = said(remarkLine(aRecord({ votes, gaveStanding }), 'standing_granted', mentions)?.blocks);
    expect(words).toMatch(/Standing approval by <@U0BOB>.*, <@U0CAROL>.*: the same may be done 2 more times/);
    expect(words).not.toContain('erin');
  });

  it('says of an approval that is taken back that it had been used, where it had', () => {
    const revoked = { by: 'carol', at: '2026-11-24T12:00:00.000Z' };
    const line = (uses?: number) =>
      said(remarkLine(aRecord({ revoked, ...(uses === undefined ? {} : { uses }) }), 'revoked', mentions)?.blocks);
    expect(line(1)).toContain('it had already been used');
    expect(line()).not.toContain('been used');
  });

  it('says that none came of a wish that not everybody had', () => {
    expect(said(remarkLine(aRecord(), 'standing_not_granted', mentions)?.blocks)).toContain(
      'No standing approval: every approver has to choose it.',
    );
  });
});

describe('text that is not ours', () => {
  it.each([
    ['plain', 'plain', 0],
    ['a\u202eb', 'a\\u202eb', 1],
    ['tab\there', 'tab\\u0009here', 1],
    ['👩‍👧 ⚠️', '👩‍👧 ⚠️', 0],
    ['pay\u200dload', 'pay\\u200dload', 1],
    ['1\ufe0f', '1\\ufe0f', 1],
    ['\u{e0041}', '\\u{e0041}', 1],
  ])('%j is shown as %j', (text, expected, unseen) => {
    expect(shown(text, 1_000)).toEqual({ text: expected, isWhole: true, unseen });
  });

  it('is never cut inside an escape or an emoji', () => {
    expect(shown('\u202e'.repeat(50), 40).text).toBe('\\u202e\\u202e\\u202e… +47 more');
    expect(shown('🙂'.repeat(50), 40).text).toMatch(/^(?:🙂)+… \+\d+ more$/u);
  });

  it('is cut where a word ends, and says how much is left out', () => {
    const text = 'one two three '.repeat(1_000);
    expect(shown(text, 120).text).toMatch(/(?:one|two|three)… 13,9\d\d more characters$/);
    expect(shown('x'.repeat(500), 120).text).toMatch(/^x{80,}… \d+ more characters$/); // no word ends near
    expect(shown(`${'y'.repeat(120)}z`, 120).text).toMatch(/^y+… \d+ more characters$/);
  });

  it('counts what is left out exactly, wherever it is cut', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', '🙂', '\u202e', 'é'), maxLength: 400 });
    fc.assert(
      fc.property(texts, fc.integer({ min: 28, max: 200 }), (text, most) => {
        const { text: cut, isWhole } = shown(text, most, '\n');
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(most);
        if (isWhole) return;
        const [, kept = '', left = ''] = /^(.*)… \+?([\d,]+) more(?: characters?)?$/s.exec(cut) ?? [];
        const all = [...text];
        const points = all.length - Number(left.replace(',', ''));
        expect(kept).toBe(shown(all.slice(0, points).join(''), 10_000, '\n').text);
      }),
    );
  });

  it('cannot format, ping or link from a fallback text', () => {
    expect(fallbackText('<!channel> *b* `c` :tada: https://evil.example')).toBe(
      '&lt;!channel&gt; ∗b∗ ˋcˋ ∶tada: https∶//evil.example',
    );
  });
});
