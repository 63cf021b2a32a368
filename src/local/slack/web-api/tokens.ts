// Which tokens the app holds, what they may do, and how Slack refuses a wrong one.
import type { ApiCall } from '../entities.ts';
import type { Method } from './method.ts';

export type TokenState = 'valid' | 'revoked' | 'inactive';

export type Tokens = {
  readonly bot: string;
  readonly app: string;
  readonly kindOf: (token: string | undefined) => ApiCall['tokenKind'];
  /** The error Slack answers, or undefined when the token may call the method. */
  readonly refusal: (token: string | undefined, method: Method) => string | undefined;
  readonly setState: (kind: 'bot' | 'app', state: TokenState) => void;
  readonly scopes: Set<string>;
};

export const DEFAULT_SCOPES = [
  'chat:write',
  'chat:write.public',
  'commands',
  'im:write',
  'users:read',
  'users:read.email',
  'usergroups:read',
  'channels:read',
  'groups:read',
  'channels:history',
  'groups:history',
  'im:history',
  'reactions:read',
  'reactions:write',
  'channels:join',
] as const;

export function createTokens(bot: string, app: string, scopes: readonly string[]): Tokens {
  const states: { bot: TokenState; app: TokenState } = { bot: 'valid', app: 'valid' };

  function kindOf(token: string | undefined): ApiCall['tokenKind'] {
    if (!token) return 'none';
    return token === bot ? 'bot' : token === app ? 'app' : 'unknown';
  }

  return {
    bot,
    app,
    kindOf,
    refusal(token, method) {
      if (method.token === 'none') return undefined;
      const kind = kindOf(token);
      if (kind === 'none') return 'not_authed';
      if (kind === 'unknown') return 'invalid_auth';
      if (states[kind] === 'revoked') return 'token_revoked';
      if (states[kind] === 'inactive') return 'account_inactive';
      return kind === method.token ? undefined : 'not_allowed_token_type';
    },
    setState(kind, state) {
      states[kind] = state;
    },
    scopes: new Set(scopes),
  };
}
