// /approvals link CODE and unlink: whose the account is.
import { NO_CODE } from '../cards/link-words.ts';
import { plainNote } from '../cards/refusal-note.ts';
import { callerOf, link, unlink } from '../linking.ts';
import { command } from './command.ts';

export const linkCommand = command({
  verb: 'link',
  takes: 'CODE',
  does: 'connects this Slack account to you. Get the code in a terminal: countersign link',
  lacks: code => (code === '' ? NO_CODE : undefined),
  run: async (world, gesture, code) => plainNote((await link(world, callerOf(gesture), code)).says),
});

export const unlinkCommand = command({
  verb: 'unlink',
  does: 'disconnects it.',
  run: async (world, gesture) => plainNote((await unlink(world, callerOf(gesture))).says),
});
