// How another policy's answer to the same question differs: does it let more pass, or less, or ask other people?
import type { Approval, Approver, Decision, Obligation, Stage } from './decision.ts';

/**
 * What the other answer is beside the one it is compared with:
 *
 * - `same`: the same may happen, with the same people's consent. Words, channels and titles may differ.
 * - `loosened`: it lets pass what did not pass, or asks for fewer votes, or lets more people give them.
 * - `tightened`: the reverse.
 * - `changed_approvers`: people are needed in both, but others, or looser in one respect and tighter in another.
 * - `undefined`: it has no answer at all, which fails the request.
 * - `broken`: it cannot be evaluated, breaks the contract, or says itself that it is in error.
 */
export type Difference = 'same' | 'loosened' | 'tightened' | 'changed_approvers' | 'undefined' | 'broken';

export const differences = ['same', 'loosened', 'tightened', 'changed_approvers', 'undefined', 'broken'] as const;

/** A policy's answer, as far as it can be compared. */
export type Ruling =
  | {
      readonly kind: 'answer';
      /** Without `obligations` they are not compared: not every entry of the audit tells them. */
      readonly decision: Pick<Decision, 'outcome' | 'approval' | 'votes'> & {
        readonly obligations?: Decision['obligations'] | undefined;
      };
    }
  | { readonly kind: 'broken'; readonly code: string };

type Direction = 'same' | 'looser' | 'tighter' | 'mixed';

/** Nothing runs on an error, nor on a denial. */
const PERMISSIVENESS = { broken: 0, error: 0, deny: 0, require_approval: 1, allow: 2 } as const;

/** What `other` is beside `base`. Total and pure; `same` for equal answers whatever they are. */
export function compare(base: Ruling, other: Ruling): Difference {
  if (!judges(other)) return judges(base) ? failureOf(other) : 'same';
  const step = PERMISSIVENESS[outcomeOf(other)] - PERMISSIVENESS[outcomeOf(base)];
  if (step !== 0) return step > 0 ? 'loosened' : 'tightened';
  if (base.kind === 'broken' || other.kind === 'broken') return 'same';
  return DIFFERENCE[all([obliged(base.decision, other.decision), asked(base.decision, other.decision)])];
}

const DIFFERENCE = { same: 'same', looser: 'loosened', tighter: 'tightened', mixed: 'changed_approvers' } as const;

/** `broken` where no answer could be used, else policy's outcome. */
export function outcomeOf(ruling: Ruling): keyof typeof PERMISSIVENESS {
  return ruling.kind === 'broken' ? 'broken' : ruling.decision.outcome;
}

/** Whether it is a judgement at all, be it a denial. */
function judges(ruling: Ruling): boolean {
  const outcome = outcomeOf(ruling);
  return outcome !== 'broken' && outcome !== 'error';
}

function failureOf(ruling: Ruling): Difference {
  return ruling.kind === 'broken' && ruling.code === 'pdp_undefined' ? 'undefined' : 'broken';
}

function all(directions: readonly Direction[]): Direction {
  const moves = new Set(directions.filter(direction => direction !== 'same'));
  return moves.size > 1 ? 'mixed' : ([...moves][0] ?? 'same');
}

type Answered = Extract<Ruling, { kind: 'answer' }>['decision'];

function asked(base: Answered, other: Answered): Direction {
  if (base.approval === undefined || other.approval === undefined) return 'same';
  return all([stages(base.approval, other.approval), terms(base.approval, other.approval), counted(base, other)]);
}

/** Stages are matched by name; one that was only renamed is found by whom it asks. */
function stages({ stages: base }: Approval, { stages: other }: Approval): Direction {
  const left = new Set(other);
  const moves: Direction[] = [];
  for (const stage of base) {
    const twin = [...left].find(({ id }) => id === stage.id) ?? [...left].find(next => isAlike(stage, next));
    if (twin !== undefined) left.delete(twin);
    moves.push(twin === undefined ? 'looser' : stageMove(stage, twin));
  }
  if (left.size > 0) moves.push('tighter');
  return all(moves);
}

function isAlike(base: Stage, other: Stage): boolean {
  return base.quorum === other.quorum && sets(namesOf(base.approvers), namesOf(other.approvers)) === 'same';
}

function stageMove(base: Stage, other: Stage): Direction {
  return all([
    byNumber(other.quorum, base.quorum), // a smaller quorum is looser
    sets(namesOf(base.approvers), namesOf(other.approvers)),
  ]);
}

/** Everything beside the stages that makes an approval easier or harder to get. */
function terms(base: Approval, other: Approval): Direction {
  return all([
    byNumber(Number(base.self_approval ?? false), Number(other.self_approval ?? false)),
    byNumber(Number(base.unknown_requester ?? false), Number(other.unknown_requester ?? false)),
    byNumber(Number(base.one_click_fills_all ?? false), Number(other.one_click_fills_all ?? false)),
    sets(new Set(base.surfaces ?? ALL_SURFACES), new Set(other.surfaces ?? ALL_SURFACES)),
    sets(excludedOf(other), excludedOf(base)), // more people excluded is tighter
    sets(new Set(base.may_hide), new Set(other.may_hide)),
    byNumber(WORDS[other.reason_required ?? 'never'], WORDS[base.reason_required ?? 'never']),
    sets(standingOf(base), standingOf(other)),
    sets(namesOf(base.escalate?.approvers ?? []), namesOf(other.escalate?.approvers ?? [])),
  ]);
}

const ALL_SURFACES = ['slack', 'cli', 'api'];
/** What stands in the way of an approval; a reason for a denial does not. */
const WORDS = { never: 0, on_deny: 0, always: 1 } as const;

/** Of the same votes, which count. */
function counted(base: Answered, other: Answered): Direction {
  return all(
    base.votes.map((verdict, i) => {
      const twin = other.votes[i];
      return twin?.by === verdict.by ? byNumber(Number(verdict.counted), Number(twin.counted)) : 'same';
    }),
  );
}

/** What must happen besides; telling a channel binds nobody. */
function obliged(base: Answered, other: Answered): Direction {
  if (base.obligations === undefined || other.obligations === undefined) return 'same';
  return sets(dutiesOf(other.obligations), dutiesOf(base.obligations)); // more duties are tighter
}

function dutiesOf(obligations: readonly Obligation[]): ReadonlySet<string> {
  return new Set(obligations.filter(({ type }) => type !== 'notify').map(({ type }) => type));
}

function namesOf(approvers: readonly Approver[]): ReadonlySet<string> {
  return new Set(approvers.map(({ type, id }) => `${type}:${id}`));
}

function excludedOf({ excluded = [] }: Approval): ReadonlySet<string> {
  return new Set(excluded.map(({ user }) => user));
}

function standingOf({ standing }: Approval): ReadonlySet<string> {
  return new Set(standing === undefined ? [] : ['offered', ...(standing.any_params === true ? ['any_params'] : [])]);
}

/** More is looser. */
function sets(base: ReadonlySet<string>, other: ReadonlySet<string>): Direction {
  const isMore = [...other].some(name => !base.has(name));
  const isLess = [...base].some(name => !other.has(name));
  if (isMore && isLess) return 'mixed';
  return isMore ? 'looser' : isLess ? 'tighter' : 'same';
}

function byNumber(base: number, other: number): Direction {
  if (base === other) return 'same';
  return other > base ? 'looser' : 'tighter';
}
