// Opens a modal within the three seconds that Slack gives, however slow the store is: first the frame, then the content.
import type { ModalView } from '@slack/types';
import { within } from '../../../contract/time.ts';
import { failureCode } from '../../../domain/failure.ts';
import type { RequestRecord } from '../../../domain/record.ts';
import { refuse } from '../../../domain/refusal.ts';
import type { Observe } from '../../../flow/ports.ts';
import { refusalText } from '../cards/refusal-note.ts';
import { skeletonView, tellingView } from '../cards/views.ts';
import type { Slack } from '../connect.ts';
import { slackFailure, slackWord } from '../failures.ts';
import type { Gesture } from '../gesture.ts';

export type Opened =
  | { readonly kind: 'open'; readonly record?: RequestRecord }
  /** Another delivery of the same click has opened it. */
  | { readonly kind: 'open_already' }
  /** Slack did not open it: the click is too old, or Slack is away. */
  | { readonly kind: 'too_late' };

export type Opening = {
  readonly slack: Slack;
  readonly find: (id: string) => Promise<RequestRecord | undefined>;
  readonly observe?: Observe;
};

/** A record that is there by then is shown at once. */
const SOON_MS = 250;
const NOT_READ = 'The request could not be read just now. Nothing was counted. Please close this and try again.';

export async function openFor(
  { slack, find, observe }: Opening,
  gesture: Gesture,
  id: string,
  title: string,
  content: (record: RequestRecord) => ModalView,
): Promise<Opened> {
  const client = slack.interactive;
  const reading = find(id).then(
    record => ({ record, view: record === undefined ? unknown(title) : content(record) }),
    error => {
      observe?.(unread(error));
      return { record: undefined, view: tellingView(title, NOT_READ) };
    },
  );
  const early = await within(reading, SOON_MS);
  try {
    const trigger_id = gesture.triggerId ?? '';
    const opened = await client.views.open({ trigger_id, view: early?.view ?? skeletonView(title) });
    const { record, view } = await reading;
    const shown = opened.view;
    if (early === undefined && shown?.id !== undefined) {
      await client.views.update({ view_id: shown.id, ...(shown.hash === undefined ? {} : { hash: shown.hash }), view });
    }
    return { kind: 'open', ...(record === undefined ? {} : { record }) };
  } catch (error) {
    const word = slackWord(error);
    if (word === 'exchanged_trigger_id' || word === 'hash_conflict') return { kind: 'open_already' };
    const failure = slackFailure(error, 'views.open');
    const message = failure instanceof Error ? failure.message : 'The modal could not be opened.';
    observe?.({ kind: 'trouble', where: 'slack', code: 'modal_not_opened', message });
    return { kind: 'too_late' };
  }
}

function unknown(title: string): ModalView {
  return tellingView(title, refusalText(refuse('unknown_request')));
}

function unread(error: unknown) {
  const code = failureCode(error, 'read_failed');
  const message = 'A request could not be read for somebody who clicked. Check the store.';
  return { kind: 'trouble', where: 'slack', code, message } as const;
}
