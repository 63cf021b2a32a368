// Whether OPA could load the newest policies: what it refuses leaves the ones before in force, and nobody is asked less.
import { z } from 'zod';
import type { Observe } from '../../flow/ports.ts';
import { readAddress } from './address.ts';
import { type Exchange, openExchange } from './exchange.ts';

/** A bundle that OPA could not fetch, verify or compile. */
export type RefusedBundle = { readonly name: string; readonly cause: string };

const CAUSE_LENGTH = 200;

const Status = z.object({
  result: z.object({
    bundles: z.record(z.string(), z.object({ code: z.string().optional(), message: z.string().optional() })).optional(),
  }),
});

/** The bundles that OPA refuses just now; undefined where it does not tell (its status plugin or its authz is off). */
export async function refusedBundles(exchange: Exchange): Promise<readonly RefusedBundle[] | undefined> {
  try {
    const { status, text } = await exchange.get('/v1/status');
    if (status !== 200) return undefined;
    const { bundles = {} } = Status.parse(JSON.parse(text)).result;
    return Object.entries(bundles).flatMap(([name, { code, message }]) =>
      code === undefined ? [] : [{ name, cause: (message ?? code).slice(0, CAUSE_LENGTH) }],
    );
  } catch {
    return undefined;
  }
}

export type BundleWatchOptions = {
  readonly url: string;
  readonly timeoutMs: number;
  readonly observe: Observe;
  readonly everyMs?: number;
};

export type BundleWatch = {
  /** How many bundles OPA refused when last asked; NaN where it does not tell. */
  refused(): number;
  stop(): Promise<void>;
};

const EVERY_MS = 10_000;

/** Asks OPA now and then, and tells once when an episode of refusals begins and once when it is over. */
export function watchBundles({ url, timeoutMs, observe, everyMs = EVERY_MS }: BundleWatchOptions): BundleWatch {
  const exchange = openExchange(readAddress(url), timeoutMs);
  let refused = Number.NaN;
  let isStopped = false;
  let timer = setTimeout(look, 0);
  return {
    refused: () => refused,
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await exchange.close();
    },
  };

  async function look(): Promise<void> {
    const found = await refusedBundles(exchange);
    if (isStopped) return;
    // An OPA that does not tell just now has not recovered.
    if (found !== undefined) {
      if (found.length > 0 && !(refused > 0)) observe({ kind: 'trouble', where: 'opa', ...refusal(found) });
      if (found.length === 0 && refused > 0) observe({ kind: 'trouble', where: 'opa', ...recovery });
      refused = found.length;
    }
    timer = setTimeout(look, everyMs).unref();
  }
}

export function refusedText(refused: readonly RefusedBundle[]): string {
  const which = refused.map(({ name, cause }) => `${name}: ${cause}`).join('; ');
  return `OPA refuses the newest policies (${which}). Those before stay in force; check what is published and its signature.`;
}

function refusal(found: readonly RefusedBundle[]) {
  return { code: 'bundle_refused', message: refusedText(found) };
}

const recovery = { code: 'bundle_loaded', message: 'OPA loads the newest policies again.' };
