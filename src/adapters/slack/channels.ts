// What we must know of a channel before we ask there: that it is ours alone.
import { Failure } from '../../domain/failure.ts';
import type { Slack } from './connect.ts';
import { slackFailure } from './failures.ts';
import { remembering } from './remembering.ts';

export type Channels = {
  /** Throws when people of another organisation are in the channel, or are about to be. */
  mustBeOurs(channel: string): Promise<void>;
  /** The channel of our direct messages with somebody. */
  directWith(user: string): Promise<string>;
};

/** A channel can be shared at any time; the check of every click is the real gate. */
const CHANNEL_AGE_MS = 60_000;
const DIRECT_AGE_MS = 86_400_000;

export function createChannels(slack: Slack, now: () => number = Date.now): Channels {
  const client = slack.interactive;
  const infos = remembering(CHANNEL_AGE_MS, now, async (channel: string) => {
    const answer = await client.conversations.info({ channel }).catch(error => {
      throw slackFailure(error, 'conversations.info');
    });
    return answer.channel;
  });
  const directs = remembering(DIRECT_AGE_MS, now, async (user: string) => {
    const answer = await client.conversations.open({ users: user }).catch(error => {
      throw slackFailure(error, 'conversations.open');
    });
    return answer.channel?.id ?? '';
  });
  return {
    async mustBeOurs(channel) {
      const info = await infos.get(channel);
      if (info?.is_ext_shared === true || info?.is_pending_ext_shared === true) throw shared();
      if (info?.is_archived === true) throw archived();
    },
    directWith: user => directs.get(user),
  };
}

function shared(): Failure {
  const message =
    'The channel is shared with another organisation, or an invitation to one is open. Name a channel of your own.';
  return new Failure('slack_channel_shared', message, { isTransient: false });
}

function archived(): Failure {
  const message = 'The channel is archived. Unarchive it or name another one in policy.';
  return new Failure('slack_is_archived', message, { isTransient: false });
}
