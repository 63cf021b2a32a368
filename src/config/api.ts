// Where the API listens, and what it takes.
import { z } from 'zod';
import { port, wholeNumber } from './values.ts';

export const apiVariables = z.object({
  API_HOST: z.string().default('127.0.0.1'),
  API_PORT: port(8080),
  BODY_LIMIT: wholeNumber(
    1_024,
    1_048_576,
    'is not a number of bytes from 1024 to 1048576; leave it out for 1 MiB.',
  ).default(1_048_576),
});

export type ApiConfig = {
  readonly host: string;
  readonly port: number;
  readonly bodyLimit: number;
  /** Without it OPA's decision log is not taken. */
  readonly opaLogToken?: string;
};

export function apiConfig(
  given: z.infer<typeof apiVariables> & { readonly OPA_LOG_TOKEN?: string | undefined },
): ApiConfig {
  return {
    host: given.API_HOST,
    port: given.API_PORT,
    bodyLimit: given.BODY_LIMIT,
    ...(given.OPA_LOG_TOKEN === undefined ? {} : { opaLogToken: given.OPA_LOG_TOKEN }),
  };
}
