// Which role of a process performs which effects.
import type { Lane } from '../flow/ports.ts';

const roles = {
  decisions: 'worker',
  callbacks: 'worker',
  messages: 'slack',
} as const satisfies { readonly [lane in Lane]: 'worker' | 'slack' };

type Roles = typeof roles;
type LaneOf<Role> = { [In in Lane]: Roles[In] extends Role ? In : never }[Lane];

export function lanesOf<Role extends Roles[Lane]>(role: Role): readonly LaneOf<Role>[] {
  const isOurs = (lane: Lane): lane is LaneOf<Role> => roles[lane] === role;
  return (Object.keys(roles) as Lane[]).filter(isOurs);
}
