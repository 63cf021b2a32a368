// Clients for Slack's Web API, each with its own temper, and who we are there.
import { LogLevel, WebClient, type WebClientOptions } from '@slack/web-api';
import { Failure } from '../../domain/failure.ts';
import type { Check, Observe } from '../../flow/ports.ts';
import { slackFailure, slackWord, UNHEALABLE } from './failures.ts';
import { quietLogger } from './quiet-logger.ts';

export type SlackSettings = {
  readonly botToken: string;
  /** Slack's own when absent. */
  readonly apiUrl?: string | undefined;
  readonly observe?: Observe;
  readonly now?: () => number;
};

/** Where the app is installed, and as whom it acts. */
export type Install = {
  readonly teamId: string;
  readonly enterpriseId?: string;
  readonly botId: string;
  readonly botUserId: string;
};

export type Slack = {
  /** For whoever waits at a screen: short patience, no retry. */
  readonly interactive: WebClient;
  /** For posts and updates: no retry either, since a repeated post is a second message; the effects' queue decides. */
  readonly outbound: WebClient;
  readonly settings: SlackSettings;
  /** Asked once; asked again as long as it failed. */
  install(): Promise<Install>;
  /** What `install` learned, if it did. */
  readonly known: Install | undefined;
  check(): Promise<Check>;
};

const INTERACTIVE_TIMEOUT_MS = 2_500;
/** With the checks before it, a post ends within the twelve seconds after which it counts as left behind. */
const OUTBOUND_TIMEOUT_MS = 6_000;
const CHECK_AGE_MS = 30_000;
const SLACK_API_URL = 'https://slack.com/api/';

export function connectSlack(settings: SlackSettings): Slack {
  if (settings.botToken.trim() === '') throw blank('SLACK_BOT_TOKEN', 'the bot token (xoxb-…) of the installed app');
  const options = clientOptions(settings);
  const interactive = new WebClient(settings.botToken, { ...options, timeout: INTERACTIVE_TIMEOUT_MS });
  const outbound = new WebClient(settings.botToken, { ...options, timeout: OUTBOUND_TIMEOUT_MS });
  const now = settings.now ?? Date.now;
  let known: Install | undefined;
  let asking: Promise<Install> | undefined;
  let checkedAt = Number.NEGATIVE_INFINITY;
  const ask = async () => {
    const answer = await interactive.auth.test().catch(error => {
      throw slackFailure(error, 'auth.test');
    });
    known = {
      teamId: answer.team_id ?? '',
      botId: answer.bot_id ?? '',
      botUserId: answer.user_id ?? '',
      ...(answer.enterprise_id === undefined ? {} : { enterpriseId: answer.enterprise_id }),
    };
    checkedAt = now();
    return known;
  };
  const askOnce = () => {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
  return {
    interactive,
    outbound,
    settings,
    get known() {
      return known;
    },
    install: async () => known ?? askOnce(),
    async check() {
      try {
        if (now() - checkedAt > CHECK_AGE_MS) await askOnce();
        return { name: 'slack', ok: true, detail: 'Slack knows the bot token.' };
      } catch (error) {
        return { name: 'slack', ok: false, detail: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}

/** A fresh object for each client: the SDK writes into the one it is given. */
export function clientOptions({ apiUrl, observe }: SlackSettings): WebClientOptions {
  return {
    slackApiUrl: withSlash(apiUrl ?? SLACK_API_URL),
    allowAbsoluteUrls: false,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: quietLogger(observe),
    logLevel: LogLevel.WARN,
  };
}

/** Whether Slack's answer means that no retry can help until somebody changes the settings. */
export function isUnhealable(error: unknown): boolean {
  const cause = error instanceof Failure ? error.cause : error;
  return UNHEALABLE.has(slackWord(cause) ?? '');
}

export function blank(variable: string, what: string): Failure {
  return new Failure('slack_setting_missing', `${variable} is missing or blank. Set it to ${what}.`, {
    isTransient: false,
  });
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}
