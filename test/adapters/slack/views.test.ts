// What stands around a card: modals, lines in its thread, and text that is not ours.
import { describe, expect, it } from 'vitest';
import { denyView } from '../../../src/adapters/slack/cards/answer-views.ts';
import { parseCardValue } from '../../../src/adapters/slack/cards/card-value.ts';
import { detailsView } from '../../../src/adapters/slack/cards/details.ts';
import { voteLine } from '../../../src/adapters/slack/cards/lines.ts';
import { remarkLine } from '../../../src/adapters/slack/cards/remarks.ts';
import { requestCard } from '../../../src/adapters/slack/cards/request-card.ts';
import { reviewView } from '../../../src/adapters/slack/cards/review.ts';
import { fallbackText } from '../../../src/adapters/slack/escape.ts';
import { shown } from '../../../src/adapters/slack/visible.ts';
import type { RequestRecord } from '../../../src/domain/record.ts';
import { aRecord, aVote, deploy, mentions } from './records.ts';
import { said } from './said.ts';

const card = (record: RequestRecord) => requestCard(record, mentions);
const about = { id: aRecord().id, card: card(aRecord()).hash };

describe('modals', () => {
  it('Deny asks for a reason where policy requires one', () => {
    const view = denyView(aRecord(), about, mentions);
    expect(view.submit?.text).toBe('Deny');
    expect(view.blocks.at(-1)).toMatchObject({ type: 'input', optional: false });
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
    expect(shown('\u202e'.repeat(50), 40).text).toBe('\\u202e\\u202e\\u202e…(+47 chars)');
    expect(shown('🙂'.repeat(50), 40).text).toMatch(/^(?:🙂)+…\(\+\d+ chars\)$/u);
  });

  it('cannot format, ping or link from a fallback text', () => {
    expect(fallbackText('<!channel> *b* `c` :tada: https://evil.example')).toBe(
      '&lt;!channel&gt; ∗b∗ ˋcˋ ∶tada: https∶//evil.example',
    );
  });
});
