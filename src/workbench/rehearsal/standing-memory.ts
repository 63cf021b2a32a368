// Standing approvals for as long as a rehearsal: found by their scope, each use taken by one request.
import { type StandingState, scopeKey } from '../../domain/standing.ts';
import type { StandingApprovals } from '../../flow/ports.ts';

type Kept = { readonly state: StandingState; readonly users: ReadonlySet<string> };

export function openStandingMemory(): StandingApprovals {
  const kept = new Map<string, Kept>();
  const all = () => [...kept.values()].map(({ state }) => state);

  return {
    async keep(approval) {
      if (!kept.has(approval.id)) kept.set(approval.id, { state: { ...approval, uses: 0 }, users: new Set() });
    },
    find: async id => kept.get(id)?.state,
    within: async scope => all().filter(state => scopeKey(state.scope) === scopeKey(scope)),
    async use(id, request, now) {
      const { state, users } = kept.get(id) ?? {};
      if (state === undefined || state.revoked !== undefined || now >= Date.parse(state.expiresAt)) return false;
      if (users?.has(request) === true) return true;
      if (state.uses >= state.maxUses) return false;
      kept.set(id, { state: { ...state, uses: state.uses + 1 }, users: new Set([...(users ?? []), request]) });
      return true;
    },
    async revoke(id, by) {
      const known = kept.get(id);
      if (known === undefined) return undefined;
      const state = { ...known.state, revoked: known.state.revoked ?? by };
      kept.set(id, { ...known, state });
      return state;
    },
    inForce: async now => ({ items: all().filter(state => now <= Date.parse(state.expiresAt)) }),
  };
}
