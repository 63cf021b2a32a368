// Where the directory comes from: a file, or an address that may be believed.
import { z } from 'zod';
import { DAY_MS, duration, flag } from './values.ts';

export const peopleVariables = z.object({
  COUNTERSIGN_PEOPLE: z
    .string()
    .refine(isPeopleSource, {
      error: 'is neither a file nor an https:// address without a user in it; http:// goes to this machine only.',
    })
    .optional(),
  PEOPLE_MATCH_EMAIL: flag('leave it out to know people by their account alone.'),
  PEOPLE_TOKEN: z.string().optional(),
  PEOPLE_REFRESH: duration(1_000, 3_600_000, 'is not a duration between 1s and 1h; write for example 60s.').default(
    60_000,
  ),
  PEOPLE_MAX_AGE: duration(60_000, 30 * DAY_MS, 'is not a duration between 1m and 30d; write for example 24h.').default(
    DAY_MS,
  ),
});

export type PeopleSource =
  | { readonly kind: 'file'; readonly path: string }
  | {
      readonly kind: 'endpoint';
      readonly url: string;
      readonly token?: string;
      readonly refreshMs: number;
      readonly maxAgeMs: number;
    };

export function peopleSource(given: z.infer<typeof peopleVariables>): PeopleSource | undefined {
  const { COUNTERSIGN_PEOPLE: source } = given;
  if (source === undefined) return undefined;
  if (!isAddress(source)) return { kind: 'file', path: source };
  return {
    kind: 'endpoint',
    url: source,
    refreshMs: given.PEOPLE_REFRESH,
    maxAgeMs: given.PEOPLE_MAX_AGE,
    ...(given.PEOPLE_TOKEN === undefined ? {} : { token: given.PEOPLE_TOKEN }),
  };
}

function isAddress(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
}

/** Who people are must not be altered on its way: without TLS it may only come from this machine. */
function isPeopleSource(text: string): boolean {
  if (!isAddress(text)) return true;
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  const isHere = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
  return protocol === 'https:' || (protocol === 'http:' && isHere);
}
