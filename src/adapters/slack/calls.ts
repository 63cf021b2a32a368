// A call of the Web API in its turn, and its error as a failure: what all messages of ours have in common.
import { Failure } from '../../domain/failure.ts';
import { slackFailure } from './failures.ts';
import type { Pace, Weight } from './pace.ts';

/** Nothing of a message may unfurl: a link in it is not ours to open. */
export const INERT = { unfurl_links: false, unfurl_media: false } as const;

export type Turn = { readonly weight: Weight; readonly whose: string };

export type Call = <T>(method: string, channel: string, turn: Turn, send: () => Promise<T>) => Promise<T>;

export function calls(pace: Pace): Call {
  return async (method, channel, turn, send) => {
    await pace.turn(method, channel, turn.weight, turn.whose);
    try {
      return await send();
    } catch (error) {
      const failure = slackFailure(error, method);
      if (failure instanceof Failure && failure.retryAfterMs !== undefined) {
        pace.holdBack(method, channel, failure.retryAfterMs);
      }
      throw failure;
    }
  };
}

export function noTs(): Failure {
  const message = 'Slack took the message without telling its ts, so it does not count as sent. It is tried again.';
  return new Failure('slack_no_ts', message, { isTransient: true });
}
