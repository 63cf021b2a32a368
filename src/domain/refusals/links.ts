// Why a Slack account is not linked, or no link is ended.
import { rows } from './row.ts';

export const links = rows({
  link_code_unknown: {
    category: 'conflict',
    says: "This code doesn't work: it may be mistyped, used, replaced or older than 10 minutes.",
    remedy: 'Get a new one with: countersign link',
  },
  link_tries_used_up: {
    category: 'conflict',
    says: 'Too many codes were tried from this Slack account.',
    remedy: 'Wait 10 minutes, then get a new one.',
  },
  link_not_a_member: {
    category: 'forbidden',
    says: "Guests, bots, removed accounts and people from other organisations can't be linked.",
    remedy: 'Use your account as a full member of this workspace.',
  },
  link_account_listed: {
    category: 'conflict',
    says: 'This account is already assigned in the directory.',
    remedy: "If that's wrong, ask an administrator.",
  },
  link_person_listed: {
    category: 'conflict',
    says: 'The directory already has a Slack account for you.',
    remedy: 'To change it, ask an administrator.',
  },
  link_account_taken: {
    category: 'conflict',
    says: 'This Slack account is linked to someone else.',
    remedy: 'If it is yours alone, type /approvals unlink and try again.',
  },
  link_none: {
    category: 'gone',
    says: 'No account is linked here.',
    remedy: 'Accounts listed in the directory are changed by an administrator.',
  },
});
