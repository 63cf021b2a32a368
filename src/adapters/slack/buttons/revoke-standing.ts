// Revoke, below a standing approval: it ends now, in the name of whoever clicked.
import { type Refusal, refuse } from '../../../domain/refusal.ts';
import { STANDING_ID } from '../../../domain/standing.ts';
import { buttonFile } from '../button.ts';
import { refusalNote } from '../cards/refusal-note.ts';
import { evidenceOf } from '../clicks/ballot.ts';
import { type ClickWorld, observeTrouble } from '../clicks/world.ts';
import { type Gesture, isStale } from '../gesture.ts';

export const revokeStanding = buttonFile({ name: 'revoke_standing', press });

async function press(world: ClickWorld, gesture: Gesture): Promise<void> {
  const { value: id = '' } = gesture;
  const isOurs = STANDING_ID.test(id) && !isStale(gesture, world.now());
  const refusal = isOurs ? await revoked(world, gesture, id) : refuse('stale_gesture');
  if (refusal !== undefined) await world.tell(gesture, refusalNote(refusal, world.mentions));
}

/** Why it could not be ended; undefined when it has. The line in the thread says who did it. */
async function revoked(world: ClickWorld, gesture: Gesture, id: string): Promise<Refusal | undefined> {
  try {
    const result = await world.revokeStanding({ id, account: gesture.account, evidence: evidenceOf(gesture) });
    return result.kind === 'refusal' ? result : undefined;
  } catch (error) {
    const message = `The standing approval ${id} could not be revoked, and whoever clicked was told so. Check the store.`;
    observeTrouble(world, error, 'revocation_failed', message);
    return refuse('busy');
  }
}
