// What a file of buttons/ says of a button: what a press does, what its form does, and when it stands in a card's row.
import type { ConfirmationDialog } from '@slack/types';
import type { RequestRecord } from '../../domain/record.ts';
import type { Submission } from './clicks/submit.ts';
import type { Click } from './clicks/world.ts';

export type ButtonFile<Name extends string> = {
  /** The action id of the button, and the callback id of its form. */
  readonly name: Name;
  readonly press: Click;
  /** What its form does when it is submitted. */
  readonly submit?: Submission;
  /** In the menu at the end of a card's row, which nobody sees before they open it. */
  readonly onMenu?: { readonly label: string; isShown(record: RequestRecord): boolean };
  /** Left out where it stands elsewhere than in the row of a request's card. */
  readonly onCard?: {
    readonly label: string;
    readonly style?: 'primary' | 'danger';
    /** For screen readers, with the subject of the request after it: "Details of …". */
    readonly spoken?: string;
    /** Whether it is shown; `isWhole`: everything that the requester sent stands on the card. */
    isShown(record: RequestRecord, isWhole: boolean): boolean;
    /** What is asked once more before it counts. */
    again?(record: RequestRecord): ConfirmationDialog | undefined;
  };
};

/** As it stands in its file: the compiler keeps its name. */
export function buttonFile<const Name extends string>(file: ButtonFile<Name>): ButtonFile<Name> {
  return file;
}
