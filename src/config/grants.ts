// In whose name grants are signed, and with which key.
import { z } from 'zod';
import type { apiVariables } from './api.ts';
import { url } from './values.ts';

export const grantVariables = z.object({
  GRANT_ISSUER: url(['http:', 'https:'], 'https://countersign.example.com').optional(),
  GRANT_KEY_FILE: z.string().optional(),
});

/** Without a file the key is made once and kept in Redis. */
export type GrantConfig = { readonly issuer: string; readonly keyFile?: string };

/** Left alone, grants are from where the API listens. */
export function grantConfig(given: z.infer<typeof grantVariables> & z.infer<typeof apiVariables>): GrantConfig {
  return {
    issuer: given.GRANT_ISSUER ?? addressOf(given.API_HOST, given.API_PORT),
    ...(given.GRANT_KEY_FILE === undefined ? {} : { keyFile: given.GRANT_KEY_FILE }),
  };
}

function addressOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
