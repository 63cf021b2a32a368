// Shows requests to people: posts cards, keeps them true to the record, writes the lines around them.
import { Failure, failureCode, isTransient } from '../../domain/failure.ts';
import type { RequestRecord } from '../../domain/record.ts';
import type { Directory, Messenger, Observe, Shown } from '../../flow/ports.ts';
import { calls, INERT, noTs, type Turn } from './calls.ts';
import { asideMessage } from './cards/asides.ts';
import { callMessage, copySaid, directMessage, type Said } from './cards/lines.ts';
import type { Mentions } from './cards/people.ts';
import { userIdOf } from './cards/people.ts';
import { minimalCard, requestCard } from './cards/request-card.ts';
import { lineOf, noticeOf } from './cards/said.ts';
import { createChannels } from './channels.ts';
import type { Slack } from './connect.ts';
import { CARD_EVENT, findCopies } from './copies.ts';
import { isGone, isMisshapen } from './failures.ts';
import { createPace, type Pace, type Weight } from './pace.ts';

export type MessengerWorld = {
  readonly slack: Slack;
  readonly directory: Pick<Directory, 'slackAccountsOf'> & Partial<Pick<Directory, 'membersOf'>>;
  readonly observe?: Observe;
  readonly pace?: Pace;
  readonly now?: () => number;
};

/** Whom a record's people are in this workspace. */
export function mentionsOf({ slack, directory }: Pick<MessengerWorld, 'slack' | 'directory'>): Mentions {
  return {
    slackAccountsOf: person => directory.slackAccountsOf(person),
    membersOf: group => directory.membersOf?.(group) ?? [],
    get teamId() {
      return slack.known?.teamId;
    },
  };
}

export function createMessenger(world: MessengerWorld): Messenger {
  const { slack, observe } = world;
  const client = slack.outbound;
  const mentions = mentionsOf(world);
  const pace = world.pace ?? createPace(world.now);
  const call = calls(pace);
  const channels = createChannels(slack, world.now);

  async function say(channel: string, { text, blocks }: Said, turn: Turn, threadTs?: string): Promise<string> {
    const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
    const { ts } = await call('chat.postMessage', channel, turn, () =>
      client.chat.postMessage({ channel, text, blocks, ...INERT, ...thread }),
    );
    if (ts === undefined) throw noTs();
    return ts;
  }

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

  /** To one person, where nobody else reads it. */
  async function alone(record: RequestRecord, account: string, said: () => Promise<Said | undefined>): Promise<void> {
    const { teamId } = await slack.install();
    const user = userIdOf(account, teamId);
    if (user === undefined) throw foreignAccount();
    const channel = await channels.directWith(user);
    const message = await said();
    if (message !== undefined) await say(channel, message, turnOf(record));
  }

  /** Where the card is; without it the message still says what is needed. */
  async function permalink({ channel, ts }: { channel: string; ts: string }): Promise<string | undefined> {
    const answer = await client.chat.getPermalink({ channel, message_ts: ts }).catch(() => undefined);
    return answer?.permalink;
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

    async line(record, card, line) {
      const said = lineOf(record, line, mentions);
      return said === undefined ? undefined : say(card.channel, said, turnOf(record), card.ts);
    },

    direct: (record, account) => alone(record, account, async () => directMessage(record, mentions)),

    call: (record, account, card) => alone(record, account, async () => callMessage(record, await permalink(card))),

    aside: (record, account, card, position) =>
      alone(record, account, async () => asideMessage(record, position, mentions, await permalink(card))),

    async notice(record, channel, says) {
      await slack.install();
      await channels.mustBeOurs(channel);
      return say(channel, noticeOf(record, channel, says, mentions), turnOf(record));
    },

    async updateNotice(record, { channel, ts, says }) {
      await slack.install();
      const { text, blocks } = noticeOf(record, channel, says, mentions);
      await call('chat.update', channel, turnOf(record), () => client.chat.update({ channel, ts, text, blocks }));
    },
  };
}

/** People wait for a decision and for a question; nobody waits for what ran out of time. */
function weightOf({ status, resolution }: RequestRecord): Weight {
  if (resolution?.by === 'people' || resolution?.by === 'policy') return 'decision';
  return status === 'pending' ? 'request' : 'telling';
}

/** A service that has much to say has its turns among the others. */
function turnOf(record: RequestRecord): Turn {
  return { weight: weightOf(record), whose: record.service.id };
}

/** Readable by other apps of the workspace: an id and nothing else. */
function metadataOf(record: RequestRecord) {
  return { event_type: CARD_EVENT, event_payload: { request_id: record.id } };
}

function gone(cause: unknown): Failure {
  const message = "The request's message cannot be changed any more. A fresh one is posted in its place.";
  return new Failure('slack_message_gone', message, { cause, isTransient: false });
}

function foreignAccount(): Failure {
  const message = 'The account is not of this workspace. Correct it in the people file.';
  return new Failure('slack_foreign_account', message, { isTransient: false });
}
