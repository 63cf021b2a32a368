// What was shown and said to people and services.
import { z } from 'zod';
import { evidenceSchema as evidence } from '../evidence.ts';
import { text, way } from '../parts.ts';
import { listed } from './listed.ts';

export const MESSAGE_EVENTS = {
  card_posted: listed('chained', 'a card stands in Slack', {
    channel: text,
    ts: text,
    /** Hash of the card that Slack did not take. */
    stands_for: text.optional(),
    evidence,
  }),
  card_updated: listed('chained', 'a card shows a newer state', {
    channel: text,
    ts: text,
    stands_for: text.optional(),
    evidence,
  }),
  card_vanished: listed('chained', 'a card is gone, or cannot be changed any more', { ts: text, cause: text }),
  card_folded: listed('chained', 'a further message of a request is no card: it is taken away', {
    channel: text,
    ts: text,
    into: text.optional(),
  }),
  card_undeliverable: listed('chained', 'a channel takes no card', { channel: text, cause: text }),
  told: listed('chained', 'somebody was told, or cannot be', {
    way,
    key: text,
    outcome: z.enum(['delivered', 'given_up', 'not_possible']),
    detail: text.optional(),
    channel: text.optional(),
    ts: text.optional(),
  }),
};
