// Effect: each message that called for a review says that it is closed. One that somebody deleted cannot, and needs not.
import { Failure, isTransient } from '../../domain/failure.ts';
import { telling } from '../effect.ts';
import { DELIVERED } from '../notify.ts';
import type { Messenger } from '../ports.ts';

export const reviewMessages = telling({
  kind: 'review_messages',
  lane: 'messages',
  async tell({ messenger }: { readonly messenger: Messenger }, record) {
    const lost: string[] = [];
    for (const message of record.review?.messages ?? []) {
      try {
        await messenger.updateNotice(record, message);
      } catch (error) {
        if (isTransient(error) || !(error instanceof Failure)) throw error;
        lost.push(error.code);
      }
    }
    return lost.length === 0 ? DELIVERED : { outcome: 'given_up', detail: lost.join(', ') };
  },
});
