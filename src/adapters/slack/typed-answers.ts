// Somebody who types "lgtm" below a card has answered nothing, and is told so, alone and once for each request.
import { z } from 'zod';
import { slackAccount } from '../../domain/account.ts';
import type { RequestRecord } from '../../domain/record.ts';
import type { Observe } from '../../flow/ports.ts';
import { isDecidable } from './cards/decidable.ts';
import { plainNote } from './cards/refusal-note.ts';
import type { Slack } from './connect.ts';
import { CARD_EVENT } from './copies.ts';
import { slackWord } from './failures.ts';
import type { Pace } from './pace.ts';

export type TypedWorld = {
  readonly slack: Slack;
  readonly find: (id: string) => Promise<RequestRecord | undefined>;
  /** Whether nobody has asked by this name before. */
  readonly once: (name: string) => Promise<boolean>;
  readonly pace: Pace;
  readonly observe?: Observe;
};

const replySchema = z.object({
  /** Edits, joins and the like are no reply. */
  subtype: z.undefined().optional(),
  bot_id: z.undefined().optional(),
  user: z.string().min(1),
  text: z.string().max(80),
  channel: z.string().min(1),
  ts: z.string(),
  thread_ts: z.string().min(1),
});

type Reply = z.infer<typeof replySchema>;

/** What people type who believe that it is read: nothing but one of these, whatever stands around it. */
const ANSWERS =
  /^[\s\p{P}\p{S}]*(?:lgtm|ok(?:ay)?|yes|approved?|approve this|ship it|\+1|thumbsup|den(?:y|ied)|reject(?:ed)?)[\s\p{P}\p{S}]*$/iu;
const THUMBS = /^\s*(?::\+1:|👍)/u;

const HINT =
  'Your reply is no answer: nothing was counted. To approve or deny, use the buttons on the card, or the app’s Home tab.';

export function isTypedAnswer(text: string): boolean {
  return ANSWERS.test(text) || THUMBS.test(text);
}

/** Hears of every message, and looks at nothing but short replies that read like an answer. */
export function createTypedAnswers(world: TypedWorld): (event: unknown, team: string) => Promise<void> {
  return async (event, team) => {
    const parsed = replySchema.safeParse(event);
    if (!parsed.success || parsed.data.thread_ts === parsed.data.ts || !isTypedAnswer(parsed.data.text)) return;
    try {
      await hint(world, parsed.data, slackAccount(team, parsed.data.user));
    } catch (error) {
      // It changes nothing: the reply counts for nothing either way.
      const message = `Somebody who typed an answer below a card could not be told to use the buttons: ${slackWord(error) ?? 'no answer'}.`;
      world.observe?.({ kind: 'trouble', where: 'slack', code: 'typed_answer_untold', message });
    }
  };
}

async function hint(world: TypedWorld, { channel, user, thread_ts }: Reply, account: string): Promise<void> {
  const id = await requestOf(world, channel, thread_ts);
  const record = id === undefined ? undefined : await world.find(id);
  if (id === undefined || record === undefined || !isDecidable(record)) return;
  if (!(await world.once(`hint:${id}:${account}`))) return;
  await world.slack.interactive.chat.postEphemeral({ channel, user, thread_ts, ...plainNote(HINT) });
}

/** The request whose card the thread hangs below, by what marks a card of ours. */
async function requestOf({ slack, pace }: TypedWorld, channel: string, ts: string): Promise<string | undefined> {
  const { botId } = await slack.install();
  await pace.turn('conversations.history', '', 'telling');
  const { messages } = await slack.interactive.conversations.history({
    channel,
    latest: ts,
    oldest: ts,
    inclusive: true,
    limit: 1,
    include_all_metadata: true,
  });
  const [card] = messages ?? [];
  const { metadata } = card ?? {};
  if (card?.ts !== ts || card.bot_id !== botId || metadata?.event_type !== CARD_EVENT) return undefined;
  const { request_id } = metadata.event_payload as { readonly request_id?: unknown };
  return typeof request_id === 'string' ? request_id : undefined;
}
