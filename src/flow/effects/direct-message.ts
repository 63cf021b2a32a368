// Effect: the requester's person hears of the end in a direct message, where the directory knows their Slack account.
import { telling } from '../effect.ts';
import { DELIVERED } from '../notify.ts';
import type { Directory, Messenger } from '../ports.ts';

type DirectMessageWorld = { readonly messenger: Messenger; readonly directory: Directory };

export const directMessage = telling({
  kind: 'direct_message',
  lane: 'messages',
  async tell({ messenger, directory }: DirectMessageWorld, record) {
    const [account] = directory.slackAccountsOf(record.submission.user.id);
    if (account === undefined) return { outcome: 'not_possible', detail: 'no Slack account in the directory' };
    await messenger.direct(record, account);
    return DELIVERED;
  },
});
