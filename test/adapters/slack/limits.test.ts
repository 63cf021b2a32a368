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
import { directMessage, noticeMessage, outcomeLine, voteLine } from '../../../src/adapters/slack/cards/lines.ts';
import { refusalNote } from '../../../src/adapters/slack/cards/refusal-note.ts';
import { remarkLine } from '../../../src/adapters/slack/cards/remarks.ts';
import { minimalCard, requestCard } from '../../../src/adapters/slack/cards/request-card.ts';
import { reviewView } from '../../../src/adapters/slack/cards/review.ts';
import type { RequestRecord } from '../../../src/domain/record.ts';
import { refuse } from '../../../src/domain/refusal.ts';
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

it('the Home tab is one that Slack takes', () => {
  expect(validateView(homeView(), 'home')).toEqual([]);
});
