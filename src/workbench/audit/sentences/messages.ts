// What was shown and told.
import type { MESSAGE_EVENTS } from '../../../domain/audit/events/messages.ts';
import { by, type Tellers, US } from './wording.ts';

export const OF_MESSAGES: Tellers<keyof typeof MESSAGE_EVENTS> = {
  card_posted: ({ channel, ts, stands_for, evidence: { card } }) =>
    by(
      US,
      `posted the card in ${channel}`,
      `message ${ts}`,
      card === undefined ? undefined : `shown: card ${card}`,
      stands_for === undefined ? undefined : `Slack refused the full card ${stands_for}; this lesser one stands for it`,
    ),
  card_updated: ({ channel, ts, evidence: { card } }) =>
    by(US, `updated the card in ${channel}`, `message ${ts}`, card === undefined ? undefined : `shown: card ${card}`),
  card_vanished: ({ ts, cause }) => by(US, 'lost the card', `message ${ts}: ${cause}`),
  card_folded: ({ channel, ts }) => by(US, `took away a second message in ${channel}`, `message ${ts}`),
  card_undeliverable: ({ channel, cause }) => by(US, `could not post the card in ${channel}`, cause),
  told: ({ way, outcome, detail, channel, ts }) =>
    by(
      US,
      `${outcome === 'delivered' ? 'told' : outcome === 'given_up' ? 'gave up telling' : 'could not tell'} by ${way.replaceAll('_', ' ')}`,
      detail,
      channel === undefined ? undefined : `in ${channel}${ts === undefined ? '' : `, message ${ts}`}`,
    ),
};
