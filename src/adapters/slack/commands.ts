// What is typed after `/approvals`: linking an account to the person who has a code for it, ending that, and help.
import { z } from 'zod';
import { slackAccount } from '../../domain/account.ts';
import type { NotedEvent } from '../../domain/audit/events.ts';
import { Failure } from '../../domain/failure.ts';
import { timestamp } from '../../domain/record.ts';
import { refuse, wordOf } from '../../domain/refusal.ts';
import { helpNote } from './cards/help.ts';
import { NO_CODE } from './cards/link-words.ts';
import { NOT_RECORDED, plainNote, refusalText } from './cards/refusal-note.ts';
import { type Delivery, type Gesture, isStale, signedTimes } from './gesture.ts';
import { type Caller, callerOf, type LinkingWorld, link, unlink } from './linking.ts';
import type { Tell } from './telling.ts';

export type CommandWorld = LinkingWorld & {
  /** Writes down what never reached a link. */
  readonly note?: (event: NotedEvent) => Promise<void>;
  readonly tell: Tell;
  readonly now: () => number;
};

/** What somebody typed, and who it was. `rest` is all that follows the verb. */
export type SlashCommand = { readonly gesture: Gesture; readonly verb: string; readonly rest: string };

type Note = ReturnType<typeof plainNote>;

export type Commands = {
  /** What is answered at once, where nothing has to be done for it. */
  atOnce(command: SlashCommand | undefined): Note | undefined;
  run(command: SlashCommand): Promise<void>;
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
  async function answered(gesture: Gesture, act: (caller: Caller) => Promise<string>): Promise<void> {
    const text = await act(callerOf(gesture)).catch(error => {
      world.observe?.(unrecorded(error));
      return NOT_RECORDED;
    });
    await tell(gesture, plainNote(text));
  }

  async function stale(caller: Caller): Promise<string> {
    const refusal = refuse('stale_gesture');
    const { account, evidence: via } = caller;
    const evidence = { who: { account }, via };
    await world.note?.({ event: 'link_refused', at: timestamp(now()), code: wordOf(refusal), account, evidence });
    return refusalText(refusal);
  }

  return {
    atOnce(command) {
      if (command?.verb === 'link') return command.rest === '' ? plainNote(NO_CODE) : undefined;
      return command?.verb === 'unlink' ? undefined : helpNote();
    },
    async run({ gesture, verb, rest }) {
      await answered(gesture, caller => {
        if (isStale(gesture, now())) return stale(caller);
        return (verb === 'link' ? link(world, caller, rest) : unlink(world, caller)).then(({ says }) => says);
      });
    },
  };
}

function unrecorded(error: unknown) {
  const code = error instanceof Failure ? error.code : 'link_failed';
  const message = 'A Slack account could not be linked or unlinked, and whoever asked was told so. Check the store.';
  return { kind: 'trouble', where: 'slack', code, message } as const;
}
