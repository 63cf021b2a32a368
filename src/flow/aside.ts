// Aside: somebody asks the requester, hands a request over to a colleague, or reminds the approvers. None of it is an answer.
import { isAsked, isAwaited, isOwn } from '../domain/audience.ts';
import { whoFacts } from '../domain/audit/evidence.ts';
import type { StepResult } from '../domain/change.ts';
import { isOfSlack } from '../domain/eligible.ts';
import { present } from '../domain/present.ts';
import { type RequestRecord, timestamp } from '../domain/record.ts';
import { type Refusal, refuse, wordOf } from '../domain/refusal.ts';
import { handedOver, nudged, questioned, type Said } from '../domain/steps/asides.ts';
import type { Reply, Store, VoteEvidence } from './ports.ts';
import { swap } from './swap.ts';
import { type Known, namedIn, viewerOf } from './viewer.ts';
import type { VotersWorld } from './voters.ts';

export type AsideWorld = VotersWorld & { readonly store: Store };

export type AsideCall = {
  readonly id: string;
  readonly account: string;
  readonly evidence: VoteEvidence;
  /** Names the gesture. */
  readonly key: string;
  readonly text?: string;
};

/** A question to whoever asked, by whoever is asked. */
export function ask(world: AsideWorld, call: AsideCall): Promise<Reply> {
  return aside(world, call, async (record, said, { viewer }) =>
    isAsked(record, viewer)
      ? now => questioned(record, { ...said, text: call.text ?? '' }, now)
      : refuse('not_asked_here', record),
  );
}

/** To somebody else whose answer would count, as far as can be told; `to` is their account. */
export function handOver(world: AsideWorld, { to, ...call }: AsideCall & { readonly to: string }): Promise<Reply> {
  const { text } = call;
  return aside(world, call, async (record, said, { viewer }) => {
    if (!isAwaited(record, viewer)) return refuse('not_asked_here', record);
    const other = await viewerOf(world, to, gatherings(record));
    if (other.kind === 'refusal')
      return other.code === 'unverified_account' ? other : refuse('colleague_not_asked', record);
    const isTheirs = other.voter.kind === 'member' && other.voter.user !== said.by && isAwaited(record, other.viewer);
    if (!isTheirs) return refuse('colleague_not_asked', record);
    return now => handedOver(record, { ...said, to: other.voter.user, ...present({ text }) }, now);
  });
}

/** By whoever asked, or answers for the agent that did. */
export function nudge(world: AsideWorld, call: AsideCall): Promise<Reply> {
  const membersOf = (group: string) => world.directory.membersOf(group);
  return aside(world, call, async (record, said, { viewer }) =>
    isOwn(record, viewer) ? now => nudged(record, said, now, { membersOf }) : refuse('not_the_requester', record),
  );
}

type Saying = (record: RequestRecord, said: Said, known: Known) => Promise<((now: number) => StepResult) | Refusal>;

/** What is refused is written down beside the request, and told. */
async function aside(world: AsideWorld, call: AsideCall, saying: Saying): Promise<Reply> {
  const { store } = world;
  const { id, account, key, evidence: via } = call;
  const found = await store.read(id);
  const known = await viewerOf(world, account, found === undefined ? [] : gatherings(found));
  const who = known.kind === 'refusal' ? { account } : whoFacts(known.voter);
  const evidence = { who, via };
  const reply = known.kind === 'refusal' ? known : await said(world, call, known, { evidence, saying });
  if (reply.kind !== 'refusal') return reply;
  await store.note({ event: 'refused', at: timestamp(store.now()), code: wordOf(reply), key, id, evidence });
  return reply;
}

async function said(
  { store }: AsideWorld,
  { id, key }: AsideCall,
  known: Known,
  { evidence, saying }: Pick<Said, 'evidence'> & { readonly saying: Saying },
): Promise<Reply> {
  if (known.voter.kind !== 'member') return refuse('not_a_member');
  const by = known.voter.user;
  const result = await swap(store, id, async (record, now) => {
    const step = await saying(record, { by, key, evidence }, known);
    return typeof step === 'function' ? step(now) : step;
  });
  return result.kind === 'unchanged' ? { kind: 'changed', record: result.record } : result;
}

function gatherings(record: RequestRecord) {
  return namedIn(record).filter(isOfSlack);
}
