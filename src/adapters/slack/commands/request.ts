// /approvals show, why, cancel and remind: about one request, for whoever may know of it.

import type { RequestRecord } from '../../../domain/record.ts';
import { REQUEST_ID } from '../../../domain/request-id.ts';
import { detailsBlocks } from '../cards/details.ts';
import type { Said } from '../cards/lines.ts';
import { plainNote, refusalNote } from '../cards/refusal-note.ts';
import { whyBlocks } from '../cards/why.ts';
import { headline, subject } from '../cards/words.ts';
import { fallbackText } from '../escape.ts';
import { callerOf } from '../linking.ts';
import { command } from './command.ts';

const lacks = (rest: string) => {
  if (REQUEST_ID.test(idIn(rest))) return undefined;
  return 'The id of the request is missing. It stands at the foot of its card and begins with req_.';
};

export const show = command({
  verb: 'show',
  takes: 'ID',
  does: 'shows all of a request.',
  lacks,
  async run(world, gesture, rest) {
    const found = await world.read({ id: idIn(rest), ...callerOf(gesture) });
    if ('code' in found) return refusalNote(found, world.mentions);
    return about(found, detailsBlocks(found, world.mentions, world.now()));
  },
});

export const whyCommand = command({
  verb: 'why',
  takes: 'ID',
  does: 'says which rules spoke, what each answer counts for, and what is still needed.',
  lacks,
  async run(world, gesture, rest) {
    const found = await world.read({ id: idIn(rest), ...callerOf(gesture) });
    return 'code' in found ? refusalNote(found, world.mentions) : about(found, whyBlocks(found, world.mentions));
  },
});

export const cancelCommand = command({
  verb: 'cancel',
  takes: 'ID',
  does: 'withdraws a request of yours.',
  lacks,
  async run(world, gesture, rest) {
    const reply = await world.cancel({ id: idIn(rest), ...callerOf(gesture) });
    if (reply.kind === 'refusal') return refusalNote(reply, world.mentions);
    return plainNote(`Cancelled: ${subject(reply.record.submission)}`);
  },
});

export const remindCommand = command({
  verb: 'remind',
  takes: 'ID',
  does: 'reminds the approvers of a request of yours.',
  lacks,
  async run(world, gesture, rest) {
    const reply = await world.asides.nudge({ id: idIn(rest), key: gesture.name, ...callerOf(gesture) });
    if (reply.kind === 'refusal') return refusalNote(reply, world.mentions);
    return plainNote('The approvers are reminded, below the card.');
  },
});

/** However it was copied from a card. */
export function idIn(rest: string): string {
  return rest.split(/\s/)[0]?.replaceAll(/[^a-z0-9_]/g, '') ?? '';
}

function about(record: RequestRecord, blocks: Said['blocks']): Said {
  return { text: fallbackText(headline(record, 300)), blocks };
}
