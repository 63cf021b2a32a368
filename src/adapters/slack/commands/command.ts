// What a file of commands/ says of a command: how it is typed, what it is for, and what it answers.
import type { RequestRecord } from '../../../domain/record.ts';
import type { Refusal } from '../../../domain/refusal.ts';
import type { Home, SlackEvidence } from '../../../flow/ports.ts';
import type { Said } from '../cards/lines.ts';
import type { Mentions } from '../cards/people.ts';
import type { AsideReply, Asides } from '../clicks/world.ts';
import type { Gesture } from '../gesture.ts';
import type { LinkingWorld } from '../linking.ts';

export type Command = {
  readonly verb: string;
  /** What follows it, as people are told. */
  readonly takes?: string;
  readonly does: string;
  /** Says what is missing, where nothing has to be done to know it. */
  readonly lacks?: (rest: string) => string | undefined;
  run(world: AskedWorld, gesture: Gesture, rest: string): Promise<Said>;
};

type ById = { readonly id: string; readonly account: string; readonly evidence: SlackEvidence };

/** What commands ask of the world. */
export type AskedWorld = LinkingWorld & {
  /** What somebody would see in their Home tab. */
  readonly homeOf: (account: string) => Promise<Home>;
  /** A request, as far as whoever is behind the account may know of it. */
  readonly read: (call: ById) => Promise<RequestRecord | Refusal>;
  readonly cancel: (call: ById) => Promise<AsideReply>;
  readonly asides: Pick<Asides, 'nudge'>;
  readonly mentions: Mentions;
  readonly now: () => number;
};

/** As it stands in its file. */
export function command(file: Command): Command {
  return file;
}
