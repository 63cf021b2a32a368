// Effect: a line below the card for one vote.

import { present } from '../../domain/present.ts';
import { telling } from '../effect.ts';
import type { Messenger } from '../ports.ts';
import { writeLine } from '../thread.ts';

export const voteLine = telling({
  kind: 'vote_line',
  lane: 'messages',
  tell({ messenger }: { readonly messenger: Messenger }, record, { effect: { vote, progress } }) {
    return writeLine(messenger, record, { kind: 'vote', vote, ...present({ progress }) });
  },
});
