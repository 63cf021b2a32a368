// Why an answer does not count: how the request stands, who answers, what is missing.
import { rows } from './row.ts';

export const votes = rows({
  already_resolved: {
    category: 'conflict',
    says: 'Too late: this was already decided.',
    remedy: 'Submit a new request if another answer is needed.',
    tells: 'status',
  },
  expired: {
    category: 'conflict',
    says: 'This request has expired.',
    remedy: 'Ask its requester to submit it again.',
  },
  late: {
    category: 'conflict',
    says: 'Too late: the deadline had passed, so your answer was not counted.',
    remedy: 'Ask its requester to submit it again.',
  },
  already_voted: {
    category: 'conflict',
    says: 'You have already voted.',
    remedy: 'Nothing more to do.',
  },
  self_approval: {
    category: 'forbidden',
    says: "You can't approve your own request, or that of an agent you own.",
    remedy: 'Ask someone else to decide it.',
  },
  not_a_member: {
    category: 'forbidden',
    says: "Guests, bots, removed accounts and people from other organisations can't decide this.",
    remedy: 'Ask a full member of this workspace.',
  },
  not_eligible: {
    category: 'forbidden',
    says: "You can't approve this.",
    remedy: 'Open Details to see who can.',
  },
  excluded: {
    category: 'forbidden',
    says: "You can't approve this because you had a part in it.",
    remedy: 'Ask someone else to decide it.',
  },
  stage_not_open: {
    category: 'conflict',
    says: "It's not your turn yet: others approve first.",
    remedy: 'You will be asked when they have.',
  },
  stage_full: {
    category: 'conflict',
    says: 'Your stage already has all the approvals it needs.',
    remedy: 'Nothing more to do.',
  },
  not_the_requester: {
    category: 'forbidden',
    says: 'Only whoever asked for this can cancel it.',
    remedy: 'Deny it instead, if it is yours to decide.',
  },
  stale_digest: {
    category: 'conflict',
    says: 'This is not the request you were shown: its digest differs.',
    remedy: 'Show it again and decide on that.',
  },
  hidden_values: {
    category: 'forbidden',
    says: 'The requester hid values that policy does not let them hide, so nobody can approve this.',
    remedy: 'Deny it, and have it submitted again with those values shown.',
  },
  surface_not_allowed: {
    category: 'forbidden',
    says: "This can't be decided here.",
    remedy: 'Open Details to see where it can.',
  },
  reason_required: {
    category: 'conflict',
    says: 'This answer needs a reason.',
    remedy: 'Please write one.',
  },
  not_asked: {
    category: 'conflict',
    says: 'No one has been asked about this request, so there is nothing to decide.',
    remedy: 'Look again in a moment: policy may still answer it.',
  },
  stale_gesture: {
    category: 'conflict',
    says: 'That click arrived too late to count.',
    remedy: 'Please click again.',
  },
  answered_before: {
    category: 'conflict',
    says: 'This click was already answered, and it did not count.',
    remedy: 'Please click again.',
  },
  ended_by_policy: {
    category: 'conflict',
    says: 'Policy changed in the meantime and ended this request, so your answer was not counted.',
    remedy: 'Submit it again to ask anew.',
  },
  standing_not_allowed: {
    category: 'conflict',
    says: "Future requests can't be approved with this one.",
    remedy: 'Approve this request alone.',
  },
  standing_too_long: {
    category: 'conflict',
    says: 'That is longer or more often than policy allows.',
    remedy: 'Choose less.',
    tells: 'most',
  },
  policy_unavailable: {
    category: 'unavailable',
    says: "Policy can't be checked just now, so nothing was recorded.",
    remedy: 'Please try again in a minute.',
  },
  busy: {
    category: 'unavailable',
    says: 'Many answers arrived at once and yours was not recorded.',
    remedy: 'Please try again.',
  },
});
