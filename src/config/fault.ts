// What is wrong with the environment, all of it at once.
import type { z } from 'zod';
import { Failure } from '../domain/failure.ts';

/** One thing wrong with the environment. `message` ends with the remedy and quotes no value: it may be a secret. */
export type ConfigFault = { readonly variable: string; readonly message: string };

export class ConfigError extends Failure {
  readonly faults: readonly ConfigFault[];

  constructor(faults: readonly ConfigFault[]) {
    const lines = faults.map(({ variable, message }) => `  ${variable} ${message}`);
    super('config_invalid', `The configuration has faults:\n${lines.join('\n')}\nSee .env.example.`, {
      isTransient: false,
    });
    this.faults = faults;
  }
}

export function faultOf(issue: z.core.$ZodIssue): ConfigFault {
  return { variable: String(issue.path[0] ?? 'environment'), message: issue.message };
}
