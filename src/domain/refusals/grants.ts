// Why an approval does not carry an action: the grant, what became of it, or what policy says by now.
import { rows } from './row.ts';

export const grants = rows({
  grant_malformed: {
    category: 'forbidden',
    says: 'This is not a grant.',
    remedy: 'Read the approved request again and send its grant unchanged.',
  },
  grant_too_large: {
    category: 'forbidden',
    says: 'This is not a grant: it is too long.',
    remedy: 'Read the approved request again and send its grant unchanged.',
  },
  grant_wrong_algorithm: {
    category: 'forbidden',
    says: 'This grant is not signed the way grants are.',
    remedy: 'Read the approved request again.',
  },
  grant_wrong_type: {
    category: 'forbidden',
    says: 'This token is for something else.',
    remedy: 'Send the grant of the approved request.',
  },
  grant_unknown_key: {
    category: 'forbidden',
    says: 'This grant was signed with a key that is no longer valid.',
    remedy: 'Read the approved request again for a fresh copy.',
  },
  grant_forged: {
    category: 'forbidden',
    says: 'The signature is wrong: this grant was altered.',
    remedy: 'Read the approved request again.',
  },
  grant_foreign: {
    category: 'forbidden',
    says: 'This grant was given to another service.',
    remedy: 'Submit a request of your own.',
  },
  grant_foreign_issuer: {
    category: 'forbidden',
    says: 'This grant is from another Countersign.',
    remedy: 'Use one of the installation that you trust.',
  },
  grant_expired: {
    category: 'forbidden',
    says: 'This grant has expired.',
    remedy: 'Submit the request again and act sooner after the approval.',
  },
  grant_altered: {
    category: 'forbidden',
    says: 'This is not the action that was approved: its digest differs.',
    remedy: 'Submit what you want to do as a new request.',
  },
  grant_revoked: {
    category: 'forbidden',
    says: 'This approval was taken back.',
    remedy: 'Ask whoever took it back, or submit the request again.',
    tells: 'detail',
  },
  grant_used_up: {
    category: 'forbidden',
    says: 'This approval has been used as often as policy allows.',
    remedy: 'Submit the request again.',
  },
  not_approved: {
    category: 'conflict',
    says: 'This request is not approved, so there is nothing to use or take back.',
    remedy: 'Wait until it is approved, or cancel it while it is pending.',
    tells: 'status',
  },
  not_a_revoker: {
    category: 'forbidden',
    says: 'Only its requester, those who approved it and people policy names can take this back.',
    remedy: 'Ask one of them, or the service that asked.',
  },
  policy_changed: {
    category: 'forbidden',
    says: 'Policy has changed since the approval.',
    remedy: 'Submit the request again to ask anew.',
    tells: 'detail',
  },
  policy_broken: {
    category: 'forbidden',
    says: 'Policy gave no usable answer, so the approval was not used.',
    remedy: 'Tell whoever owns the policy.',
    tells: 'detail',
  },
});
