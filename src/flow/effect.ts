// What a file of effects/ says of its kind: its lane, how it is performed, and whether the audit tells what became of it.
import type { EffectKind, RefTo, TellingKind } from '../domain/effect.ts';
import type { RequestRecord } from '../domain/record.ts';
import { notify, type Outcome } from './notify.ts';
import type { Lane, Store } from './ports.ts';

type Performed<Kind extends EffectKind, In extends Lane, World> = {
  readonly kind: Kind;
  readonly lane: In;
  /** At least once: a repeat must be harmless. A transient failure brings it back. */
  perform(world: World, ref: RefTo<Kind>): Promise<void>;
};

type ErrandKind = Exclude<EffectKind, TellingKind>;

/** What becomes of it shows in the record. */
export type Errand<Kind extends ErrandKind, In extends Lane, World> = Performed<Kind, In, World> & {
  readonly isAudited: false;
};

/** It tells somebody something, once, and what became of that is written down under its kind. */
export type Telling<Kind extends TellingKind, In extends Lane, World> = Performed<Kind, In, World> & {
  readonly isAudited: true;
};

export type EffectFile<Kind extends EffectKind, World> = Kind extends TellingKind
  ? Telling<Kind, Lane, World>
  : Kind extends ErrandKind
    ? Errand<Kind, Lane, World>
    : never;

export function errand<Kind extends ErrandKind, In extends Lane, World>(
  file: Performed<Kind, In, World>,
): Errand<Kind, In, World> {
  return { ...file, isAudited: false };
}

export function telling<Kind extends TellingKind, In extends Lane, World>(file: {
  readonly kind: Kind;
  readonly lane: In;
  tell(world: World, record: RequestRecord, ref: RefTo<Kind>): Promise<Outcome>;
}): Telling<Kind, In, World & { readonly store: Store }> {
  const { kind, lane } = file;
  return {
    kind,
    lane,
    isAudited: true,
    perform: (world, ref) => notify(world.store, ref, kind, record => file.tell(world, record, ref)),
  };
}
