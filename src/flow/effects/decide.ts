// Effect: policy is asked (again).
import { decide as ask, type DecideWorld } from '../decide.ts';
import { errand } from '../effect.ts';

export const decide = errand({
  kind: 'decide',
  lane: 'decisions',
  perform: (world: DecideWorld, { id }) => ask(world, id),
});
