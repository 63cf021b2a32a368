// The messages of a request that are its cards: posted, found again, kept true to the record, and taken away where one is too many.
import { Failure, failureCode, isTransient } from '../../domain/failure.ts';
import type { RequestRecord } from '../../domain/record.ts';
import type { Messenger, Observe, Shown } from '../../flow/ports.ts';
import { type Call, INERT, noTs, type Turn } from './calls.ts';
import { copySaid, type Said } from './cards/lines.ts';
import type { Mentions } from './cards/people.ts';
import { minimalCard, requestCard } from './cards/request-card.ts';
import type { Channels } from './channels.ts';
import type { Slack } from './connect.ts';
import { CARD_EVENT, findCopies } from './copies.ts';
import { isGone, isMisshapen } from './failures.ts';
import { turnOf } from './turn.ts';

type CardsWorld = {
  readonly slack: Slack;
  readonly mentions: Mentions;
  readonly call: Call;
  readonly channels: Channels;
  readonly observe: Observe | undefined;
};

export function createCards({
  slack,
  mentions,
  call,
  channels,
  observe,
}: CardsWorld): Pick<Messenger, 'hashOf' | 'post' | 'find' | 'withdraw' | 'update'> {
  const client = slack.outbound;

  /** Sends the card; where Slack does not take its form, the least card there is: never silence. */
  async function withCard<T>(record: RequestRecord, send: (card: Said) => Promise<T>): Promise<Shown & { sent: T }> {
    const card = requestCard(record, mentions);
    try {
      return { sent: await send(card), hash: card.hash };
    } catch (error) {
      if (!isMisshapen(error)) throw error;
      const code = failureCode(error, 'slack_invalid_blocks');
      const message = `Slack did not take the card of ${record.id}; a minimal one is shown. Please report this.`;
      observe?.({ kind: 'trouble', where: 'slack', code, message });
      const least = minimalCard(record);
      return { sent: await send(least), hash: least.hash, standsFor: card.hash };
    }
  }

  return {
    hashOf: record => requestCard(record, mentions).hash,

    async post(record, channel) {
      await slack.install();
      await channels.mustBeOurs(channel);
      const { sent: ts, ...shown } = await withCard(record, async card => {
        const answer = await call('chat.postMessage', channel, { ...turnOf(record), weight: 'request' }, () =>
          client.chat.postMessage({
            channel,
            ...(card.text === '' ? {} : { text: card.text }),
            blocks: card.blocks,
            ...INERT,
            metadata: metadataOf(record),
          }),
        );
        if (answer.ts === undefined) throw noTs();
        return answer.ts;
      });
      return { ts, ...shown };
    },

    async find(record, channel, since) {
      const { botId } = await slack.install();
      return findCopies(client, { id: record.id, channel, since, botId });
    },

    async withdraw(record, { channel, ts }) {
      await slack.install();
      const turn: Turn = { ...turnOf(record), weight: 'telling' };
      try {
        await call('chat.delete', channel, turn, () => client.chat.delete({ channel, ts }));
      } catch (error) {
        if (isTransient(error)) throw error;
        if (!isGone(error))
          await call('chat.update', channel, turn, () => client.chat.update({ channel, ts, ...copySaid(record) }));
      }
    },

    async update(record, channel, ts) {
      await slack.install();
      const turn = turnOf(record);
      const { sent: _, ...shown } = await withCard(record, ({ text, blocks }) =>
        call('chat.update', channel, turn, () => client.chat.update({ channel, ts, text, blocks })),
      ).catch(error => {
        throw isGone(error) ? gone(error) : error;
      });
      return shown;
    },
  };
}

/** Readable by other apps of the workspace: an id and nothing else. */
function metadataOf(record: RequestRecord) {
  return { event_type: CARD_EVENT, event_payload: { request_id: record.id } };
}

function gone(cause: unknown): Failure {
  const message = "The request's message cannot be changed any more. A fresh one is posted in its place.";
  return new Failure('slack_message_gone', message, { cause, isTransient: false });
}
