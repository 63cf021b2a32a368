// A gesture as a vote, with the evidence that Slack vouches for; and in words, why it did not count.

import { present } from '../../../domain/present.ts';
import type { Refusal } from '../../../domain/refusal.ts';
import type { Ballot } from '../../../domain/vote.ts';
import type { SlackEvidence, VoteReply } from '../../../flow/ports.ts';
import type { CardValue } from '../cards/card-value.ts';
import { NOT_RECORDED, refusalText } from '../cards/refusal-note.ts';
import type { Gesture } from '../gesture.ts';
import { type ClickWorld, observeTrouble } from './world.ts';

/** The store failed, and nothing was counted. */
export type Unrecorded = { readonly kind: 'unrecorded' };

export async function vote(
  world: ClickWorld,
  gesture: Gesture,
  { id, card }: CardValue,
  ballot: Ballot,
): Promise<VoteReply | Unrecorded> {
  const { account, reason, standing } = gesture;
  try {
    return await world.castVote({
      id,
      account,
      vote: ballot,
      surface: 'slack',
      card,
      key: `${gesture.name}_${id}`,
      evidence: evidenceOf(gesture),
      ...present({ reason, standing }),
    });
  } catch (error) {
    const message = `A vote on ${id} could not be recorded, and whoever clicked was told so. Check the store.`;
    observeTrouble(world, error, 'vote_failed', message);
    return { kind: 'unrecorded' };
  }
}

/** How it is known who it was, for the audit. */
export function evidenceOf({ transport, team, user, channel, messageTs, actionTs }: Gesture): SlackEvidence {
  return {
    transport,
    team,
    user,
    action_ts: actionTs,
    ...present({ channel, message_ts: messageTs }),
  };
}

export function whyNot(reply: Refusal | Unrecorded): string {
  return reply.kind === 'unrecorded' ? NOT_RECORDED : refusalText(reply);
}
