// What each ending means to a script: one number a result, so that silence, a no and a breakdown are told apart.
import type { Status } from '../domain/lifecycle.ts';

export const EXIT = {
  ok: 0,
  broken: 1,
  usage: 2,
  approved: 0,
  denied: 10,
  expired: 11,
  cancelled: 12,
  failed: 13,
  pending: 14,
  unreachable: 15,
  rejected: 16,
  /** Approved, and still not to be done. */
  grantRefused: 17,
  /** As shells say it: found but cannot be run, and not found. */
  notRunnable: 126,
  notFound: 127,
} as const;

export function exitCodeOf(status: Status): number {
  return EXIT[status];
}

export const EXIT_HELP = `
Exit codes:
   0  approved (or the command did what was asked)
   1  something broke, or the doctor found something
   2  the command line or the configuration is wrong
  10  denied      11  expired     12  cancelled   13  failed
  14  still pending
  15  Countersign, or what it leans on, cannot be reached
  16  Countersign refused the call, or its answer cannot be trusted
  17  it was approved, but the grant was refused when it came to acting
Only 0 is yes. \`run\` ends with the exit code of its command once that was started.`;
