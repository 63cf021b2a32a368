// One agent's requests, and nobody else's: what the tools of the MCP server do, over the client.
import {
  type ActionRequest,
  type AnyView,
  type HttpCountersign,
  type Redeemed,
  Rejected,
  StillPending,
  type ViewPage,
} from '../../client/index.ts';
import { present } from '../../domain/present.ts';
import type { Behind } from '../tool-call.ts';

/** What a model may say of an action; who acts and for whom is not among it. */
export type Wish = Omit<ActionRequest, 'user' | 'actor' | 'callback'>;

export type Desk = {
  ask(wish: Wish): Promise<AnyView>;
  read(id: string): Promise<AnyView>;
  /** As it stands after so long at most. */
  wait(id: string, timeoutMs: number, signal: AbortSignal): Promise<AnyView>;
  redeem(id: string, about: Pick<Wish, 'action' | 'resource' | 'params'>): Promise<Redeemed>;
  cancel(id: string): Promise<AnyView>;
  list(query: { readonly status?: AnyView['status']; readonly cursor?: string }): Promise<ViewPage>;
};

const LOOK_MS = 250;
const LOOKS = 8;

export function openDesk(countersign: HttpCountersign, { user, agent }: Behind): Desk {
  const behind = { user: { id: user }, actor: { type: 'ai_agent', id: agent } };
  const isOurs = (view: AnyView) => view.user.id === user && view.actor?.id === agent;
  const read = async (id: string) => {
    const view = await countersign.read(id);
    if (isOurs(view)) return view;
    // The same words as for an id that nobody has: of other agents' requests one learns nothing.
    throw new Rejected('unknown_request', 'There is no such request.', 'Use an id that request_approval gave.');
  };
  return {
    read,
    async ask(wish) {
      const { id } = await countersign.submit({ ...wish, ...behind });
      // Policy answers after the request is stored, and mostly at once: whoever asks hears it with the first answer.
      for (let look = 1; ; look++) {
        const view = await standing(countersign, id, LOOK_MS);
        if (view.status !== 'pending' || view.stages.length > 0 || look === LOOKS) return view;
      }
    },
    async wait(id, timeoutMs, signal) {
      const view = await read(id);
      return view.status === 'pending' ? standing(countersign, id, timeoutMs, signal) : view;
    },
    async redeem(id, about) {
      const view = await read(id);
      return countersign.redeem(view.grant, { ...about, ...behind });
    },
    async cancel(id) {
      await read(id);
      return countersign.cancel(id);
    },
    async list(query) {
      const page = await countersign.list(query);
      return { ...page, items: page.items.filter(isOurs) };
    },
  };
}

/** How it ended within the time, or how it stands then. */
async function standing(
  countersign: HttpCountersign,
  id: string,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<AnyView> {
  try {
    return await countersign.wait(id, present({ timeoutMs, signal }));
  } catch (error) {
    if (error instanceof StillPending) return countersign.read(id);
    throw error;
  }
}
