// Whether a click means one of our cards and is of now. What is turned away here reaches no request, so it is written down.
import type { NotedEvent } from '../../../domain/audit/events.ts';
import { timestamp } from '../../../domain/record.ts';
import { type Refusal, refuse, wordOf } from '../../../domain/refusal.ts';
import { type CardValue, parseCardValue } from '../cards/card-value.ts';
import { refusalNote } from '../cards/refusal-note.ts';
import { type Gesture, isStale } from '../gesture.ts';
import { redrawLate } from './redraw.ts';
import { type ClickWorld, observeTrouble } from './world.ts';

/** What the click is about: the request, and what else its button names. */
type About = { readonly id: string };

export type Admitted<T extends About> = { readonly kind: 'admitted'; readonly about: T };

export async function admit<T extends About>(
  world: ClickWorld,
  gesture: Gesture,
  about: T | undefined,
): Promise<Admitted<T> | Refusal> {
  if (about !== undefined && !isStale(gesture, world.now())) return { kind: 'admitted', about };
  const refusal = refuse(about === undefined ? 'unknown_request' : 'stale_gesture');
  await writeDown(world, gesture, refusal, about);
  return refusal;
}

/** What a button stands for, unless it is not ours or the click is a replay: then the clicker is told. */
export async function clickedCard(world: ClickWorld, gesture: Gesture): Promise<CardValue | undefined> {
  const admission = await admit(world, gesture, parseCardValue(gesture.value));
  if (admission.kind === 'admitted') return admission.about;
  await world.tell(gesture, refusalNote(admission, world.mentions));
  const card = parseCardValue(gesture.value);
  if (card !== undefined) await redrawLate(world, gesture, card);
  return undefined;
}

/** A refusal that no request's own audit can hold. */
async function writeDown(world: ClickWorld, gesture: Gesture, refusal: Refusal, about: About | undefined) {
  const { account, name, transport, team, user, actionTs } = gesture;
  const event: NotedEvent = {
    event: 'refused',
    at: timestamp(world.now()),
    code: wordOf(refusal),
    key: about === undefined ? name : `${name}_${about.id}`,
    id: about?.id,
    evidence: { who: { account }, via: { transport, team, user, action_ts: actionTs } },
  };
  try {
    await world.note?.(event);
  } catch (error) {
    observeTrouble(world, error, 'note_failed', 'A refused click could not be written to the audit. Check the store.');
  }
}
