// An OPA server of a command's own, for as long as the command takes. Loaded only when one is wanted: the image has none.
import { UsageError } from './failing.ts';

export type OwnOpa = { readonly url: string; stop(): Promise<unknown> };

/** Starts `opa` with a folder or bundle of policies; gets the program itself where it is not there yet. */
export async function startOwnOpa(policies: string): Promise<OwnOpa> {
  const { startOpa } = await import('../setup/services.ts').catch(() => {
    throw new UsageError('No OPA can be started here. Run this from a checkout or from the npm package.');
  });
  return startOpa({ policies: [policies] });
}
