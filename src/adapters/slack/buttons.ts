// Every button of ours, a file each, in the order in which they stand on a card. What a click and a form lead to follows.
import type { Button, Overflow } from '@slack/types';
import type { RequestRecord } from '../../domain/record.ts';
import { refuse } from '../../domain/refusal.ts';
import { shortened } from '../../domain/visible.ts';
import type { ButtonFile } from './button.ts';
import { approve } from './buttons/approve.ts';
import { ask, handOver } from './buttons/asides.ts';
import { closeReview } from './buttons/close-review.ts';
import { deny } from './buttons/deny.ts';
import { details } from './buttons/details.ts';
import { linkAccount, unlinkAccount } from './buttons/link-account.ts';
import { cancelOwn, remind } from './buttons/own.ts';
import { review } from './buttons/review.ts';
import { revokeStanding } from './buttons/revoke-standing.ts';
import { standing } from './buttons/standing.ts';
import { takeBack } from './buttons/take-back.ts';
import { homeBack, homeNext } from './buttons/turn-home.ts';
import { pageBack, pageNext } from './buttons/turn-page.ts';
import { why } from './buttons/why.ts';
import { type PlacedName, plain, pressable } from './cards/blocks.ts';
import { refusalNote } from './cards/refusal-note.ts';
import { subject } from './cards/words.ts';
import type { Submission } from './clicks/submit.ts';
import type { Click, ClickWorld } from './clicks/world.ts';
import type { Gesture } from './gesture.ts';

const ALL = [
  approve,
  review,
  deny,
  takeBack,
  details,
  why,
  ask,
  handOver,
  standing, // the long one last, so that a phone has two rows and not three
  closeReview,
  revokeStanding,
  pageNext,
  pageBack,
  homeNext,
  homeBack,
  linkAccount,
  unlinkAccount,
  remind,
  cancelOwn,
] as const;

const list: readonly ButtonFile<string>[] = ALL;

/** No button is placed anywhere that leads to nothing. */
type Leading = PlacedName extends (typeof ALL)[number]['name'] ? true : never;
export const leadsSomewhere: Leading = true;

/** The menu at the end of a card's row. */
const MENU = 'more';

/** By action id. */
export const CLICKS: ReadonlyMap<string, Click> = new Map([
  ...list.map(({ name, press }) => [name, press] as const),
  [MENU, chosen],
]);

/** By the callback id of the form. */
export const SUBMISSIONS: ReadonlyMap<string, Submission> = new Map(
  list.flatMap(({ name, submit }) => (submit === undefined ? [] : [[name, submit] as const])),
);

/** The buttons of a request's card, and its menu; `value` is what a click on any of them carries. */
export function rowOf(record: RequestRecord, isWhole: boolean, value: string): (Button | Overflow)[] {
  return [...buttonsOf(record, isWhole, value), ...menuOf(record, value)];
}

function menuOf(record: RequestRecord, value: string): Overflow[] {
  const options = list.flatMap(({ name, onMenu }) =>
    onMenu?.isShown(record) === true ? [{ text: plain(onMenu.label), value: `${name}.${value}` }] : [],
  );
  return options.length === 0 ? [] : [{ type: 'overflow', action_id: MENU, options }];
}

/** A choice of the menu is the press of a button that stands in it. */
async function chosen(world: ClickWorld, gesture: Gesture): Promise<void> {
  const [name = '', ...value] = (gesture.value ?? '').split('.');
  const press = list.find(file => file.name === name && file.onMenu !== undefined)?.press;
  if (press === undefined) return world.tell(gesture, refusalNote(refuse('unknown_request'), world.mentions));
  await press(world, { ...gesture, value: value.join('.') });
}

function buttonsOf(record: RequestRecord, isWhole: boolean, value: string): Button[] {
  return list.flatMap(({ name, onCard }) => {
    if (onCard?.isShown(record, isWhole) !== true) return [];
    const { label, style, spoken } = onCard;
    const confirm = onCard.again?.(record);
    return [
      pressable({
        label,
        click: name,
        value,
        ...(style === undefined ? {} : { style }),
        ...(spoken === undefined ? {} : { spoken: shortened(`${spoken} ${subject(record.submission)}`, 75) }),
        ...(confirm === undefined ? {} : { confirm }),
      }),
    ];
  });
}
