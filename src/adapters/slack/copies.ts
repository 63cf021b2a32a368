// Looks through a channel's history for messages of ours, since an answer of Slack's may have been lost.
import type { WebClient } from '@slack/web-api';
import type { Found } from '../../flow/ports.ts';
import { parseCardValue } from './cards/card-value.ts';
import { slackFailure, slackWord } from './failures.ts';

/** Marks a card, so that it can be found again. */
export const CARD_EVENT = 'approval_request';

export type Search = {
  readonly id: string;
  readonly channel: string;
  /** RFC 3339. */
  readonly since: string;
  readonly botId: string;
};

/** Slack's clock and the store's are not the same. */
const SLACK_S = 60;
const PAGE = 100;
/** A channel where cards come as fast as Slack takes them holds about this many until the last look. */
const MOST_PAGES = 10;

/** A request's cards in a channel, earliest first; undefined where the app may not read history. */
export async function findCopies(client: WebClient, search: Search): Promise<readonly Found[] | undefined> {
  const marked = await findMarked(client, search, { event: CARD_EVENT, member: 'request_id' });
  return marked?.flatMap(({ ts, blocks }) => {
    const hash = hashOn(blocks, search.id);
    return hash === undefined ? [] : [{ ts, hash }];
  });
}

/** What marks a message of ours: a type of metadata, and the member of it that has the id. */
export type Mark = { readonly event: string; readonly member: string };

type Marked = { readonly ts: string; readonly blocks: unknown };

/** Our messages in a channel that bear the id, earliest first; undefined where the app may not read history. */
export async function findMarked(
  client: WebClient,
  search: Search,
  mark: Mark,
): Promise<readonly Marked[] | undefined> {
  const found: Marked[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await history(client, search, cursor);
    if (answer === undefined) return undefined;
    for (const { metadata, bot_id, ts, blocks } of answer.messages ?? []) {
      const payload = metadata?.event_payload as { readonly [member: string]: unknown } | undefined;
      const isOurs = bot_id === search.botId && metadata?.event_type === mark.event;
      if (isOurs && payload?.[mark.member] === search.id && ts !== undefined) found.push({ ts, blocks });
    }
    cursor = answer.response_metadata?.next_cursor;
    if (cursor === undefined || cursor === '') break;
  }
  return found.toSorted((a, b) => Number(a.ts) - Number(b.ts));
}

/** Every card has a button, and every button of a card names its hash. */
function hashOn(blocks: unknown, id: string): string | undefined {
  const rows = Array.isArray(blocks) ? (blocks as readonly { elements?: unknown }[]) : [];
  const elements = rows.flatMap(row => (Array.isArray(row.elements) ? (row.elements as { value?: unknown }[]) : []));
  const values = elements.map(({ value }) => parseCardValue(typeof value === 'string' ? value : undefined));
  return values.find(value => value?.id === id)?.card;
}

async function history(client: WebClient, { channel, since }: Search, cursor: string | undefined) {
  try {
    return await client.conversations.history({
      channel,
      oldest: String(Date.parse(since) / 1_000 - SLACK_S),
      inclusive: true,
      limit: PAGE,
      include_all_metadata: true,
      ...(cursor === undefined ? {} : { cursor }),
    });
  } catch (error) {
    // Reading history is an optional scope. Without it a second card may remain: either can be clicked, and one vote counts.
    if (slackWord(error) === 'missing_scope') return undefined;
    throw slackFailure(error, 'conversations.history');
  }
}
