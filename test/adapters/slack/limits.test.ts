// Whatever a record holds, every message and modal is one that Slack takes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  closeReviewView,
  reviewRefusalNote,
  reviewRefusalText,
  reviewReminder,
} from '../../../src/adapters/slack/cards/after-review.ts';
import { approveView, denyView } from '../../../src/adapters/slack/cards/answer-views.ts';
import { detailsView } from '../../../src/adapters/slack/cards/details.ts';
import { homeView } from '../../../src/adapters/slack/cards/home.ts';
import { homeRow } from '../../../src/adapters/slack/cards/home-row.ts';
import { directMessage, noticeMessage, outcomeLine, voteLine } from '../../../src/adapters/slack/cards/lines.ts';
import { refusalNote } from '../../../src/adapters/slack/cards/refusal-note.ts';
import { remarkLine } from '../../../src/adapters/slack/cards/remarks.ts';
import { minimalCard, requestCard } from '../../../src/adapters/slack/cards/request-card.ts';
import { reviewView } from '../../../src/adapters/slack/cards/review.ts';
import { whyView } from '../../../src/adapters/slack/cards/why.ts';
import type { RequestRecord } from '../../../src/domain/record.ts';
import { refuse } from '../../../src/domain/refusal.ts';
import { requestId } from '../../../src/domain/request-id.ts';
import { visibleTextLength } from '../../../src/local/slack/blocks/limits.ts';
import { validateMessageBlocks } from '../../../src/local/slack/blocks/message.ts';
import { validateView } from '../../../src/local/slack/blocks/view.ts';
import { aRecord, mentions, wildRecord, wildText } from './records.ts';

const RUNS = { numRuns: 150 };
const about = { id: aRecord().id, card: `sha256:${'0'.repeat(64)}` } as const;

/** All text that a reader sees. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(textOf).join('');
  return typeof value === 'object' && value !== null ? Object.values(value).map(textOf).join('') : '';
}

function textBytes(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + textBytes(item), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, inner]) =>
      sum + (key === 'text' && typeof inner === 'string' ? Buffer.byteLength(inner) : textBytes(inner)),
    0,
  );
}

function buttonValues(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(buttonValues);
  if (typeof value !== 'object' || value === null) return [];
  const own = 'type' in value && value.type === 'button' && 'value' in value ? [String(value.value)] : [];
  return [...own, ...Object.values(value).flatMap(buttonValues)];
}

const remarks = [
  'reminder',
  'escalated',
  'policy_changed',
  'review_due',
  'review_closed',
  'redeemed',
  'revoked',
] as const;

describe('whatever the record holds', () => {
  it('E1 E2: a huge argument and thirty approver groups still yield a card that Slack takes', () => {
    fc.assert(
      fc.property(wildRecord, record => {
        for (const card of [requestCard(record, mentions), minimalCard(record)]) {
          expect(validateMessageBlocks(card.blocks)).toEqual([]);
          expect(card.text.length).toBeGreaterThan(0);
          expect(card.text.length).toBeLessThanOrEqual(4_000);
        }
      }),
      RUNS,
    );
  });

  it('E6: the click payload stays small: a card carries less than 3 KB of text', () => {
    fc.assert(
      fc.property(wildRecord, record => {
        const bytes = textBytes(requestCard(record, mentions).blocks);
        expect(bytes).toBeLessThan(3_072);
      }),
      RUNS,
    );
  });

  it('E7: no button value exceeds 100 characters', () => {
    fc.assert(
      fc.property(wildRecord, fc.integer({ min: 1, max: 9_999 }), (record, page) => {
        const values = buttonValues([
          requestCard(record, mentions).blocks,
          reviewView(record, about, mentions, page).blocks,
        ]);
        for (const value of values) expect(value.length).toBeLessThanOrEqual(100);
      }),
      RUNS,
    );
  });

  it('E10: the largest message or modal is under the budget of 10,000 characters', () => {
    fc.assert(
      fc.property(wildRecord, fc.integer({ min: 1, max: 40 }), (record, page) => {
        const views = [
          detailsView(record, mentions),
          whyView(record, mentions),
          whyView(record, mentions),
          denyView(record, about, mentions),
          approveView(record, about, mentions),
          reviewView(record, about, mentions, page),
        ];
        for (const view of views) {
          expect(validateView(view, 'modal')).toEqual([]);
          expect(visibleTextLength(view.blocks)).toBeLessThanOrEqual(10_000);
          expect((view.private_metadata ?? '').length).toBeLessThanOrEqual(100);
        }
        const said = [
          outcomeLine(record, mentions),
          directMessage(record, mentions),
          noticeMessage(record, 'C0SEC', mentions),
          refusalNote(refuse('already_resolved', record), mentions),
          ...remarks.flatMap(says => remarkLine(record, says, mentions) ?? []),
          ...record.votes.flatMap((_, i) => voteLine(record, i, '1 of 2', mentions) ?? []),
        ];
        for (const { text, blocks } of said) {
          expect(validateMessageBlocks(blocks)).toEqual([]);
          expect(visibleTextLength(blocks)).toBeLessThanOrEqual(10_000);
          expect(text.length).toBeLessThanOrEqual(4_000);
        }
      }),
      RUNS,
    );
  });

  it('E10: the notice, the reminder and the form of a review are ones that Slack takes, open or closed', () => {
    const at = '2026-11-25T07:00:00.000Z';
    const closing = fc.record({
      by: wildText(300),
      at: fc.constant(at),
      note: wildText(4_000),
      surface: fc.constant('api'),
    });
    const reviewers = fc.array(
      fc.record({ type: fc.constantFrom('user', 'group', 'slack_usergroup', 'slack_channel'), id: wildText(300) }),
      { minLength: 1, maxLength: 40 },
    );
    const reviews = fc.record(
      { dueAt: fc.constant(at), reminders: fc.constant(1), messages: fc.constant([]), reviewers, closed: closing },
      { requiredKeys: ['dueAt', 'reminders', 'messages'] },
    );
    fc.assert(
      fc.property(wildRecord, reviews, (before, review) => {
        const record = { ...before, review: review as NonNullable<RequestRecord['review']> };
        const view = closeReviewView(record, mentions);
        expect(validateView(view, 'modal')).toEqual([]);
        expect(visibleTextLength(view.blocks)).toBeLessThanOrEqual(10_000);
        const late = reviewRefusalNote(refuse('already_reviewed', record), mentions);
        for (const { text, blocks } of [
          noticeMessage(record, 'C0SEC', mentions),
          reviewReminder(record, mentions),
          late,
        ]) {
          expect(validateMessageBlocks(blocks)).toEqual([]);
          expect(visibleTextLength(blocks)).toBeLessThanOrEqual(10_000);
          expect(text.length).toBeLessThanOrEqual(4_000);
        }
        expect(reviewRefusalText(refuse('already_reviewed', record)).length).toBeLessThanOrEqual(300);
      }),
      RUNS,
    );
  });

  it('E4: a card that cannot show everything has no Approve, and one that can has no Review', () => {
    fc.assert(
      fc.property(wildRecord, record => {
        const card = requestCard(record, mentions);
        const labels = JSON.stringify(card.blocks);
        const hasApprove = labels.includes('"action_id":"approve"');
        const hasReview = labels.includes('"action_id":"review"');
        const isOpen = record.status === 'pending' && (record.approval?.surfaces ?? ['slack']).includes('slack');
        expect(hasApprove).toBe(isOpen && card.isWhole);
        expect(hasReview).toBe(isOpen && !card.isWhole);
      }),
      RUNS,
    );
  });

  it('a card has no character that a reader cannot see', () => {
    fc.assert(
      fc.property(wildRecord, record => {
        const card = requestCard(record, mentions);
        for (const hidden of ['\u202e', '\u200b', '\u3164', '\u0000', '\u001b']) {
          expect(textOf([card.blocks, card.text])).not.toContain(hidden);
        }
      }),
      RUNS,
    );
  });
});

describe('the Home tab', () => {
  const few = fc.array(wildRecord, { minLength: 5, maxLength: 5 });
  const many = fc.array(wildRecord, { minLength: 10, maxLength: 10 });
  const named = (records: readonly RequestRecord[]) =>
    records.map((record, i) => ({ ...record, id: requestId('home', String(i)) }));

  it('is one that Slack takes, whatever stands in it', () => {
    fc.assert(
      fc.property(many, few, few, few, wildText(400), (waiting, own, resolved, reviews, words) => {
        const all = (items: readonly RequestRecord[]) => ({ items: named(items), count: 1_000 });
        const review = { dueAt: '2026-11-24T07:20:00.000Z', reminders: 0, messages: [] };
        const scope = { service: words, action: words, resource: { type: words, id: words }, user: words };
        const at = '2026-11-24T07:20:00.000Z';
        const standing = { scope, votes: [], request: 'req_1', grantedBy: words, grantedAt: at, expiresAt: at };
        const view = homeView(
          {
            account: 'slack:T0ACME:U0BOB',
            who: { id: 'slack:T0ACME:U0BOB', user: words, groups: [], kind: 'member', matched_by: 'link' },
            waiting: { ...all(waiting.map(one => ({ ...one, status: 'pending' }))), page: 1, pages: 100 },
            own: all(own),
            resolved: all(resolved.map(one => ({ ...one, mayRevoke: true as const }))),
            reviews: all(reviews.map(one => ({ ...one, review }))),
            standing: {
              items: [1, 2, 3, 4, 5].map(n => ({ ...standing, id: `sta_${n}`, uses: 1, maxUses: n })),
              count: 1_000,
            },
            isCut: true,
            isUnsure: true,
          },
          mentions,
        );
        expect(validateView(view, 'home')).toEqual([]);
        expect(JSON.stringify(view).length).toBeLessThan(200_000);
      }),
      { numRuns: 12 },
    );
  });

  it('a row that cannot show everything has Review and no Approve; one that can has the hash of what it shows', () => {
    fc.assert(
      fc.property(wildRecord, wild => {
        const record: RequestRecord = { ...wild, status: 'pending' };
        const row = homeRow(record, mentions);
        const labels = JSON.stringify(row.blocks);
        const isOpen = (record.approval?.surfaces ?? ['slack']).includes('slack');
        expect(labels.includes('"action_id":"approve"')).toBe(isOpen && row.isWhole);
        expect(labels.includes('"action_id":"review"')).toBe(isOpen && !row.isWhole);
        expect(labels).toContain(`${record.id}.${row.hash.slice('sha256:'.length)}`);
        // What stands in a row in full, the card has in full as well: Approve does the same in both places.
        if (row.isWhole) expect(requestCard(record, mentions).isWhole).toBe(true);
      }),
      RUNS,
    );
  });
});
