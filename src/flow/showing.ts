// Where a request stands in Slack: in the channel where people are asked, and in one more once more people are asked.
import type { Card, RequestRecord } from '../domain/record.ts';

export type Showing = {
  /** Where it may be posted, the first that takes it. */
  readonly channels: readonly string[];
  readonly card: Card | undefined;
  /** Without this one nobody is asked, and the request must say so. */
  readonly isMain: boolean;
};

/** `approvalsChannel`: where a decision that names no channel goes, and one whose channel cannot be posted to. */
export type ShowingOf = (record: RequestRecord, approvalsChannel: string) => Showing | undefined;

export const mainShowing: ShowingOf = (record, approvalsChannel) => {
  const further = furtherChannel(record, approvalsChannel);
  const channels = mainChannels(record, approvalsChannel);
  return { channels, card: record.cards.find(card => card.channel !== further && card.ts !== undefined), isMain: true };
};

/** The one of the escalation. */
export const furtherShowing: ShowingOf = (record, approvalsChannel) => {
  const channel = furtherChannel(record, approvalsChannel);
  if (channel === undefined) return undefined;
  const card = record.cards.find(shown => shown.channel === channel && shown.ts !== undefined);
  return { channels: [channel], card, isMain: false };
};

function mainChannels({ approval }: RequestRecord, approvalsChannel: string): readonly string[] {
  return [approval?.channel, approvalsChannel].filter(channel => channel !== undefined);
}

/** Where the card stands as well once the request has been escalated; the request's own channel needs no second one. */
function furtherChannel(record: RequestRecord, approvalsChannel: string): string | undefined {
  const channel = record.escalatedAt === undefined ? undefined : record.approval?.escalate?.channel;
  return channel === undefined || mainChannels(record, approvalsChannel).includes(channel) ? undefined : channel;
}
