// Details: all that is known of the request, whatever became of it.
import { buttonFile } from '../button.ts';
import { detailsView } from '../cards/details.ts';
import { opens, TITLES } from '../clicks/modals.ts';

export const details = buttonFile({
  name: 'details',
  onCard: { label: 'Details', spoken: 'Details of', isShown: () => true },
  press: opens(TITLES.details, (record, _card, { mentions, now }) => detailsView(record, mentions, now())),
});
