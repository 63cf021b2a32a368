// Slack's errors as failures: a code, whether trying again can help, and what somebody can do about it.
import { ErrorCode, type WebAPICallError } from '@slack/web-api';
import { Failure, isTransient } from '../../domain/failure.ts';

/** How long to hold back when Slack says "too fast" and not how long. */
const DEFAULT_RETRY_AFTER_MS = 2_000;

const RATE_LIMITED = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded']);

/** Slack's trouble, or ours with the token: the request itself is fine, and may go through later. */
const PASSING = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
  'not_authed',
  'invalid_auth',
  'token_revoked',
  'token_expired',
  'account_inactive',
]);

/** No retry mends these: the connection to Slack cannot be made with what we were given. */
export const UNHEALABLE = new Set([
  'not_authed',
  'invalid_auth',
  'token_revoked',
  'token_expired',
  'account_inactive',
  'user_removed_from_team',
  'team_disabled',
  'not_allowed_token_type',
  'org_login_required',
]);

/** The message that a card was is not there any more, or not ours to change. */
const GONE = new Set([
  'message_not_found',
  'cant_update_message',
  'edit_window_closed',
  'is_inactive',
  'channel_not_found',
  'not_in_channel',
]);

/** Slack did not take the form of a message. */
const MISSHAPEN = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_blocks_too_long',
  'msg_too_long',
  'metadata_too_large',
  'invalid_metadata_format',
  'invalid_metadata_schema',
]);

const REMEDIES = new Map([
  ['channel_not_found', 'Check the channel id, and invite the app to it if it is private.'],
  ['is_archived', 'Unarchive the channel or name another one in policy.'],
  ['not_in_channel', 'Invite the app to the channel.'],
  ['restricted_action', "Allow the app to post in this channel, in the channel's settings."],
  ['missing_scope', 'Add the scope in the app configuration and reinstall the app.'],
  ['user_disabled', 'Remove the account from the people file.'],
  ['user_not_found', 'Correct the account in the people file.'],
  ['cannot_dm_bot', 'Map the person to a human account in the people file.'],
]);
const TOKEN_REMEDY = 'Set SLACK_BOT_TOKEN (and SLACK_APP_TOKEN in Socket Mode) to the tokens of the installed app.';

/** Slack's own word for what went wrong, if the error came from Slack's answer. */
export function slackWord(error: unknown): string | undefined {
  const known = asCallError(error);
  return known?.code === ErrorCode.PlatformError ? known.data.error : undefined;
}

/** An error of a Web API call, told as a failure. Other errors come back as they are. */
export function slackFailure(error: unknown, method: string): unknown {
  const known = asCallError(error);
  if (known === undefined) return error;
  switch (known.code) {
    case ErrorCode.RateLimitedError:
      return tooFast(method, known.retryAfter * 1_000, error);
    case ErrorCode.PlatformError:
      return RATE_LIMITED.has(known.data.error)
        ? tooFast(method, DEFAULT_RETRY_AFTER_MS, error)
        : refused(known.data.error, needed(known.data), method, error);
    case ErrorCode.HTTPError:
    case ErrorCode.RequestError:
      return new Failure(
        'slack_unreachable',
        `Slack did not answer ${method}. It is tried again; check SLACK_API_URL and the network if it lasts.`,
        { cause: error, isTransient: true },
      );
    default:
      return known satisfies never;
  }
}

export function tooFast(method: string, retryAfterMs: number, cause?: unknown): Failure {
  return new Failure('slack_rate_limited', `Slack asks to slow down with ${method}. It is tried again by itself.`, {
    isTransient: true,
    retryAfterMs,
    ...(cause === undefined ? {} : { cause }),
  });
}

function refused(word: string, scope: string, method: string, cause: unknown): Failure {
  const remedy = UNHEALABLE.has(word)
    ? TOKEN_REMEDY
    : (REMEDIES.get(word) ?? 'See the Slack documentation of this error.');
  return new Failure(`slack_${word}`, `Slack refused ${method}: ${word}${scope}. ${remedy}`, {
    cause,
    isTransient: PASSING.has(word),
  });
}

/** The scope that is missing, when Slack names it. */
function needed(data: object): string {
  return 'needed' in data && typeof data.needed === 'string' ? ` (${data.needed})` : '';
}

const CODES: ReadonlySet<string> = new Set([
  ErrorCode.RateLimitedError,
  ErrorCode.PlatformError,
  ErrorCode.HTTPError,
  ErrorCode.RequestError,
]);

/** Recognised by code, never by text. */
function asCallError(error: unknown): WebAPICallError | undefined {
  const hasCode = error instanceof Error && 'code' in error && typeof error.code === 'string' && CODES.has(error.code);
  return hasCode ? (error as WebAPICallError) : undefined;
}

/** Whether a failure says that the message is not there any more, or not ours to change. */
export function isGone(error: unknown): boolean {
  return GONE.has(wordOf(error));
}

/** Whether a failure says that Slack did not take the form of a message. */
export function isMisshapen(error: unknown): boolean {
  return !isTransient(error) && MISSHAPEN.has(wordOf(error));
}

/** Slack's word in a failure's cause: a code of Slack's, not a text of ours. */
function wordOf(error: unknown): string {
  return (error instanceof Failure ? slackWord(error.cause) : undefined) ?? '';
}
