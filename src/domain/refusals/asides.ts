// Why what somebody wants to say about a request is not passed on.
import { rows } from './row.ts';

export const asides = rows({
  not_asked_here: {
    category: 'forbidden',
    says: 'Only people whose answer is awaited can do this.',
    remedy: 'Write in the thread below the card instead.',
  },
  colleague_not_asked: {
    category: 'conflict',
    says: "They aren't asked about this, or have answered already.",
    remedy: 'Choose one of the people named in Details.',
  },
  question_required: {
    category: 'invalid',
    says: 'Your question is empty.',
    remedy: 'Please write what you want to know.',
  },
  too_many_asides: {
    category: 'too_much',
    says: 'Too many messages were sent about this, so yours was not passed on.',
    remedy: 'Write in the thread below the card instead.',
  },
  nudged_lately: {
    category: 'conflict',
    says: 'The approvers were reminded less than 15 minutes ago.',
    remedy: 'Wait a little, then try again.',
  },
  nudged_enough: {
    category: 'conflict',
    says: 'The approvers were reminded three times already.',
    remedy: 'Talk to one of them; Why? names who can decide.',
  },
});
