// The tally told a second time, as people would: votes are read one after another, and whoever comes is seated if the
// people can be rearranged so that all have a seat. It shares nothing with the policy, which uses a formula.
export type Approver = { readonly type: 'user' | 'group' | 'slack_usergroup' | 'slack_channel'; readonly id: string };

export type Stage = {
  readonly id: string;
  readonly title: string;
  readonly order: number;
  readonly quorum: number;
  readonly approvers: readonly Approver[];
};

export type ModelVote = {
  readonly by: {
    readonly id: string;
    readonly user: string;
    readonly groups: readonly string[];
    readonly kind: string;
  };
  readonly vote: 'approve' | 'deny';
  readonly at: string;
  readonly surface: string;
  readonly reason?: string;
  readonly standing?: { readonly duration: string; readonly uses: number } | ModelMark;
};

/** The vote was kept by a standing approval. */
export type ModelMark = {
  readonly id: string;
  readonly granted_at: string;
  readonly expires_at: string;
  readonly used: number;
  readonly same_params: boolean;
};

export type Asked = {
  /** In the order in which they open, then by id. */
  readonly stages: readonly Stage[];
  readonly involved: readonly string[];
  readonly excluded: readonly string[];
  readonly expiresAt: string;
  readonly escalation: { readonly at: string; readonly approvers: readonly Approver[] } | undefined;
  readonly selfApproval: boolean;
  readonly fillsAll: boolean;
  readonly surfaces: readonly string[];
  readonly reasonRequired: 'never' | 'on_deny' | 'always';
  /** The most that a standing approval may be; in minutes. */
  readonly standing: { readonly minutes: number; readonly uses: number; readonly anyParams: boolean } | undefined;
  readonly now: string;
  readonly votes: readonly ModelVote[];
};

export type Told = {
  readonly outcome: 'allow' | 'deny' | 'require_approval';
  readonly have: readonly number[];
  readonly open: readonly boolean[];
  /** `yes`, or the code of the refusal. */
  readonly verdicts: readonly string[];
};

/** Somebody who waits for a seat, and the stages that name them. */
type Guest = { readonly user: string; readonly mine: readonly number[] };

export function tell(asked: Asked): Told {
  const levels = [...new Set(asked.stages.map(({ order }) => order))].sort((a, b) => a - b);
  const seated = levels.map((): Guest[] => []);
  const spoke = new Set<string>();
  let level = 0;
  let isDenied = false;
  const stagesAt = (index: number) => asked.stages.flatMap(({ order }, i) => (order === levels[index] ? [i] : []));
  const verdicts = asked.votes.map(vote => {
    const barred = refusal(asked, vote);
    if (barred !== undefined) return barred;
    if (vote.vote === 'deny') {
      isDenied = true;
      return 'yes';
    }
    const { user } = vote.by;
    const eligible = stagesOf(asked, vote);
    if (seated.flat().some(guest => guest.user === user)) return 'already_voted';
    const mine = eligible.filter(position => stagesAt(level).includes(position));
    const isNew = !spoke.has(user);
    if (mine.length > 0) spoke.add(user);
    if (mine.length > 0 && isNew) {
      const guest = { user, mine: asked.fillsAll ? eligible : mine };
      if (adds(asked, seated, level, stagesAt(level), guest)) {
        seated[level]?.push(guest);
        while (level < levels.length && isFull(asked, seated, level, stagesAt(level))) {
          level += 1;
          spoke.clear();
        }
        return 'yes';
      }
    }
    return eligible.some(position => levels.indexOf(asked.stages[position]?.order ?? 0) > level)
      ? 'stage_not_open'
      : 'stage_full';
  });
  const have = asked.stages.map(({ order }, position) => {
    const index = levels.indexOf(order);
    if (asked.fillsAll) return everywhere(asked, seated.flat(), position);
    const before = stagesAt(index).filter(other => other < position);
    const guests = seated[index] ?? [];
    return most(asked, guests, [...before, position]) - most(asked, guests, before);
  });
  const outcome = isDenied ? 'deny' : level === levels.length ? 'allow' : 'require_approval';
  return { outcome, have, open: asked.stages.map(({ order }) => order === levels[level]), verdicts };
}

function adds(asked: Asked, seated: Guest[][], level: number, stages: readonly number[], guest: Guest): boolean {
  if (asked.fillsAll) {
    const before = seated.flat();
    return stages.some(i => guest.mine.includes(i) && everywhere(asked, before, i) < (asked.stages[i]?.quorum ?? 0));
  }
  const here = seated[level] ?? [];
  return most(asked, [...here, guest], stages) === here.length + 1;
}

function isFull(asked: Asked, seated: Guest[][], level: number, stages: readonly number[]): boolean {
  const wanted = stages.map(i => asked.stages[i]?.quorum ?? 0);
  if (asked.fillsAll) return stages.every((position, i) => everywhere(asked, seated.flat(), position) === wanted[i]);
  return (seated[level] ?? []).length === wanted.reduce((sum, quorum) => sum + quorum, 0);
}

/** How many count for a stage where one click fills all. */
function everywhere(asked: Asked, guests: readonly Guest[], position: number): number {
  const named = new Set(guests.filter(({ mine }) => mine.includes(position)).map(({ user }) => user));
  return Math.min(named.size, asked.stages[position]?.quorum ?? 0);
}

/** The most guests that can sit at once, by trying everything. */
function most(asked: Asked, guests: readonly Guest[], stages: readonly number[]): number {
  const free = new Map(stages.map(i => [i, asked.stages[i]?.quorum ?? 0]));
  const seat = (from: number): number => {
    const guest = guests[from];
    if (guest === undefined) return 0;
    let best = seat(from + 1);
    for (const position of guest.mine) {
      const left = free.get(position) ?? 0;
      if (left === 0) continue;
      free.set(position, left - 1);
      best = Math.max(best, 1 + seat(from + 1));
      free.set(position, left);
    }
    return best;
  };
  return seat(0);
}

function refusal(asked: Asked, vote: ModelVote): string | undefined {
  const { by } = vote;
  const approves = vote.vote === 'approve';
  const isAmong = (people: readonly string[]) => [by.user, by.id].some(name => people.includes(name));
  if (by.kind !== 'member') return 'not_a_member';
  if (Date.parse(vote.at) >= Date.parse(asked.expiresAt)) return 'late';
  if (approves && !asked.selfApproval && isAmong(asked.involved)) return 'self_approval';
  if (approves && isAmong(asked.excluded)) return 'excluded';
  if (stagesOf(asked, vote).length === 0) return 'not_eligible';
  if (!approves) return undefined;
  if (!asked.surfaces.includes(vote.surface)) return 'surface_not_allowed';
  if (asked.reasonRequired === 'always' && (vote.reason ?? '') === '') return 'reason_required';
  if (vote.standing === undefined) return undefined;
  if (asked.standing === undefined) return 'standing_not_allowed';
  if ('id' in vote.standing) return keptRefusal(asked.standing, vote.standing, Date.parse(asked.now));
  const { duration, uses } = vote.standing;
  const isWithin = Number.parseInt(duration, 10) <= asked.standing.minutes && uses <= asked.standing.uses;
  return isWithin ? undefined : 'standing_too_long';
}

function keptRefusal(offer: NonNullable<Asked['standing']>, kept: ModelMark, now: number): string | undefined {
  if (!kept.same_params && !offer.anyParams) return 'standing_other_params';
  const isOver =
    now >= Date.parse(kept.expires_at) ||
    now >= Date.parse(kept.granted_at) + offer.minutes * 60_000 ||
    kept.used >= offer.uses;
  return isOver ? 'standing_over' : undefined;
}

function stagesOf(asked: Asked, vote: ModelVote): number[] {
  const { by } = vote;
  const isMapped = !by.user.startsWith('slack:');
  const isNamed = ({ type, id }: Approver) => {
    if (type === 'user') return id === by.user || id === by.id;
    if (type === 'group') return isMapped && by.groups.includes(id);
    return by.groups.includes(`${type}:${id}`);
  };
  const { escalation } = asked;
  const isCalled =
    escalation?.approvers.some(isNamed) === true &&
    (vote.vote === 'deny' || Date.parse(vote.at) >= Date.parse(escalation.at));
  return asked.stages.flatMap(({ approvers }, position) => (isCalled || approvers.some(isNamed) ? [position] : []));
}
