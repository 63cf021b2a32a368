// Every button of ours, a file each, in the order in which they stand on a card. What a click and a form lead to follows.
import type { Button } from '@slack/types';
import type { RequestRecord } from '../../domain/record.ts';
import { shortened } from '../../domain/visible.ts';
import type { ButtonFile } from './button.ts';
import { approve } from './buttons/approve.ts';
import { closeReview } from './buttons/close-review.ts';
import { deny } from './buttons/deny.ts';
import { details } from './buttons/details.ts';
import { linkAccount, unlinkAccount } from './buttons/link-account.ts';
import { review } from './buttons/review.ts';
import { revokeStanding } from './buttons/revoke-standing.ts';
import { standing } from './buttons/standing.ts';
import { takeBack } from './buttons/take-back.ts';
import { homeBack, homeNext } from './buttons/turn-home.ts';
import { pageBack, pageNext } from './buttons/turn-page.ts';
import { type PlacedName, pressable } from './cards/blocks.ts';
import { subject } from './cards/words.ts';
import type { Submission } from './clicks/submit.ts';
import type { Click } from './clicks/world.ts';

const ALL = [
  approve,
  review,
  deny,
  takeBack,
  details,
  standing, // the long one last, so that a phone has two rows and not three
  closeReview,
  revokeStanding,
  pageNext,
  pageBack,
  homeNext,
  homeBack,
  linkAccount,
  unlinkAccount,
] as const;

const list: readonly ButtonFile<string>[] = ALL;

/** No button is placed anywhere that leads to nothing. */
type Leading = PlacedName extends (typeof ALL)[number]['name'] ? true : never;
export const leadsSomewhere: Leading = true;

/** By action id. */
export const CLICKS: ReadonlyMap<string, Click> = new Map(list.map(({ name, press }) => [name, press]));

/** By the callback id of the form. */
export const SUBMISSIONS: ReadonlyMap<string, Submission> = new Map(
  list.flatMap(({ name, submit }) => (submit === undefined ? [] : [[name, submit] as const])),
);

/** The buttons of a request's card; `value` is what a click on any of them carries. */
export function rowOf(record: RequestRecord, isWhole: boolean, value: string): Button[] {
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
