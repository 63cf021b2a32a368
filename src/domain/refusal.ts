// Refusals: answers, not failures. Each has a code, and one sentence here, whoever shows it.
import type { RequestRecord } from './record.ts';

/** Codes that Countersign itself gives; policy may give others, in its verdict on a vote. */
export type RefusalCode =
  | 'already_resolved'
  | 'expired'
  | 'already_voted'
  | 'self_approval'
  | 'not_a_member'
  | 'not_eligible'
  | 'ambiguous_person'
  | 'unverified_account'
  | 'hidden_values'
  | 'surface_not_allowed'
  | 'reason_required'
  | 'not_asked'
  | 'stale_gesture'
  | 'policy_unavailable'
  | 'ended_by_policy'
  | 'unknown_request'
  | 'busy'
  | (string & {});

export type Refusal = {
  readonly kind: 'refusal';
  readonly code: RefusalCode;
  /** The record it was judged by: the loser of a race hears from it who won. */
  readonly record?: RequestRecord;
  /** What policy or the platform said beyond the code. */
  readonly detail?: string;
};

export function refuse(code: RefusalCode, record?: RequestRecord, detail?: string): Refusal {
  return {
    kind: 'refusal',
    code,
    ...(record === undefined ? {} : { record }),
    ...(detail === undefined ? {} : { detail }),
  };
}

const sentences: { readonly [code: string]: string } = {
  already_resolved: 'Too late: this was already decided.',
  expired: 'This request has expired. Ask its requester to submit it again.',
  already_voted: 'You have already voted. Nothing more to do.',
  self_approval: "You can't approve your own request, or that of an agent you own. Ask someone else to decide it.",
  not_a_member:
    "Guests, bots, removed accounts and people from other organisations can't decide this. Ask a full member of this workspace.",
  not_eligible: "You can't approve this. Open Details to see who can.",
  unmapped:
    "Your account isn't linked to a person in the directory. Link it (countersign link), or ask an administrator to add it.",
  unknown_person: 'You are no longer in the directory. Ask an administrator to add you to the people file.',
  stale_digest: 'This is not the request you were shown: its digest is another. Show it again and decide on that.',
  ambiguous_person:
    'Your account belongs to more than one person in the directory, so it counts for none of them. Ask an administrator to correct it.',
  unverified_account:
    'Your account could not be checked just now, so nothing was recorded. Please try again in a minute.',
  hidden_values:
    'The requester hid values that policy does not let them hide, so nobody can approve this. Deny it, and have it submitted again with those values shown.',
  surface_not_allowed: "This can't be decided here. Open Details to see where it can.",
  reason_required: 'This answer needs a reason. Please write one.',
  not_asked: 'Nobody is asked about this request, so there is nothing to decide.',
  stale_gesture: 'That click arrived too late to count. Please click again.',
  ended_by_policy: 'Policy changed in the meantime and ended this request, so your answer was not counted.',
  policy_unavailable: "Policy can't be checked just now, so nothing was recorded. Please try again in a minute.",
  grant_malformed: 'This is not a grant. Read the approved request again and send its grant unchanged.',
  grant_too_large: 'This is not a grant: it is too long. Read the approved request again and send its grant unchanged.',
  grant_wrong_algorithm: 'This grant is not signed the way grants are. Read the approved request again.',
  grant_wrong_type: 'This token is for something else. Send the grant of the approved request.',
  grant_unknown_key:
    'This grant was signed with a key that is no longer valid. Read the approved request again for a fresh copy.',
  grant_forged: 'The signature is wrong: this grant was altered. Read the approved request again.',
  grant_foreign: 'This grant was given to another service. Submit a request of your own.',
  grant_foreign_issuer: 'This grant is from another Countersign. Use one of the installation that you trust.',
  grant_expired: 'This grant has expired. Submit the request again and act sooner after the approval.',
  grant_altered:
    'This is not the action that was approved: its digest differs. Submit what you want to do as a new request.',
  grant_revoked: 'This approval was taken back. Ask whoever took it back, or submit the request again.',
  grant_used_up: 'This approval has been used as often as policy allows. Submit the request again.',
  not_approved: 'This request is not approved, so there is nothing to use or take back.',
  policy_changed: 'Policy has changed since the approval. Submit the request again to ask anew.',
  policy_broken: 'Policy gave no usable answer, so the approval was not used. Tell whoever owns the policy.',
  over_budget: 'The service asks for more than it may. Nothing was recorded; submit it again later.',
  unknown_request: 'This request no longer exists here.',
  stage_not_open: "It's not your turn yet: others approve first. You will be asked when they have.",
  stage_full: 'Your stage already has all the approvals it needs. Nothing more to do.',
  excluded: "You can't approve this because you had a part in it. Ask someone else to decide it.",
  standing_not_allowed: "Future requests can't be approved with this one. Approve this request alone.",
  standing_too_long: 'That is longer or more often than policy allows. Choose less.',
  indistinct:
    "You can't approve this yet: the directory can't tell you apart from the requester, another approver or someone excluded. Link your account (countersign link), or ask an administrator to list it.",
  unknown_requester:
    "Nobody can approve this yet: neither the directory nor Slack knows who asked, so it can't be told that it wasn't you. An administrator can add them to the people file, or policy can waive this (approval.unknown_requester).",
  unknown_excluded:
    "Nobody can approve this yet: the directory doesn't know someone whom a rule keeps from approving. An administrator can add them to the people file, or submit the request again with the id that is listed there.",
  unverified_requester:
    "Slack couldn't say just now who asked for this, so nothing was recorded. Please try again in a minute.",
  link_code_unknown:
    "This code doesn't work: it may be mistyped, used, replaced or older than 10 minutes. Get a new one with: countersign link",
  link_tries_used_up: 'Too many codes were tried from this Slack account. Wait 10 minutes, then get a new one.',
  link_not_a_member:
    "Guests, bots, removed accounts and people from other organisations can't be linked. Use your account as a full member of this workspace.",
  link_account_listed: "This account is already assigned in the directory. If that's wrong, ask an administrator.",
  link_person_listed: 'The directory already has a Slack account for you. To change it, ask an administrator.',
  link_account_taken:
    'This Slack account is linked to someone else. If it is yours alone, type /approvals unlink and try again.',
  link_none: 'No account is linked here. Accounts listed in the directory are changed by an administrator.',
  unknown_standing: 'This standing approval has ended or never existed.',
  no_review: 'There is nothing to review here.',
  already_reviewed: 'This has already been reviewed.',
  own_review: 'You had a part in this, so someone else must review it.',
  not_a_reviewer: "You can't review this. Ask one of the reviewers named in the notice.",
  not_a_revoker:
    'Only its requester, those who approved it and people policy names can take this back. Ask one of them, or the service that asked.',
  note_required: 'Please write what your review found.',
  answered_before: 'This click was already answered, and it did not count. Please click again.',
  too_old:
    'It was signed longer ago than it was to be waited for, so nobody was asked. Submit it again, and check the clock of whoever signs.',
  late: 'Too late: the deadline had passed, so your answer was not counted.',
  busy: 'Many answers arrived at once and yours was not recorded. Please try again.',
};

/** The sentence for the person who was refused. Unknown codes (policy's own) are shown as they are. */
export function refusalSentence({ code, detail }: Refusal): string {
  const own = Object.hasOwn(sentences, code) ? sentences[code] : undefined;
  const said = own ?? `Policy did not count this answer (${code.slice(0, 100)}).`;
  if (code === 'standing_too_long' && detail !== undefined) return `${said} The most is ${detail}.`;
  return code === 'not_eligible' && detail === NOBODYS ? `${said} ${LINK_IT}` : said;
}

/** Beyond `not_eligible`: the account is nobody's, so whoever has it may well be an approver under their own name. */
export const NOBODYS = 'the account is nobody’s';
const LINK_IT = "This account isn't linked to anyone: if you are an approver, link it (countersign link).";
