// Effect: further copies of a card that was sent to Slack more than once are looked for, and taken away.
import { errand } from '../effect.ts';
import { type FoldWorld, foldCopies } from '../fold.ts';

export const cardCopies = errand({
  kind: 'card_copies',
  lane: 'messages',
  perform: (world: FoldWorld, ref) => foldCopies(world, ref),
});
