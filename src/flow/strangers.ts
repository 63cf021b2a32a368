// Strangers: whether a request names somebody whom nobody knows, told before anybody tries to approve it.
import { type Barred, mustBeKnown } from '../domain/barred.ts';
import { isTransient } from '../domain/failure.ts';
import type { RequestRecord } from '../domain/record.ts';
import { noted } from '../domain/steps/shown.ts';
import { type GatherWorld, identityOf } from './gather.ts';
import type { Store } from './ports.ts';
import { swap } from './swap.ts';

/** Notes in the record why nobody can approve it, or that this is over. While nobody can say, what was noted stands. */
export async function noteStrangers(world: GatherWorld & { readonly store: Store }, id: string): Promise<void> {
  const record = await world.store.read(id);
  if (record?.status !== 'pending' || record.approval === undefined) return;
  try {
    const code = await strangerCode(world, record);
    await swap(world.store, id, (newest, now) => noted(newest, code, now));
  } catch (error) {
    if (!isTransient(error)) throw error;
  }
}

/** As what somebody must be known whom nobody knows; undefined where everybody who matters is known. */
export async function strangerCode(world: GatherWorld, record: RequestRecord): Promise<Barred['code'] | undefined> {
  for (const { name, code } of mustBeKnown(record, record.approval ?? {})) {
    if (!(await identityOf(world, name)).isKnown) return code;
  }
  return undefined;
}
