// Shows requests to people: their cards, and the lines around them.
import { Failure } from '../../domain/failure.ts';
import type { RequestRecord } from '../../domain/record.ts';
import type { Messenger, Observe } from '../../flow/ports.ts';
import { calls, INERT, noTs, type Turn } from './calls.ts';
import { createCards } from './card-messages.ts';
import { asideMessage } from './cards/asides.ts';
import { callMessage, directMessage, type Said } from './cards/lines.ts';
import { userIdOf } from './cards/people.ts';
import { lineOf, noticeOf } from './cards/said.ts';
import { createChannels } from './channels.ts';
import { type MentionsWorld, mentionsOf } from './mentions.ts';
import { createPace, type Pace } from './pace.ts';
import { turnOf } from './turn.ts';

export type MessengerWorld = MentionsWorld & {
  readonly observe?: Observe;
  readonly pace?: Pace;
  readonly now?: () => number;
};

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
    ...createCards({ slack, mentions, call, channels, observe }),

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

function foreignAccount(): Failure {
  const message = 'The account is not of this workspace. Correct it in the people file.';
  return new Failure('slack_foreign_account', message, { isTransient: false });
}
