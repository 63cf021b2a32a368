// Why something that outlives a request is not found or not ended: a review, a standing approval.
import { rows } from './row.ts';

export const afterwards = rows({
  unknown_standing: {
    category: 'gone',
    says: 'This standing approval has ended, never existed, or is not yours.',
    remedy: 'See what is in force (countersign standing list).',
  },
  no_review: {
    category: 'conflict',
    says: 'There is nothing to review here.',
    remedy: 'See what is open (countersign review list).',
  },
  already_reviewed: {
    category: 'conflict',
    says: 'This has already been reviewed.',
    remedy: 'Nothing more to do.',
  },
  own_review: {
    category: 'forbidden',
    says: 'You had a part in this, so someone else must review it.',
    remedy: 'Ask one of the reviewers named in the notice.',
  },
  not_a_reviewer: {
    category: 'forbidden',
    says: "You can't review this.",
    remedy: 'Ask one of the reviewers named in the notice.',
  },
  note_required: {
    category: 'invalid',
    says: 'A review needs a note on what it found.',
    remedy: 'Please write what your review found.',
  },
});
