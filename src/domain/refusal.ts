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
  already_resolved: 'This request is already resolved.',
  expired: 'This request has expired. Ask its requester to submit it again.',
  already_voted: 'Your vote on this request is already counted. Nothing more is needed from you.',
  self_approval: 'You cannot approve your own request, nor that of an agent you own. Ask somebody else to decide it.',
  not_a_member:
    'Guests, bots, removed accounts and people of other organisations cannot decide this request. Ask a full member of this workspace.',
  not_eligible: 'You are not among the approvers of this request. Details shows whom policy asks.',
  unmapped:
    'Your account is not linked to a person in the directory. Link it (countersign link), or ask an administrator to add it.',
  unknown_person: 'The directory does not know you any more. Ask an administrator to add you to the people file.',
  stale_digest:
    'That digest is not the digest of this request, so it is not what you were shown. Show the request again and decide on that.',
  ambiguous_person:
    'Your account is linked to more than one person in the directory, so it counts for none. Ask an administrator to correct it.',
  unverified_account:
    'Your account could not be verified just now, so nothing was recorded. Please try again in a minute.',
  hidden_values:
    'The requester hid values that policy does not let them hide, so nobody can approve this. Deny it, and have it submitted again with those values shown.',
  surface_not_allowed: 'Policy does not let this request be decided here. Details shows where it can be decided.',
  reason_required: 'Policy requires a reason with this answer. Please write one.',
  not_asked: 'Policy asks nobody about this request, so there is nothing to decide.',
  stale_gesture: 'That click is dated too far from now and was not counted. Please click again.',
  ended_by_policy: 'Policy has changed since this request was shown, and ended it. Your answer was not counted.',
  policy_unavailable: 'Policy cannot be asked just now, so nothing was recorded. Please try again in a minute.',
  grant_malformed: 'This is no grant. Read the approved request again and send the grant as it stands there.',
  grant_too_large: 'This is no grant: it is too long. Read the approved request again and send the grant as it stands.',
  grant_wrong_algorithm: 'This grant is not signed as grants are. Read the approved request again.',
  grant_wrong_type: 'This token is for something else. Send the grant of the approved request.',
  grant_unknown_key: 'No key in force signed this grant. Read the approved request again for a fresh copy.',
  grant_forged: 'The signature does not hold: this grant was altered. Read the approved request again.',
  grant_foreign: 'This grant was given to another service. Submit a request of your own.',
  grant_foreign_issuer: 'This grant is from another Countersign. Use one of the installation that you trust.',
  grant_expired: 'This grant has expired. Submit the request again and act sooner after the approval.',
  grant_altered:
    'This is not the action that was approved: its digest differs. Submit what you want to do as a new request.',
  grant_revoked: 'The approval was taken back. Ask whoever revoked it, or submit the request again.',
  grant_used_up: 'The approval was used already, as often as policy allows. Submit the request again.',
  not_approved: 'This request is not approved, so there is nothing to redeem or revoke.',
  policy_changed: 'Policy has changed since the approval. Submit the request again if it should be asked anew.',
  policy_broken: 'Policy gave no usable answer, so nothing was redeemed. Tell whoever owns the policy.',
  unknown_request: 'This request is not known here any more.',
  stage_not_open: 'Your turn comes after the stages before yours. Please answer again when they are complete.',
  stage_full: 'Your stage has all the approvals it needs. Nothing more is needed from you.',
  excluded: 'A rule keeps you from approving this request: you had a part in it. Ask somebody else to decide it.',
  standing_not_allowed: 'Policy allows no standing approval for this. Approve this one request instead.',
  standing_too_long: 'Policy allows a standing approval here only for a shorter time or fewer uses. Choose less.',
  indistinct:
    'It cannot be known that you are not the same as the requester, an approver or somebody excluded: the directory lists no account for one of you. Link yours (countersign link), or ask an administrator to list it.',
  link_code_unknown:
    'This code is not in force: it may be mistyped, used, replaced or older than 10 minutes. Ask for a fresh one with: countersign link',
  link_tries_used_up: 'Too many codes were tried from this Slack account. Wait 10 minutes, then ask for a fresh one.',
  link_not_a_member:
    'Guests, bots, removed accounts and people of other organisations cannot be linked. Use your account as a full member of this workspace.',
  link_account_listed:
    'The directory says whose Slack account this is, and the directory comes first. Ask an administrator to correct it there if it is wrong.',
  link_person_listed:
    'The directory names a Slack account for you, and the directory comes first. Ask an administrator to change it there.',
  link_account_taken:
    'This Slack account is linked to somebody else. If it is yours alone, type /approvals unlink and then try again.',
  link_none: 'Nothing is linked here that could be unlinked. What the directory lists is changed by an administrator.',
  unknown_standing: 'There is no such standing approval, or it has ended.',
  no_review: 'Nothing waits to be reviewed here.',
  already_reviewed: 'This has been reviewed already.',
  own_review: 'You had a part in this, so somebody else must review it.',
  not_a_reviewer: 'Policy names others to review this. Ask one of those whom the notice names.',
  not_a_revoker:
    'Only those who approved it, whose request it is, or whom policy names can take it back. Ask one of them, or the service that asked.',
  note_required: 'Please write what you found.',
  answered_before: 'This very click was answered before, and it did not count. Please click again.',
  late: 'Your answer came after the deadline and was not counted.',
  busy: 'Many answers arrived at once and yours could not be recorded. Please try again.',
};

/** The sentence for the person who was refused. Unknown codes (policy's own) are shown as they are. */
export function refusalSentence({ code, detail }: Refusal): string {
  const own = Object.hasOwn(sentences, code) ? sentences[code] : undefined;
  const said = own ?? `Policy does not count this answer (${code.slice(0, 100)}).`;
  if (code === 'standing_too_long' && detail !== undefined) return `${said} The most is ${detail}.`;
  return code === 'not_eligible' && detail === NOBODYS ? `${said} ${LINK_IT}` : said;
}

/** Beyond `not_eligible`: the account is nobody's, so whoever has it may well be an approver under their own name. */
export const NOBODYS = 'the account is nobody’s';
const LINK_IT = 'No person of the directory has this account: if you are one, link it (countersign link).';
