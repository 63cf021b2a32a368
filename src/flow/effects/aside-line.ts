// Effect: a line below the card for what somebody said that is no answer.
import { telling } from '../effect.ts';
import type { Messenger } from '../ports.ts';
import { writeLine } from '../thread.ts';

export const asideLine = telling({
  kind: 'aside_line',
  lane: 'messages',
  tell({ messenger }: { readonly messenger: Messenger }, record, { effect: { aside } }) {
    return writeLine(messenger, record, { kind: 'aside', aside });
  },
});
