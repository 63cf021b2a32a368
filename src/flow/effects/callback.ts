// Effect: the address that the request named gets the view.
import { view } from '../../contract/view.ts';
import { telling } from '../effect.ts';
import { DELIVERED } from '../notify.ts';
import type { Callbacks, Store } from '../ports.ts';

/** Who has not accepted it by then reads the request. */
const CALLBACK_FOR_MS = 86_400_000;

export const callback = telling({
  kind: 'callback',
  lane: 'callbacks',
  async tell({ store, callbacks }: { readonly store: Store; readonly callbacks: Callbacks }, record, { key }) {
    const { callback: url } = record.submission;
    if (url === undefined) return { outcome: 'not_possible', detail: 'no callback was named' };
    const since = Date.parse(record.revoked?.at ?? record.resolution?.at ?? record.submittedAt);
    if (store.now() - since > CALLBACK_FOR_MS) return { outcome: 'given_up', detail: 'not accepted within a day' };
    await callbacks.deliver(url, key, view(record));
    return DELIVERED;
  },
});
