// The one command that is asked in a hurry, past the command line that knows all of them.
import { answerHook, BLOCK } from '../agents/hook/answer.ts';
import { dialectNamed } from '../agents/hook/dialects.ts';

export async function answerHookOf(name: string): Promise<void> {
  const dialect = dialectNamed(name);
  if (dialect !== undefined) return answerHook(dialect);
  process.stderr.write(`countersign hook: there is no agent ${JSON.stringify(name)}. See countersign hook --help.\n`);
  process.exitCode = BLOCK;
}
