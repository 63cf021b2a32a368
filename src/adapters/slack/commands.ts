// What is typed after `/approvals`, each command a file in commands/; anything else is answered with help.
import { z } from 'zod';
import { slackAccount } from '../../domain/account.ts';
import type { NotedEvent } from '../../domain/audit/events.ts';
import { failureCode } from '../../domain/failure.ts';
import { timestamp } from '../../domain/record.ts';
import { refuse, wordOf } from '../../domain/refusal.ts';
import { helpNote } from './cards/help.ts';
import type { Said } from './cards/lines.ts';
import { NOT_RECORDED, plainNote, refusalText } from './cards/refusal-note.ts';
import type { AskedWorld, Command } from './commands/command.ts';
import { linkCommand, unlinkCommand } from './commands/link.ts';
import { list, mine } from './commands/lists.ts';
import { cancelCommand, remindCommand, show, whyCommand } from './commands/request.ts';
import { type Delivery, type Gesture, isStale, signedTimes } from './gesture.ts';
import { callerOf } from './linking.ts';
import type { Tell } from './telling.ts';

export type CommandWorld = AskedWorld & {
  /** Writes down what was not of now. */
  readonly note?: (event: NotedEvent) => Promise<void>;
  readonly tell: Tell;
};

/** What somebody typed, and who it was. `rest` is all that follows the verb. */
export type SlashCommand = { readonly gesture: Gesture; readonly verb: string; readonly rest: string };

/** All of them, as help lists them. */
const COMMANDS: readonly Command[] = [
  list,
  mine,
  show,
  whyCommand,
  cancelCommand,
  remindCommand,
  linkCommand,
  unlinkCommand,
];

export type Commands = {
  /** What is answered at once, where nothing has to be done for it. */
  atOnce(typed: SlashCommand | undefined): Said | undefined;
  run(typed: SlashCommand): Promise<void>;
};

const commandSchema = z.object({
  team_id: z.string().min(1),
  user_id: z.string().min(1),
  text: z.string().default(''),
  trigger_id: z.string().optional(),
  response_url: z.string().optional(),
});

/** A slash command, or undefined when the payload is none. Its words come from a person; who they are does not. */
export function readCommand(delivery: Delivery): SlashCommand | undefined {
  const { body, transport, nowMs } = delivery;
  const parsed = commandSchema.safeParse(body);
  if (!parsed.success) return undefined;
  const { team_id: team, user_id: user, text, trigger_id = '', response_url } = parsed.data;
  const [verb = '', ...words] = text.trim().split(/\s+/);
  return {
    verb: verb.toLowerCase(),
    rest: words.join(' '),
    gesture: {
      transport,
      team,
      user,
      account: slackAccount(team, user),
      name: `command_${team}_${user}_${trigger_id}`,
      actionTs: (nowMs / 1_000).toFixed(6),
      datedMs: signedTimes(delivery),
      ...(response_url === undefined ? {} : { responseUrl: response_url }),
    },
  };
}

export function createCommands(world: CommandWorld): Commands {
  const { tell, now } = world;

  /** One act and its one answer; where nothing could be recorded, that is the answer. */
  async function answer({ gesture, verb, rest }: SlashCommand): Promise<Said> {
    const typed = COMMANDS.find(known => known.verb === verb);
    if (typed === undefined) return helpNote(COMMANDS);
    if (isStale(gesture, now())) return stale(gesture, verb);
    return typed.run(world, gesture, rest);
  }

  async function stale(gesture: Gesture, verb: string): Promise<Said> {
    const refusal = refuse('stale_gesture');
    const { account, evidence: via } = callerOf(gesture);
    const event = verb === 'link' || verb === 'unlink' ? 'link_refused' : 'refused';
    const evidence = { who: { account }, via };
    const noted = { at: timestamp(now()), code: wordOf(refusal), evidence };
    await world.note?.(event === 'refused' ? { event, key: gesture.name, ...noted } : { event, account, ...noted });
    return plainNote(refusalText(refusal));
  }

  return {
    atOnce(typed) {
      const known = COMMANDS.find(({ verb }) => verb === typed?.verb);
      if (typed === undefined || known === undefined) return helpNote(COMMANDS);
      const missing = known.lacks?.(typed.rest);
      return missing === undefined ? undefined : plainNote(missing);
    },
    async run(typed) {
      const said = await answer(typed).catch(error => {
        world.observe?.(unrecorded(error));
        return plainNote(NOT_RECORDED);
      });
      await tell(typed.gesture, said);
    },
  };
}

function unrecorded(error: unknown) {
  const code = failureCode(error, 'command_failed');
  const message = 'What somebody typed after /approvals could not be done, and they were told so. Check the store.';
  return { kind: 'trouble', where: 'slack', code, message } as const;
}
