// Effect: whom a question or a hand-over is meant for hears of it alone, with a link to the card, while it still waits.
import { isResolved } from '../../domain/lifecycle.ts';
import { telling } from '../effect.ts';
import { DELIVERED } from '../notify.ts';
import type { Directory, Messenger } from '../ports.ts';
import { cardOf, noCardYet } from '../thread.ts';

type AsideMessageWorld = { readonly messenger: Messenger; readonly directory: Directory };

export const asideMessage = telling({
  kind: 'aside_message',
  lane: 'messages',
  async tell({ messenger, directory }: AsideMessageWorld, record, { effect: { aside: position } }) {
    const aside = record.asides?.[position];
    if (aside === undefined || isResolved(record.status)) return { outcome: 'not_possible', detail: 'it has ended' };
    const person = aside.kind === 'handover' ? aside.to : record.submission.user.id;
    const [account] = person.startsWith('slack:') ? [person] : directory.slackAccountsOf(person);
    if (account === undefined) return { outcome: 'not_possible', detail: 'no Slack account in the directory' };
    const card = cardOf(record);
    if (card === undefined) throw noCardYet();
    await messenger.aside(record, account, card, position);
    return DELIVERED;
  },
});
