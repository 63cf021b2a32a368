// Effect: a line below the card for the end of the request.
import { telling } from '../effect.ts';
import type { Messenger } from '../ports.ts';
import { writeLine } from '../thread.ts';

export const outcomeLine = telling({
  kind: 'outcome_line',
  lane: 'messages',
  tell: ({ messenger }: { readonly messenger: Messenger }, record) => writeLine(messenger, record, { kind: 'outcome' }),
});
