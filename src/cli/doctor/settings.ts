// Is the environment right? Every fault is a finding, and what is right is still enough to check the rest.
import { type Config, ConfigError, loadConfig, type Role } from '../../config.ts';
import { type Finding, unwell, well } from './report.ts';

export type Settings = {
  readonly config: Config;
  readonly findings: readonly Finding[];
  /** The variables that are set, and wrongly: what they name is not known. */
  readonly wrong: ReadonlySet<string>;
};

export function examineSettings(env: NodeJS.ProcessEnv, roles: readonly Role[]): Settings {
  try {
    const config = loadConfig(env, roles);
    return { config, findings: [well('settings', `complete for the roles ${roles.join(', ')}`)], wrong: new Set() };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const findings = error.faults.map(({ variable, message }) => unwell('settings', `${variable} ${message}`));
    const wrong = new Set(error.faults.map(({ variable }) => variable).filter(name => (env[name] ?? '') !== ''));
    return { config: loadConfig(withoutFaults(env, error), []), findings, wrong };
  }
}

/** The callbacks' two settings go together: without one the other is a fault of its own. */
function withoutFaults(env: NodeJS.ProcessEnv, { faults }: ConfigError): NodeJS.ProcessEnv {
  const left = { ...env };
  for (const { variable } of faults) delete left[variable];
  if (faults.some(({ variable }) => variable === 'WEBHOOK_SECRET')) delete left.CALLBACK_HOSTS;
  return left;
}
