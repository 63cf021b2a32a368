// Why the token that a job brought from its platform is no service's here.
import { rows } from './row.ts';

const ASK = 'Ask whoever keeps the directory to add a line for it to workloads.';

export const workloads = rows({
  workload_unreadable: {
    category: 'unauthenticated',
    says: 'What was sent is no ID token.',
    remedy: 'Send the token that the platform issued, as "Authorization: Bearer <token>".',
  },
  workload_unknown_issuer: {
    category: 'unauthenticated',
    says: 'No workload of this issuer is known here.',
    remedy: ASK,
  },
  workload_bad_signature: {
    category: 'unauthenticated',
    says: 'The token is not signed by a key that its issuer publishes now.',
    remedy: 'Ask the issuer for a fresh one.',
  },
  workload_expired: {
    category: 'unauthenticated',
    says: 'The token is not in force: it is over, not yet begun, or says no time.',
    remedy: 'Ask the issuer for a fresh one, and check the clocks.',
  },
  workload_wrong_audience: {
    category: 'unauthenticated',
    says: 'The token is for somebody else: its audience is not the one that the directory names.',
    remedy: 'Ask the issuer for one with that audience; without one in the directory it is "countersign".',
  },
  workload_not_mapped: {
    category: 'unauthenticated',
    says: 'What the token says fits no workload; in the nearest these claims differ.',
    remedy: ASK,
    tells: 'detail',
  },
  workload_ambiguous: {
    category: 'unauthenticated',
    says: 'What the token says fits workloads of several services, so it is none.',
    remedy: 'Ask whoever keeps the directory to make the claims under workloads tell them apart.',
  },
  workload_too_often: {
    category: 'too_much',
    says: 'This token was exchanged too often.',
    remedy: 'Use what it got for as long as that is good, or ask the issuer for a fresh token.',
  },
  workload_replayed: {
    category: 'unauthenticated',
    says: 'This token was used before.',
    remedy: 'Ask the issuer for a fresh one; where it gives the same one again, the directory says once: false.',
  },
});
