// The flags that describe an action, the same for every command that asks.
import type { Command } from 'commander';

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

export function withAskingFlags(command: Command): Command {
  return command
    .option('--action <name>', 'what is to be done, for example delete-resource')
    .option('--user <id>', 'whose authority is used')
    .option('--resource <type:id>', 'what it is done to')
    .option('--actor <type:id>', 'who acts on behalf of the user, for example ai_agent:release-bot')
    .option('--param <name=text>', 'an exact argument of the action; name:=json for other values', collect, [])
    .option('--set <path=text>', 'any other member, for example user.role=admin; path:=json', collect, [])
    .option('--reason <text>', 'why, for the people who decide')
    .option(
      '--emergency',
      'emergency: go ahead without approval where policy allows it; needs a --reason and is reviewed afterwards',
    )
    .option('--expires-in <duration>', 'how long an answer is waited for, for example 20m')
    .option('--idempotency-key <key>', 'the same key is the same request')
    .option('--callback <url>', 'where the result is sent to')
    .option('--from <file>', 'read the request from a JSON file, or from standard input with -; flags win')
    .option('--timeout <duration>', 'stop waiting after this long; the request goes on');
}
