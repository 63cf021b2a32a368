// Effect: somebody whose answer is awaited hears of it alone, with a link to the card. Whoever is awaited no more is left in peace.
import { openStages, peopleOf } from '../../domain/called.ts';
import { telling } from '../effect.ts';
import { DELIVERED } from '../notify.ts';
import type { Directory, Messenger } from '../ports.ts';
import { cardOf, noCardYet } from '../thread.ts';

type CallWorld = { readonly messenger: Messenger; readonly directory: Directory };

export const call = telling({
  kind: 'call',
  lane: 'messages',
  async tell({ messenger, directory }: CallWorld, record, { effect: { person } }) {
    const isAwaited = peopleOf(record, openStages(record), group => directory.membersOf(group)).includes(person);
    if (!isAwaited) return { outcome: 'not_possible', detail: 'no longer awaited' };
    const [account] = person.startsWith('slack:') ? [person] : directory.slackAccountsOf(person);
    if (account === undefined) return { outcome: 'not_possible', detail: 'no Slack account in the directory' };
    const card = cardOf(record);
    if (card === undefined) throw noCardYet();
    await messenger.call(record, account, card);
    return DELIVERED;
  },
});
