// What a click or a submitted form leads to: a vote, a modal, or a sentence why it does not count.
import type { ViewResponseAction } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import type { AuditFact } from '../../domain/audit.ts';
import { Failure } from '../../domain/failure.ts';
import { needsReason } from '../../domain/floor.ts';
import { isResolved } from '../../domain/lifecycle.ts';
import { type RequestRecord, timestamp } from '../../domain/record.ts';
import { type Refusal, refuse } from '../../domain/refusal.ts';
import { STANDING_ID } from '../../domain/standing.ts';
import type { Ballot } from '../../domain/vote.ts';
import type { CastVoteFn, Messenger, Observe, VoteReply } from '../../flow/ports.ts';
import { approveView, denyView } from './cards/answer-views.ts';
import { type CardValue, parseCardValue } from './cards/card-value.ts';
import { detailsView } from './cards/details.ts';
import type { Mentions } from './cards/people.ts';
import { NOT_RECORDED, plainNote, refusalNote, refusalText } from './cards/refusal-note.ts';
import { requestCard } from './cards/request-card.ts';
import { pageOf, reviewView } from './cards/review.ts';
import { standingView } from './cards/standing.ts';
import { type Form, REASON_INPUT, recalled, tellingView } from './cards/views.ts';
import type { Slack } from './connect.ts';
import { slackWord } from './failures.ts';
import { type Gesture, isStale } from './gesture.ts';
import { openFor, within } from './opening.ts';
import type { Tell } from './telling.ts';

export type ClickWorld = {
  readonly slack: Slack;
  readonly castVote: CastVoteFn;
  /** Ends a standing approval in the name of whoever is behind the account. */
  readonly revokeStanding: (id: string, account: string) => Promise<{ readonly kind: 'revoked' } | Refusal>;
  readonly find: (id: string) => Promise<RequestRecord | undefined>;
  /** Writes down a click that never reached a request. */
  readonly note?: (fact: AuditFact) => Promise<void>;
  readonly messenger: Pick<Messenger, 'hashOf' | 'update'>;
  readonly mentions: Mentions;
  readonly tell: Tell;
  readonly observe?: Observe;
  readonly now: () => number;
};

export type Acknowledge = (answer?: ViewResponseAction) => Promise<void>;

export type Clicks = {
  approve(gesture: Gesture): Promise<void>;
  deny(gesture: Gesture): Promise<void>;
  review(gesture: Gesture): Promise<void>;
  details(gesture: Gesture): Promise<void>;
  /** Opens the form for a standing approval. */
  standing(gesture: Gesture): Promise<void>;
  revokeStanding(gesture: Gesture): Promise<void>;
  turnPage(gesture: Gesture): Promise<void>;
  submit(form: Form, gesture: Gesture, acknowledge: Acknowledge): Promise<void>;
};

/** Slack waits three seconds for the answer to a form. */
const FORM_PATIENCE_MS = 1_800;
const TOO_LATE = 'Slack did not open the form in time, and nothing was counted. Please click again.';
const TITLES = {
  approve: 'Approve request',
  deny: 'Deny request',
  review: 'Review request',
  standing: 'Standing approval',
} as const;

export function createClicks(world: ClickWorld): Clicks {
  const { slack, mentions, observe } = world;

  /** What a button stands for, unless it is not ours or the click is a replay: then the clicker is told. */
  async function about(gesture: Gesture): Promise<CardValue | undefined> {
    const known = parseCardValue(gesture.value);
    const refusal = refusedAtTheDoor(world, gesture, known);
    if (refusal === undefined) return known;
    await writeDown(world, gesture, refusal, known);
    await world.tell(gesture, refusalNote(refusal, mentions));
    return undefined;
  }

  async function open(gesture: Gesture, card: CardValue, title: string, content: (record: RequestRecord) => ModalView) {
    const opened = await openFor(world, gesture, card.id, title, content);
    if (opened.kind === 'too_late') await world.tell(gesture, plainNote(TOO_LATE));
    if (opened.kind === 'open' && opened.record !== undefined) await redraw(world, gesture, card, opened.record);
  }

  async function review(gesture: Gesture): Promise<void> {
    const card = await about(gesture);
    if (card !== undefined) await open(gesture, card, TITLES.review, record => reviewView(record, card, mentions, 1));
  }

  return {
    async approve(gesture) {
      const card = await about(gesture);
      if (card === undefined) return;
      const record = await read(world, card.id);
      if (record === 'unreadable') return world.tell(gesture, plainNote(NOT_RECORDED));
      if (record?.status === 'pending' && !requestCard(record, mentions).isWhole) return review(gesture);
      const asksWhy = (shown: RequestRecord) => approveView(shown, card, mentions);
      if (record?.status === 'pending' && needsReason(record, 'approve')) {
        return open(gesture, card, TITLES.approve, asksWhy);
      }
      const reply = await vote(world, gesture, card, 'approve');
      if (reply.kind === 'refusal' && reply.code === 'reason_required') {
        return open(gesture, card, TITLES.approve, asksWhy);
      }
      if (reply.kind === 'unrecorded') await world.tell(gesture, plainNote(NOT_RECORDED));
      if (reply.kind === 'refusal') await world.tell(gesture, refusalNote(reply, mentions));
      if (reply.kind !== 'unrecorded' && reply.record !== undefined) await redraw(world, gesture, card, reply.record);
    },

    async deny(gesture) {
      const card = await about(gesture);
      if (card !== undefined) await open(gesture, card, TITLES.deny, record => denyView(record, card, mentions));
    },

    review,

    async standing(gesture) {
      const card = await about(gesture);
      if (card !== undefined)
        await open(gesture, card, TITLES.standing, record => standingView(record, card, mentions));
    },

    async revokeStanding(gesture) {
      const { value: id = '', account } = gesture;
      const isOurs = STANDING_ID.test(id) && !isStale(gesture, world.now());
      const refusal = isOurs ? await revoked(world, id, account) : refuse('stale_gesture');
      if (refusal !== undefined) await world.tell(gesture, refusalNote(refusal, mentions));
    },

    async details(gesture) {
      const card = await about(gesture);
      if (card !== undefined) await open(gesture, card, 'Request details', record => detailsView(record, mentions));
    },

    async turnPage(gesture) {
      const [id = '', hex = ''] = (gesture.value ?? '').split('.');
      const card = parseCardValue(`${id}.${hex}`);
      const { view } = gesture;
      if (card === undefined || view === undefined)
        return world.tell(gesture, refusalNote(refuse('unknown_request'), mentions));
      const record = await read(world, card.id);
      const page =
        record === 'unreadable' || record === undefined
          ? tellingView(TITLES.review, NOT_RECORDED)
          : reviewView(record, card, mentions, pageOf(gesture.value));
      await slack.interactive.views.update({ view_id: view.id, hash: view.hash, view: page }).catch(error => {
        // Somebody turned the page twice at once: the first turn stands.
        if (slackWord(error) !== 'hash_conflict') observe?.(notShown(error));
      });
    },

    async submit(form, gesture, acknowledge) {
      const card = recalled(gesture.value);
      const atTheDoor = refusedAtTheDoor(world, gesture, card);
      if (atTheDoor !== undefined || card === undefined) {
        const refusal = atTheDoor ?? refuse('unknown_request');
        await writeDown(world, gesture, refusal, card);
        return acknowledge(sayingWhy(refusalText(refusal)));
      }
      const voting = vote(world, gesture, card, form === 'deny' ? 'deny' : 'approve');
      const early = await within(voting, FORM_PATIENCE_MS);
      if (early !== undefined) return acknowledge(answerOf(early));
      const waiting = tellingView(TITLES[form], 'Recording your answer…');
      await acknowledge({ response_action: 'update', view: waiting });
      const late = await voting;
      const text = late.kind === 'counted' ? 'Your answer is recorded.' : whyNot(late);
      await slack.interactive.views
        .update({ view_id: gesture.view?.id ?? '', view: tellingView(TITLES[form], text) })
        .catch(() => (late.kind === 'counted' ? undefined : world.tell(gesture, plainNote(text), channelOf(late))));
    },
  };
}

/** Why it could not be ended; undefined when it has. The line in the thread says who did it. */
async function revoked(world: ClickWorld, id: string, account: string): Promise<Refusal | undefined> {
  try {
    const result = await world.revokeStanding(id, account);
    return result.kind === 'refusal' ? result : undefined;
  } catch (error) {
    const code = error instanceof Failure ? error.code : 'revocation_failed';
    const message = `The standing approval ${id} could not be revoked, and whoever clicked was told so. Check the store.`;
    world.observe?.({ kind: 'trouble', where: 'slack', code, message });
    return refuse('busy');
  }
}

type Unrecorded = { readonly kind: 'unrecorded' };

async function vote(
  world: ClickWorld,
  gesture: Gesture,
  { id, card }: CardValue,
  ballot: Ballot,
): Promise<VoteReply | Unrecorded> {
  const { account, transport, team, user, channel, messageTs, actionTs, reason, standing } = gesture;
  try {
    return await world.castVote({
      id,
      account,
      vote: ballot,
      surface: 'slack',
      card,
      key: `${gesture.name}_${id}`,
      evidence: {
        transport,
        team,
        user,
        action_ts: actionTs,
        ...(channel === undefined ? {} : { channel }),
        ...(messageTs === undefined ? {} : { message_ts: messageTs }),
      },
      ...(reason === undefined ? {} : { reason }),
      ...(standing === undefined ? {} : { standing }),
    });
  } catch (error) {
    const code = error instanceof Failure ? error.code : 'vote_failed';
    const message = `A vote on ${id} could not be recorded, and whoever clicked was told so. Check the store.`;
    world.observe?.({ kind: 'trouble', where: 'slack', code, message });
    return { kind: 'unrecorded' };
  }
}

async function read(world: ClickWorld, id: string): Promise<RequestRecord | undefined | 'unreadable'> {
  try {
    return await world.find(id);
  } catch (error) {
    const code = error instanceof Failure ? error.code : 'read_failed';
    const message = `The request ${id} could not be read for somebody who clicked. Check the store.`;
    world.observe?.({ kind: 'trouble', where: 'slack', code, message });
    return 'unreadable';
  }
}

function refusedAtTheDoor(world: ClickWorld, gesture: Gesture, card: CardValue | undefined): Refusal | undefined {
  if (card === undefined) return refuse('unknown_request');
  return isStale(gesture, world.now()) ? refuse('stale_gesture') : undefined;
}

/** A refusal that no request's own audit can hold. */
async function writeDown(world: ClickWorld, gesture: Gesture, refusal: Refusal, card: CardValue | undefined) {
  const { account, name, transport, team, user, actionTs } = gesture;
  const fact: AuditFact = {
    event: 'refused',
    at: timestamp(world.now()),
    code: refusal.code,
    by: { id: account },
    key: card === undefined ? name : `${name}_${card.id}`,
    evidence: { transport, team, user, action_ts: actionTs },
  };
  try {
    await world.note?.(card === undefined ? fact : { ...fact, id: card.id });
  } catch (error) {
    const code = error instanceof Failure ? error.code : 'note_failed';
    const message = 'A refused click could not be written to the audit. Check the store.';
    world.observe?.({ kind: 'trouble', where: 'slack', code, message });
  }
}

/**
 * Makes the clicked message equal a record that is final: it may be a copy that nobody knows of, or one whose update was
 * lost. A pending record is left to the effects, since an older state drawn late would bring its buttons back.
 */
async function redraw(world: ClickWorld, gesture: Gesture, { card }: CardValue, record: RequestRecord): Promise<void> {
  const { channel, messageTs } = gesture;
  if (!isResolved(record.status) || channel === undefined || messageTs === undefined) return;
  const current = world.messenger.hashOf(record);
  const known = record.cards.find(shown => shown.channel === channel && shown.ts === messageTs);
  const isBeingDrawn = known !== undefined && known.hash !== current; // its effect is under way
  if (card === current || isBeingDrawn) return;
  try {
    await world.messenger.update(record, channel, messageTs);
  } catch (error) {
    const code = error instanceof Failure ? error.code : 'redraw_failed';
    const message = `An old copy of the card of ${record.id} could not be brought up to date.`;
    world.observe?.({ kind: 'trouble', where: 'slack', code, message });
  }
}

function answerOf(reply: VoteReply | Unrecorded): ViewResponseAction {
  return reply.kind === 'counted' ? { response_action: 'clear' } : sayingWhy(whyNot(reply));
}

function whyNot(reply: Refusal | Unrecorded): string {
  return reply.kind === 'unrecorded' ? NOT_RECORDED : refusalText(reply);
}

/** Every form of ours has the reason field, so every refusal can be told under it. */
function sayingWhy(text: string): ViewResponseAction {
  return { response_action: 'errors', errors: { [REASON_INPUT]: text } };
}

function channelOf(reply: Refusal | Unrecorded): string | undefined {
  return reply.kind === 'refusal' ? reply.record?.cards[0]?.channel : undefined;
}

function notShown(error: unknown) {
  const message = `A page could not be shown: ${slackWord(error) ?? 'no answer from Slack'}.`;
  return { kind: 'trouble', where: 'slack', code: 'page_not_shown', message } as const;
}
