// An OPA server of a command's own, for as long as the command takes. Loaded only when one is wanted: the image has none.
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Unusable } from './unusable.ts';

export type OwnOpa = {
  readonly url: string;
  /** Whether it took the further rule. */
  readonly hasRule: boolean;
  stop(): Promise<unknown>;
};

/** A rule of ours beside the policies; `root` is its package as a path. */
export type FurtherRule = { readonly root: string; readonly rego: string };

/** Starts `opa` with a folder or bundle of policies; gets the program itself where it is not there yet. */
export async function startOwnOpa(policies: string, rule?: FurtherRule): Promise<OwnOpa> {
  const { startOpa } = await import('../local/setup/services.ts').catch(() => {
    throw new Unusable('No OPA can be started here. Run this from a checkout or from the npm package.');
  });
  const start = (paths: readonly string[]) => startOpa({ policies: paths });
  if (rule !== undefined) {
    const bundle = mkdtempSync(join(tmpdir(), 'countersign-rule-'));
    try {
      await writeBundle(bundle, rule);
      return { ...ownOf(await start([policies, bundle])), hasRule: true };
    } catch {
      // Policies without "roots" own every package. If they are at fault themselves, the start below says so.
    } finally {
      rmSync(bundle, { recursive: true, force: true });
    }
  }
  return { ...ownOf(await start([policies])), hasRule: false };
}

function ownOf({ url, stop }: { readonly url: string; stop(): Promise<unknown> }) {
  return { url, stop };
}

async function writeBundle(folder: string, { root, rego }: FurtherRule): Promise<void> {
  const file = join(folder, `${root}.rego`);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, rego);
  await writeFile(join(folder, '.manifest'), JSON.stringify({ roots: [root] }));
}
