// The roles of a process as they are typed.
import { type Role, roles } from '../config.ts';
import { UsageError } from './failing.ts';

export function rolesFrom(text: string): readonly Role[] {
  const wanted = new Set(text.split(',').map(part => part.trim()));
  const unknown = [...wanted].find(part => !roles.some(role => role === part));
  if (unknown !== undefined)
    throw new UsageError(`--roles: ${unknown || '(nothing)'} must be one of ${roles.join(', ')}.`);
  return roles.filter(role => wanted.has(role));
}
