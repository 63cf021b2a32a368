// Effect: another channel hears of it, because policy obliges us to or because a review is due.
import { telling } from '../effect.ts';
import { DELIVERED } from '../notify.ts';
import type { Messenger } from '../ports.ts';

type NoticeWorld = { readonly messenger: Messenger; readonly approvalsChannel: string };

export const notice = telling({
  kind: 'notice',
  lane: 'messages',
  async tell({ messenger, approvalsChannel }: NoticeWorld, record, { effect }) {
    const { channel = approvalsChannel, says = 'notice' } = effect;
    if (says === 'review_due' && record.review?.closed !== undefined) {
      return { outcome: 'not_possible', detail: 'the review is closed' };
    }
    const ts = await messenger.notice(record, channel, says);
    return { ...DELIVERED, message: { channel, ts, says } };
  },
});
