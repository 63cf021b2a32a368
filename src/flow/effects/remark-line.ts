// Effect: a line below the card for what happened without anybody's doing.
import { telling } from '../effect.ts';
import type { Messenger } from '../ports.ts';
import { writeLine } from '../thread.ts';

export const remarkLine = telling({
  kind: 'remark_line',
  lane: 'messages',
  tell({ messenger }: { readonly messenger: Messenger }, record, { effect: { says } }) {
    return writeLine(messenger, record, { kind: 'remark', says });
  },
});
