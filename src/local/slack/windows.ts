// The short-lived rights an interaction carries: a trigger_id (3 s, once) and a response_url (30 min, 5 times).
import { randomBytes } from 'node:crypto';

const TRIGGER_LIFETIME_MS = 3_000;
const RESPONSE_URL_LIFETIME_MS = 30 * 60_000;
const RESPONSE_URL_USES = 5;

/** The message an interaction came from, so that its response_url can replace it. */
export type ResponseTarget = {
  readonly user: string;
  readonly channel: string;
  readonly ts?: string;
  readonly threadTs?: string;
  readonly isEphemeral: boolean;
};

export type Trigger = { readonly user: string; readonly viewId?: string };

export type Windows = {
  readonly openTrigger: (trigger: Trigger) => string;
  readonly spendTrigger: (triggerId: string) => Trigger | { readonly error: string };
  readonly openResponse: (target: ResponseTarget) => string;
  readonly spendResponse: (path: string) => ResponseTarget | { readonly error: string };
};

export function createWindows(now: () => number, teamId: string): Windows {
  const triggers = new Map<string, { readonly trigger: Trigger; readonly openedAt: number; spent: boolean }>();
  const responses = new Map<string, { readonly target: ResponseTarget; readonly openedAt: number; uses: number }>();

  return {
    openTrigger(trigger) {
      const id = `${Math.floor(now())}.${teamId.length}${triggers.size}.${randomBytes(16).toString('hex')}`;
      triggers.set(id, { trigger, openedAt: now(), spent: false });
      return id;
    },
    spendTrigger(triggerId) {
      const entry = triggers.get(triggerId);
      if (!entry) return { error: 'invalid_trigger_id' };
      if (entry.spent) return { error: 'exchanged_trigger_id' };
      if (now() - entry.openedAt > TRIGGER_LIFETIME_MS) return { error: 'expired_trigger_id' };
      entry.spent = true;
      return entry.trigger;
    },
    openResponse(target) {
      const path = `/actions/${teamId}/${responses.size + 1}/${randomBytes(12).toString('hex')}`;
      responses.set(path, { target, openedAt: now(), uses: 0 });
      return path;
    },
    spendResponse(path) {
      const entry = responses.get(path);
      if (!entry) return { error: 'invalid_url' };
      if (now() - entry.openedAt > RESPONSE_URL_LIFETIME_MS) return { error: 'expired_url' };
      if (entry.uses >= RESPONSE_URL_USES) return { error: 'used_url' };
      entry.uses += 1;
      return entry.target;
    },
  };
}
