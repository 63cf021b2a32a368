// The tally told a second time, as people would: votes are read one after another. It shares nothing with the policy.
export type Approver = { readonly type: 'user' | 'group' | 'slack_usergroup'; readonly id: string };

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
};

export type Asked = {
  readonly stages: readonly Stage[];
  readonly involved: readonly string[];
  readonly expiresAt: string;
  readonly selfApproval: boolean;
  readonly surfaces: readonly string[];
  readonly reasonRequired: 'never' | 'on_deny' | 'always';
  readonly votes: readonly ModelVote[];
};

export type Told = {
  readonly outcome: 'allow' | 'deny' | 'require_approval';
  readonly have: readonly number[];
  /** `yes`, or the code of the refusal. */
  readonly verdicts: readonly string[];
};

export function tell(asked: Asked): Told {
  const have = asked.stages.map(() => 0);
  const seated = new Set<string>();
  let open = 0;
  let isDenied = false;
  const verdicts = asked.votes.map(vote => {
    const barred = refusal(asked, vote);
    if (barred !== undefined) return barred;
    if (vote.vote === 'deny') {
      isDenied = true;
      return 'yes';
    }
    if (seated.has(vote.by.user)) return 'already_voted';
    const mine = stagesOf(asked, vote);
    if (!mine.includes(open)) return mine.some(position => position > open) ? 'stage_not_open' : 'stage_full';
    seated.add(vote.by.user);
    have[open] = (have[open] ?? 0) + 1;
    if (have[open] === asked.stages[open]?.quorum) open += 1;
    return 'yes';
  });
  const isComplete = open === asked.stages.length;
  return { outcome: isDenied ? 'deny' : isComplete ? 'allow' : 'require_approval', have, verdicts };
}

function refusal(asked: Asked, vote: ModelVote): string | undefined {
  const { by } = vote;
  const approves = vote.vote === 'approve';
  if (by.kind !== 'member') return 'not_a_member';
  if (Date.parse(vote.at) >= Date.parse(asked.expiresAt)) return 'late';
  if (approves && !asked.selfApproval && [by.user, by.id].some(name => asked.involved.includes(name))) {
    return 'self_approval';
  }
  if (stagesOf(asked, vote).length === 0) return 'not_eligible';
  if (approves && !asked.surfaces.includes(vote.surface)) return 'surface_not_allowed';
  if (approves && asked.reasonRequired === 'always' && (vote.reason ?? '') === '') return 'reason_required';
  return undefined;
}

function stagesOf(asked: Asked, { by }: ModelVote): number[] {
  const isMapped = !by.user.startsWith('slack:');
  const isNamed = ({ type, id }: Approver) => {
    if (type === 'user') return id === by.user || id === by.id;
    if (type === 'group') return isMapped && by.groups.includes(id);
    return by.groups.includes(`slack_usergroup:${id}`);
  };
  return asked.stages.flatMap(({ approvers }, position) => (approvers.some(isNamed) ? [position] : []));
}
