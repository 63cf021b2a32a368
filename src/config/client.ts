// What the requesting commands read; a server needs none of it.
import { z } from 'zod';
import { apiVariables } from './api.ts';
import { type Environment, filled } from './environment.ts';
import { ConfigError, faultOf } from './fault.ts';
import { url } from './values.ts';

export const clientVariables = z.object({
  COUNTERSIGN_URL: url(['http:', 'https:'], 'http://127.0.0.1:8080').optional(),
  COUNTERSIGN_API_KEY: z.string().optional(),
  COUNTERSIGN_ID_TOKEN: z.string().optional(),
});

/** Where the requesting commands find Countersign, and as whom they ask. */
export function loadClientConfig(env: Environment): { readonly url: string; readonly apiKey?: string } {
  const parsed = clientVariables.extend({ API_PORT: apiVariables.shape.API_PORT }).safeParse(filled(env));
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map(faultOf));
  const { COUNTERSIGN_URL, COUNTERSIGN_API_KEY, API_PORT } = parsed.data;
  return {
    url: COUNTERSIGN_URL ?? `http://127.0.0.1:${API_PORT}`,
    ...(COUNTERSIGN_API_KEY === undefined ? {} : { apiKey: COUNTERSIGN_API_KEY }),
  };
}
