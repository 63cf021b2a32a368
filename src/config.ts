// The environment, read once: parsed to a frozen Config, with all faults reported together. No secret has a default.
import { z } from 'zod';
import { type ApiConfig, apiConfig, apiVariables } from './config/api.ts';
import { type AuditConfig, auditConfig, auditVariables } from './config/audit.ts';
import { type CallbackConfig, callbackConfig, callbackVariables, WEBHOOK_SECRET_HELP } from './config/callbacks.ts';
import { type Environment, filled } from './config/environment.ts';
import { ConfigError, type ConfigFault, faultOf } from './config/fault.ts';
import { type GrantConfig, grantConfig, grantVariables } from './config/grants.ts';
import { type Limits, limits, limitVariables } from './config/limits.ts';
import { type OpaConfig, opaConfig, opaVariables } from './config/opa.ts';
import { type PeopleSource, peopleSource, peopleVariables } from './config/people.ts';
import { type RedisConfig, redisConfig, redisVariables } from './config/redis.ts';
import { type SlackConfig, slackConfig, slackRequired, slackVariables } from './config/slack.ts';

export { clientVariables, loadClientConfig, operatorIn } from './config/client.ts';
export { ConfigError, type PeopleSource, type SlackConfig };

/** What one process does: answers HTTP, works off the queue, talks with Slack, or seals the audit. */
export type Role = 'api' | 'worker' | 'slack' | 'sealer';
export const roles: readonly Role[] = ['api', 'worker', 'slack', 'sealer'];

export type Config = Limits & {
  readonly roles: readonly Role[];
  readonly namespace: string;
  readonly redis: RedisConfig;
  readonly opa: OpaConfig;
  /** Where the directory comes from; without one nobody is known and agents have no owner. */
  readonly people?: PeopleSource;
  /** Whether a Slack account that no person has is known by its e-mail address. */
  readonly isEmailMatched: boolean;
  /** Only the role `slack` requires it. */
  readonly slack?: SlackConfig;
  /** Where a decision that names no channel goes. */
  readonly approvalsChannel?: string;
  readonly api: ApiConfig;
  /** Who grants are from, and what signs them. */
  readonly grants: GrantConfig;
  readonly callbacks: CallbackConfig;
  /** Where and how the audit is sealed. */
  readonly audit: AuditConfig;
};

/** Every variable of the server, by name. `.env.example` is compared with it by a test. */
export const serverVariables = z.object({
  ...redisVariables.shape,
  ...opaVariables.shape,
  ...peopleVariables.shape,
  ...slackVariables.shape,
  ...apiVariables.shape,
  ...grantVariables.shape,
  ...limitVariables.shape,
  ...callbackVariables.shape,
  ...auditVariables.shape,
});

/** Reads the environment for the roles that a process takes; throws `ConfigError` with every fault there is. */
export function loadConfig(env: Environment, wanted: readonly Role[] = roles): Config {
  const given = filled(env);
  const parsed = serverVariables.safeParse(given);
  const faults = [...(parsed.error?.issues ?? []).map(faultOf), ...missing(given, wanted)];
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults);
  return frozen(assemble(parsed.data, wanted));
}

function missing(given: Record<string, string>, wanted: readonly Role[]): ConfigFault[] {
  const required = {
    ...(wanted.includes('slack') ? slackRequired(given.SLACK_MODE) : {}),
    ...(given.CALLBACK_HOSTS === undefined ? {} : { WEBHOOK_SECRET: WEBHOOK_SECRET_HELP }),
  };
  return Object.entries(required)
    .filter(([variable]) => given[variable] === undefined)
    .map(([variable, help]) => ({ variable, message: `is missing. ${help}` }));
}

function assemble(given: z.infer<typeof serverVariables>, wanted: readonly Role[]): Config {
  const slack = slackConfig(given);
  const people = peopleSource(given);
  return {
    ...limits(given),
    roles: [...wanted],
    namespace: given.COUNTERSIGN_NAMESPACE,
    redis: redisConfig(given),
    opa: opaConfig(given),
    isEmailMatched: given.PEOPLE_MATCH_EMAIL,
    ...(people === undefined ? {} : { people }),
    ...(slack === undefined ? {} : { slack }),
    ...(given.APPROVALS_CHANNEL === undefined ? {} : { approvalsChannel: given.APPROVALS_CHANNEL }),
    api: apiConfig(given),
    grants: grantConfig(given),
    callbacks: callbackConfig(given),
    audit: auditConfig(given),
  };
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}
