// Why somebody is not known, or not told apart from whoever asked: who they are stands in the way, not what they want.
import { rows } from './row.ts';

export const people = rows({
  unmapped: {
    category: 'forbidden',
    says: "Your account isn't linked to a person in the directory.",
    remedy: 'Link it (countersign link), or ask an administrator to add it.',
  },
  unknown_person: {
    category: 'forbidden',
    says: 'You are not in the directory.',
    remedy: 'Ask an administrator to add you to the people file.',
  },
  ambiguous_person: {
    category: 'forbidden',
    says: 'Your account belongs to more than one person in the directory, so it counts for none of them.',
    remedy: 'Ask an administrator to correct it.',
  },
  unverified_account: {
    category: 'unavailable',
    says: 'Your account could not be checked just now, so nothing was recorded.',
    remedy: 'Please try again in a minute.',
  },
  unverified_requester: {
    category: 'unavailable',
    says: "Slack couldn't say just now who asked for this, so nothing was recorded.",
    remedy: 'Please try again in a minute.',
  },
  indistinct: {
    category: 'forbidden',
    says: "You can't approve this yet: the directory can't tell you apart from the requester, another approver or someone excluded.",
    remedy: 'Link your account (countersign link), or ask an administrator to list it.',
  },
  unknown_requester: {
    category: 'forbidden',
    says: 'Nobody can approve this yet: neither the directory nor Slack knows who asked, so it might be you.',
    remedy: 'An administrator can add them to the people file, or policy can waive this (approval.unknown_requester).',
  },
  unknown_excluded: {
    category: 'forbidden',
    says: "Nobody can approve this yet: the directory doesn't know someone whom a rule keeps from approving.",
    remedy:
      'An administrator can add them to the people file, or submit the request again with the id that is listed there.',
  },
  not_for_operators: {
    category: 'forbidden',
    says: "Operators can't decide in someone else's name.",
    remedy: "Use a service's key or a person's: countersign keys create",
  },
  only_for_operators: {
    category: 'forbidden',
    says: 'Only whoever runs Countersign can do this.',
    remedy: 'Ask them.',
  },
  key_none: {
    category: 'gone',
    says: 'No such key is in force.',
    remedy: 'See which are (countersign keys list).',
  },
  not_for_people: {
    category: 'forbidden',
    says: "A person's key can't do this.",
    remedy: 'Use a service key: countersign keys create --service <name>',
  },
  not_for_services: {
    category: 'forbidden',
    says: "A service key can't do this.",
    remedy: "Use a person's key: countersign keys create --person <id>",
  },
});
