// What the flow observes, as log lines for somebody tired: plain and complete.
import { durationText } from '../../domain/duration.ts';
import type { Observation, Observe } from '../../flow/ports.ts';

export type Lines = {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

/** Every request leaves one line at `info`, its end; what each step did is told at `debug`. */
export function logObservations(log: Lines): Observe {
  return seen => {
    const { kind: _kind, ...fields } = seen;
    const [level, message] = lineFor(seen);
    log[level](fields, message);
  };
}

/** Counted, but not worth a line for each: a candidate that is down would fill the log. */
const QUIET = { same: true, unanswered: true, dropped: true };

const REFUSED = {
  vote: 'answer not counted',
  review: 'review not closed',
  revocation: 'approval not taken back',
  link: 'account not linked',
  submission: 'request not taken in',
  envelope: 'envelope not taken in',
} as const;

function lineFor(seen: Observation): readonly ['debug' | 'info' | 'warn' | 'error', string] {
  switch (seen.kind) {
    case 'submitted':
      return ['debug', `${seen.service} submitted a request${seen.repeated ? ' again' : ''}`];
    case 'over_budget':
      return ['debug', `${seen.service} was told to wait: ${seen.budget}`];
    case 'policy_used':
      return ['debug', `policy was busy for ${seen.service}`];
    case 'asked':
      return ['debug', `policy was asked: ${seen.outcome}`];
    case 'decided':
      return ['debug', `policy says ${seen.outcome}`];
    case 'shadowed':
      return seen.difference in QUIET
        ? ['debug', `the candidate policy: ${seen.difference}`]
        : ['warn', `the candidate policy would differ: ${seen.difference}`];
    case 'delayed':
      return ['warn', 'policy could not be asked; the request waits'];
    case 'resolved':
      return ['info', `request ${seen.status} by ${seen.by} after ${rounded(seen.afterMs)}`];
    case 'voted':
      return ['info', 'vote recorded'];
    case 'refused':
      return ['info', `${REFUSED[seen.what]} (${seen.code})`];
    case 'link':
      return ['info', `link: ${seen.outcome}`];
    case 'grant':
      return ['info', `grant: ${seen.outcome}`];
    case 'told':
      return ['debug', `${seen.way}: ${seen.outcome}`];
    case 'trouble':
      return ['error', `trouble in ${seen.where} (${seen.code})`];
    default:
      return seen satisfies never;
  }
}

function rounded(ms: number): string {
  const grain = ms < 10_000 ? 1 : ms < 600_000 ? 1_000 : 60_000;
  return durationText(Math.max(0, Math.round(ms / grain) * grain));
}
