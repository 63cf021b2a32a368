// The query of an address, read as strictly as a body.
import type { z } from 'zod';
import type { Read } from './body.ts';

export function readQuery<S extends z.ZodType>(schema: S, query: unknown): Read<z.infer<S>> {
  const parsed = schema.safeParse(query);
  if (parsed.success) return { ok: true, value: parsed.data };
  const faults = parsed.error.issues.flatMap(issue =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map(key => ({ pointer: `?${key}`, message: 'is not a known parameter; leave it out.' }))
      : [
          {
            pointer: `?${issue.path.join('.')}`,
            message: /\.$/.test(issue.message) ? issue.message : `${issue.message}.`,
          },
        ],
  );
  return { ok: false, faults };
}
