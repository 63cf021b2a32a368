// A request's decisions, as our audit and OPA's own log tell them.
import type { Corroborated } from '../domain/corroborated.ts';
import { Unintelligible } from './errors.ts';

export type { Corroborated } from '../domain/corroborated.ts';

export function readCorroborated(body: unknown): readonly Corroborated[] {
  const items = (body as { readonly items?: unknown } | null)?.items;
  if (!Array.isArray(items) || !items.every(item => typeof item?.match === 'string')) {
    throw new Unintelligible('it is not a list of decisions');
  }
  return items;
}
