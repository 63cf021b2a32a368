// Looks through a channel's history for cards that we posted and whose answer was lost.
import type { WebClient } from '@slack/web-api';
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
const MOST_PAGES = 5;

export type Copy = { readonly ts: string; readonly hash: string };

/** A request's cards in a channel, earliest first; none where the app may not read history. */
export async function findCopies(client: WebClient, search: Search): Promise<Copy[]> {
  const found: Copy[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await history(client, search, cursor);
    if (answer === undefined) return [];
    for (const message of answer.messages ?? []) {
      const { metadata, bot_id, ts, blocks } = message;
      const payload = metadata?.event_payload as { request_id?: unknown } | undefined;
      const isOurs = bot_id === search.botId && metadata?.event_type === CARD_EVENT;
      const hash = hashOn(blocks, search.id);
      if (isOurs && payload?.request_id === search.id && ts !== undefined && hash !== undefined) {
        found.push({ ts, hash });
      }
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
    // Reading history is an optional scope. Without it a duplicate may remain, which does no harm.
    if (slackWord(error) === 'missing_scope') return undefined;
    throw slackFailure(error, 'conversations.history');
  }
}
