// Standing approvals for as long as a rehearsal: found by what they cover, each use taken by one request.
import type { StandingState } from '../../domain/standing.ts';
import type { StandingApprovals } from '../../flow/ports.ts';

type Kept = { readonly state: StandingState; readonly users: ReadonlySet<string> };

export function openStandingMemory(): StandingApprovals {
  const kept = new Map<string, Kept>();
  /** As it is to this request: its own use is not among the uses. */
  const to = (request: string | undefined, { state, users }: Kept): StandingState =>
    request !== undefined && users.has(request) ? { ...state, uses: state.uses - 1 } : state;

  return {
    async keep(approval) {
      if (!kept.has(approval.id)) kept.set(approval.id, { state: { ...approval, uses: 0 }, users: new Set() });
    },
    async find(id, request) {
      const known = kept.get(id);
      return known === undefined ? undefined : to(request, known);
    },
    async within(covers, request, now) {
      const all = [...kept.values()].filter(
        ({ state }) => state.covers === covers && now < Date.parse(state.expiresAt),
      );
      return all.map(one => to(request, one));
    },
    async use(id, request, { now, most }) {
      const { state, users } = kept.get(id) ?? {};
      if (state === undefined || state.revoked !== undefined || now >= Date.parse(state.expiresAt)) return false;
      if (users?.has(request) === true) return true;
      if (state.uses >= Math.min(state.maxUses, most)) return false;
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
    async inForce(now) {
      const items = [...kept.values()].flatMap(({ state }) => (now <= Date.parse(state.expiresAt) ? state : []));
      return { items };
    },
  };
}
