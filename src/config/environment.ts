// The environment of a process, as it was given.

export type Environment = { readonly [variable: string]: string | undefined };

/** A blank value is no value: `SECRET=` in a file must not pass for a secret. */
export function filled(env: Environment): Record<string, string> {
  const entries = Object.entries(env).map(([name, value]) => [name, value?.trim() ?? ''] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== ''));
}
