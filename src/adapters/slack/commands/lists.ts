// /approvals list and mine: what waits for whoever types it, and what became of what they asked for.
import type { Home } from '../../../flow/ports.ts';
import { listNote } from '../cards/command-notes.ts';
import type { Said } from '../cards/lines.ts';
import { refusalNote } from '../cards/refusal-note.ts';
import type { Gesture } from '../gesture.ts';
import { type AskedWorld, command } from './command.ts';

export const list = command({
  verb: 'list',
  does: 'shows what waits for your answer.',
  run: (world, gesture) =>
    said(world, gesture, ({ waiting }) => [
      { title: 'Waiting for you', none: 'Nothing is waiting for you.', ...waiting },
    ]),
});

export const mine = command({
  verb: 'mine',
  does: 'shows your requests.',
  run: (world, gesture) =>
    said(world, gesture, ({ own, resolved }) => [
      { title: 'Your requests', none: 'None of your requests is pending.', ...own },
      { title: 'Recently resolved', none: undefined, ...resolved },
    ]),
});

async function said(
  world: AskedWorld,
  { account }: Gesture,
  partsOf: (home: Home) => Parameters<typeof listNote>[0],
): Promise<Said> {
  const home = await world.homeOf(account);
  if (home.who.kind === 'refusal') return refusalNote(home.who, world.mentions);
  return listNote(partsOf(home), world.mentions);
}
