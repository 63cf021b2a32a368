// What the requesting commands read; a server needs none of it.
import { z } from 'zod';
import { present } from '../domain/present.ts';
import { apiVariables } from './api.ts';
import { type Environment, filled } from './environment.ts';
import { ConfigError, faultOf } from './fault.ts';
import { url } from './values.ts';

export const clientVariables = z.object({
  COUNTERSIGN_URL: url(['http:', 'https:'], 'http://127.0.0.1:8080').optional(),
  COUNTERSIGN_API_KEY: z.string().optional(),
  COUNTERSIGN_ID_TOKEN: z.string().optional(),
  COUNTERSIGN_OPERATOR: z
    .string()
    .regex(/^\P{C}{1,255}$/u, { error: 'is not a name; write up to 255 visible characters, for example ole.' })
    .optional(),
});

/** Where the requesting commands find Countersign, and as whom they ask. */
export function loadClientConfig(env: Environment): {
  readonly url: string;
  readonly apiKey?: string;
} {
  const parsed = clientVariables.extend({ API_PORT: apiVariables.shape.API_PORT }).safeParse(filled(env));
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map(faultOf));
  const { COUNTERSIGN_URL, COUNTERSIGN_API_KEY: apiKey, API_PORT } = parsed.data;
  return {
    url: COUNTERSIGN_URL ?? `http://127.0.0.1:${API_PORT}`,
    ...present({ apiKey }),
  };
}

/** Whoever runs the command line, where they say their name. Nothing else of the environment is looked at. */
export function operatorIn(env: Environment): string | undefined {
  const parsed = clientVariables.pick({ COUNTERSIGN_OPERATOR: true }).safeParse(filled(env));
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map(faultOf));
  return parsed.data.COUNTERSIGN_OPERATOR;
}
