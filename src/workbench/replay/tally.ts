// Adds up what a candidate says of past decisions. Grows with people, weeks and rules, not with decisions.
import { compare, type Difference, differences, outcomeOf, type Ruling } from '../../domain/comparison.ts';
import type { Reason } from '../../domain/decision.ts';
import type { PolicyAnswer } from '../../flow/ports.ts';
import type { PastDecision, Skip } from './history.ts';
import type { Behind, Counted, Flow, PersonVotes, Tallied, Week } from './report.ts';
import { requirementChange } from './requirement.ts';

const EXAMPLES = 3;
/** Actions and rules are words of others: beyond this many kinds of difference, the rest is one number. */
const KINDS = 500;
const DAY_MS = 86_400_000;

export type Tally = {
  add(past: PastDecision, answer: PolicyAnswer): void;
  skip(skip: Skip): void;
  readonly decisions: number;
  result(): Tallied;
};

type Growing<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer U)[] ? U[] : T[K] };

export function openTally(): Tally {
  const found = Object.fromEntries(differences.map(name => [name, none()])) as Record<Difference, Growing<Counted>>;
  const phases: Record<string, Record<Difference, number>> = {};
  const skipped = { no_question: 0, no_submission: 0, unreadable: 0 };
  const flows = new Map<string, Growing<Flow>>();
  const people = new Map<string, Growing<PersonVotes>>();
  const weeks = new Map<number, Growing<Week>>();
  const behind = new Map<string, Growing<Behind>>();
  let decisions = 0;
  let masked = 0;
  let unlisted = 0;
  let first: string | undefined;
  let last: string | undefined;

  function flow(past: PastDecision, candidate: Ruling, difference: Difference): void {
    const [from, to] = [past.ruling.decision.outcome, outcomeOf(candidate)];
    const at = `${from} ${to} ${difference}`;
    count(
      got(flows, at, () => ({ from, to, difference, ...none() })),
      past.id,
    );
    const monday = mondayOf(past.at);
    const week = got(weeks, monday, () => ({ week: dayOf(monday), requests: 0, recorded: 0, candidate: 0 }));
    week.requests += 1;
    week.recorded += Number(from === 'require_approval');
    week.candidate += Number(to === 'require_approval');
  }

  /** The vote that was being cast; each is judged once, however often it is asked about later. */
  function vote({ input, ruling, id }: PastDecision, candidate: Ruling): void {
    const i = input.votes.length - 1;
    const cast = input.votes[i];
    const then = ruling.decision.votes[i];
    const now = candidate.kind === 'answer' ? candidate.decision.votes[i] : undefined;
    if (cast === undefined || then?.by !== cast.by.id || now === undefined) return;
    const person = got(people, cast.by.user, () => ({
      person: cast.by.user,
      votes: 0,
      lost: 0,
      gained: 0,
      ...lists(),
    }));
    person.votes += 1;
    // Where the candidate wants nobody's consent, nobody has lost a say.
    if (then.counted === now.counted || outcomeOf(candidate) === 'allow') return;
    if (now.counted) person.gained += 1;
    else person.lost += 1;
    note(person.examples, id);
    if (now.code !== undefined && !person.codes.includes(now.code)) note(person.codes, now.code);
  }

  function explain(past: PastDecision, answer: PolicyAnswer, difference: Difference): void {
    const [from, to] = [past.ruling.decision.outcome, outcomeOf(answer)];
    const { action } = past.input;
    const [gone, fresh] = rulesBetween(past.reasons, answer);
    const asks =
      answer.kind === 'answer' ? requirementChange(past.ruling.decision.approval, answer.decision.approval) : [];
    const key = JSON.stringify([action, difference, past.phase, from, to, gone, fresh, asks]);
    if (!behind.has(key) && behind.size >= KINDS) {
      unlisted += 1;
      return;
    }
    const blank = () => ({
      action,
      difference,
      phase: past.phase,
      from,
      to,
      rulesThen: gone,
      rulesNow: fresh,
      asks: [...asks],
      ...none(),
    });
    count(got(behind, key, blank), past.id);
  }

  return {
    get decisions() {
      return decisions;
    },
    add(past, answer) {
      const difference = compare(past.ruling, answer);
      decisions += 1;
      masked += Number(past.isMasked);
      if (first === undefined || past.at < first) first = past.at;
      if (last === undefined || past.at > last) last = past.at;
      count(found[difference], past.id);
      phases[past.phase] ??= Object.fromEntries(differences.map(name => [name, 0])) as Record<Difference, number>;
      (phases[past.phase] as Record<Difference, number>)[difference] += 1;
      if (past.phase === 'submit') flow(past, answer, difference);
      if (past.phase === 'vote') vote(past, answer);
      if (difference !== 'same') explain(past, answer, difference);
    },
    skip({ why }) {
      skipped[why] += 1;
    },
    result() {
      const most = <T extends { count: number }>(all: Iterable<T>) => [...all].sort((a, b) => b.count - a.count);
      return {
        decisions,
        masked,
        skipped,
        ...(first === undefined || last === undefined ? {} : { period: { first, last } }),
        differences: found,
        phases,
        flows: most(flows.values()),
        weeks: [...weeks.values()].sort((a, b) => (a.week < b.week ? -1 : 1)),
        people: [...people.values()]
          .filter(({ lost, gained }) => lost + gained > 0)
          .sort((a, b) => b.lost - a.lost || b.gained - a.gained),
        behind: most(behind.values()),
        unlisted,
      };
    },
  };
}

/** The rules that spoke then and do not now, and the reverse; where there are none of a kind, all that speak. */
function rulesBetween(then: readonly Reason[], answer: PolicyAnswer): [string[], string[]] {
  if (answer.kind === 'broken') return [namesOf(then), [`${answer.code}: ${answer.cause}`]];
  const [before, after] = [namesOf(then), namesOf(answer.decision.reasons)];
  const gone = before.filter(name => !after.includes(name));
  const fresh = after.filter(name => !before.includes(name));
  return [gone.length > 0 ? gone : before, fresh.length > 0 ? fresh : after];
}

function namesOf(reasons: readonly Reason[]): string[] {
  return [...new Set(reasons.map(({ rule, code }) => rule ?? code))].sort().slice(0, 8);
}

function none(): Growing<Counted> {
  return { count: 0, examples: [] };
}

function lists(): { examples: string[]; codes: string[] } {
  return { examples: [], codes: [] };
}

function count(at: Growing<Counted>, id: string): void {
  at.count += 1;
  note(at.examples, id);
}

function note(list: string[], text: string): void {
  if (list.length < EXAMPLES && !list.includes(text)) list.push(text);
}

function got<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const there = map.get(key) ?? make();
  map.set(key, there);
  return there;
}

/** The first moment of the week, Monday in UTC. 1 January 1970 was a Thursday. */
function mondayOf(at: string): number {
  const day = Math.floor(Date.parse(at) / DAY_MS);
  return (day - ((day + 3) % 7)) * DAY_MS;
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
