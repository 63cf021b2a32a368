// Tells a channel how many requests of a service are still to come there, in one message that is kept true.
import { isTransient } from '../../domain/failure.ts';
import type { CrowdTeller } from '../../flow/ports.ts';
import { calls, INERT, noTs, type Turn } from './calls.ts';
import { crowdCopySaid, crowdSaid } from './cards/crowd.ts';
import { createChannels } from './channels.ts';
import type { Slack } from './connect.ts';
import { findMarked } from './copies.ts';
import { isGone } from './failures.ts';
import type { Pace } from './pace.ts';

const MARK = { event: 'approval_crowd', member: 'crowd_id' } as const;

export type CrowdTellerWorld = {
  readonly slack: Slack;
  /** The one of the messenger: they say it in the same channels. */
  readonly pace: Pace;
  readonly now?: () => number;
};

export function createCrowdTeller({ slack, pace, now }: CrowdTellerWorld): CrowdTeller {
  const client = slack.outbound;
  const call = calls(pace);
  const channels = createChannels(slack, now);
  /** One among the messages of its service, like each of its cards. */
  const turnOf = (whose: string): Turn => ({ weight: 'request', whose });
  return {
    async post(message, crowd) {
      const { id, service, channel } = message;
      await slack.install();
      await channels.mustBeOurs(channel);
      // The cards that it tells of want every turn there is: once, it goes before them.
      const { ts } = await call('chat.postMessage', channel, { weight: 'decision', whose: service }, () =>
        client.chat.postMessage({
          channel,
          ...crowdSaid(message, crowd),
          ...INERT,
          // Readable by other apps of the workspace: an id and nothing else.
          metadata: { event_type: MARK.event, event_payload: { [MARK.member]: id } },
        }),
      );
      if (ts === undefined) throw noTs();
      return ts;
    },

    async update(message, ts, crowd) {
      const { service, channel } = message;
      await slack.install();
      await call('chat.update', channel, turnOf(service), () =>
        client.chat.update({ channel, ts, ...crowdSaid(message, crowd) }),
      );
    },

    async find({ id, channel, since }) {
      const { botId } = await slack.install();
      const found = await findMarked(client, { id, channel, since, botId }, MARK);
      return found?.map(({ ts }) => ts);
    },

    async remove(message, ts) {
      const { service, channel } = message;
      await slack.install();
      try {
        await call('chat.delete', channel, turnOf(service), () => client.chat.delete({ channel, ts }));
      } catch (error) {
        if (isTransient(error)) throw error;
        if (isGone(error)) return;
        const copy = { channel, ts, ...crowdCopySaid(message) };
        await call('chat.update', channel, turnOf(service), () => client.chat.update(copy));
      }
    },
  };
}
