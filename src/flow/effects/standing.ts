// Effect: the standing approval that a vote gave comes into force.
import { errand } from '../effect.ts';
import { keepStanding, type StandWorld } from '../standing.ts';

export const standing = errand({
  kind: 'standing',
  lane: 'decisions',
  perform: (world: StandWorld, { id }) => keepStanding(world, id),
});
