// Who the account is here, and what can be done about it: linking it, or ending its link.
import { type Refusal, refusalSentence } from '../../../domain/refusal.ts';
import type { Voter } from '../../../domain/vote.ts';
import type { Home } from '../../../flow/ports.ts';
import { button, buttons, type KnownBlock, plain, richText, section, words } from './blocks.ts';
import { named } from './people.ts';
import { type ModalView, modal, reasonInput } from './views.ts';

export const LINK_ACCOUNT = 'link_account';
export const LINK_TITLE = 'Link your account';

export function whoBlocks({ account, who }: Pick<Home, 'account' | 'who'>): KnownBlock[] {
  if (isRefusal(who)) return [richText(section(words(refusalSentence(who))))];
  if (who.kind !== 'member') return [richText(section(words(NOT_A_MEMBER)))];
  if (who.user === account) {
    return [
      richText(
        section(
          words(
            'This account isn’t linked to anyone. If you are an approver under another name, run countersign link in a terminal and enter the code here.',
          ),
        ),
      ),
      buttons(button({ label: 'Link account…', click: LINK_ACCOUNT, value: 'link' })),
    ];
  }
  const is = [words('You are '), named(who.user), words(SOURCES[who.matched_by ?? 'directory'])];
  if (who.matched_by !== 'link') return [richText(section(...is))];
  const confirm = {
    title: plain('Unlink this account?'),
    text: plain('What you click then no longer counts as theirs. Answers already given stay.'),
    confirm: plain('Unlink'),
    deny: plain('Cancel'),
  };
  return [
    richText(section(...is)),
    buttons(button({ label: 'Unlink', click: 'unlink_account', value: 'unlink', confirm })),
  ];
}

/** Where the code is entered. */
export function linkView(): ModalView {
  return {
    ...modal(LINK_TITLE, [
      richText(
        section(words('Get the code in a terminal with '), words('countersign link', { code: true }), words('.')),
      ),
      reasonInput('Code', true),
    ]),
    close: plain('Cancel'),
    submit: plain('Link'),
    callback_id: LINK_ACCOUNT,
  };
}

const NOT_A_MEMBER = 'Only full members of this workspace can decide, unless policy names somebody else.';

const SOURCES = {
  directory: ', by the directory.',
  email: ', by your e-mail address.',
  link: ', by the link you made.',
} as const;

function isRefusal(who: Voter | Refusal): who is Refusal {
  return who.kind === 'refusal';
}
