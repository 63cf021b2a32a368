// Effect: the request's Slack messages are made equal to the record.
import { errand } from '../effect.ts';
import { type ShowWorld, showCard } from '../show.ts';

export const card = errand({
  kind: 'card',
  lane: 'messages',
  perform: (world: ShowWorld, ref) => showCard(world, ref),
});
