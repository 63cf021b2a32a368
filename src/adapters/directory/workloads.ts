// The people file's lines about jobs that show a token of their platform, as people write them.
import { z } from 'zod';
import { durationMs } from '../../domain/duration.ts';
import type { WorkloadRule } from '../../domain/workload.ts';

const AUDIENCE = 'countersign';
const SHORTEST_MS = 60_000;
const LONGEST_MS = 24 * 3_600_000;

const pattern = z
  .union([z.string(), z.number(), z.boolean()])
  .transform(String)
  .refine(text => text !== '' && text !== '*', { error: 'says nothing; write what the claim must be' })
  .refine(text => !text.slice(0, -1).includes('*'), { error: 'may have a * only at its end' });

export const workloadSchema = z.strictObject({
  service: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, { error: 'is no name of a service' }),
  issuer: z.string().refine(isIssuer, { error: 'is not an https:// address; http:// goes to this machine only' }),
  audience: z.string().min(1).default(AUDIENCE),
  claims: z
    .record(z.string(), z.union([pattern.transform(one => [one]), z.array(pattern).min(1)]))
    .refine(claims => Object.keys(claims).length > 0, {
      error: 'is empty: everybody with a token of this issuer would be this service; name for example the repository',
    }),
  show: z.array(z.string()).default([]),
  lifetime: z
    .string()
    .default('1h')
    .transform(text => durationMs(text) ?? 0)
    .refine(ms => ms >= SHORTEST_MS && ms <= LONGEST_MS, {
      error: 'is not a duration between 1m and 24h; write for example 1h',
    }),
  once: z.boolean().default(true),
});

export function rulesOf(written: readonly z.output<typeof workloadSchema>[]): readonly WorkloadRule[] {
  return written.map(({ show, lifetime, once, ...rule }) => ({
    ...rule,
    shows: show,
    lifetimeMs: lifetime,
    isOnce: once,
  }));
}

/** Its keys come from there: without TLS only from this machine. */
function isIssuer(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, hash, search } = new URL(text);
  if (username !== '' || password !== '' || hash !== '' || search !== '') return false;
  const isHere = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
  return protocol === 'https:' || (protocol === 'http:' && isHere);
}
