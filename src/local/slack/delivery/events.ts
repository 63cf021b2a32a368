// The Events API: what the app has subscribed to, delivered, and tried again at once, after a minute and after five.
import { randomBytes } from 'node:crypto';
import type { State } from '../state.ts';
import type { Wire } from '../wire.ts';
import type { Ack, Envelope, Transport } from './envelope.ts';

const RETRY_DELAYS_MS = [0, 60_000, 300_000] as const;

export const DEFAULT_EVENTS = [
  'app_home_opened',
  'app_uninstalled',
  'tokens_revoked',
  'user_change',
  'subteam_members_changed',
  'channel_archive',
  'message.channels',
  'message.groups',
] as const;

/** What an app subscribes to for messages, and the scope without which it hears of none: by where they are said. */
const MESSAGES: Readonly<Record<string, { readonly name: string; readonly scope: string }>> = {
  channel: { name: 'message.channels', scope: 'channels:history' },
  group: { name: 'message.groups', scope: 'groups:history' },
  im: { name: 'message.im', scope: 'im:history' },
};

export type Events = {
  /** Resolves with what became of the first delivery. Undefined when the app has not subscribed. */
  readonly emit: (event: Wire & { readonly type: string }) => Promise<Ack | undefined>;
  /** A new connection gets at once what found no connection before. */
  readonly flush: () => void;
};

export function createEvents(
  state: State,
  transport: Transport,
  subscribed: ReadonlySet<string>,
  scopes: ReadonlySet<string>,
): Events {
  const stranded = new Map<() => void, () => void>();

  async function attempt(envelope: Envelope): Promise<Ack> {
    const ack = await transport.deliver(envelope);
    state.changed();
    const attempts = envelope.retry?.attempt ?? 0;
    const delayMs = RETRY_DELAYS_MS[attempts];
    if (ack.acked || !ack.mayRetry || delayMs === undefined) return ack;
    const again = (): void => {
      stranded.delete(again);
      void attempt({ ...envelope, retry: { attempt: attempts + 1, reason: reasonFor(ack.failure) } });
    };
    stranded.set(again, state.clock.after(delayMs, again));
    return ack;
  }

  return {
    async emit(event) {
      const said = event.type === 'message' ? MESSAGES[String(event.channel_type)] : undefined;
      if (!subscribed.has(said?.name ?? event.type)) return undefined;
      if (said !== undefined && !scopes.has(said.scope)) return undefined;
      const team_id = state.team.id;
      const payload = {
        token: 'legacy-verification-token',
        team_id,
        api_app_id: state.app.id,
        event: { ...event, event_ts: state.clock.nextTs() },
        type: 'event_callback',
        event_id: `Ev${randomBytes(5).toString('hex').toUpperCase()}`,
        event_time: Math.floor(state.clock.now() / 1000),
        authorizations: [
          { enterprise_id: null, team_id, user_id: state.app.botUserId, is_bot: true, is_enterprise_install: false },
        ],
        is_ext_shared_channel: false,
      };
      const signedAtS = Math.floor(Date.now() / 1000);
      return attempt({ kind: 'events_api', payload, acceptsResponse: false, signedAtS });
    },
    flush() {
      for (const [again, cancel] of [...stranded]) {
        cancel();
        again();
      }
    },
  };
}

function reasonFor(failure: string): string {
  if (failure === 'timeout') return 'timeout';
  return failure.startsWith('http_') ? 'http_error' : 'connection_failed';
}
