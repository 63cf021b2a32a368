// The table of commands in README.md and what `--help` says are the same commands, with the same options.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { countersign } from './spawned.ts';

// Every help is a process of its own, and the machine may be busy.
vi.setConfig({ testTimeout: 120_000 });

const README = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
const section = README.split('\n## Command line')[1]?.split('\n## ')[0] ?? '';
const cells = [...section.matchAll(/^\| (`.+?) \| /gm)].map(([, cell = '']) => cell);
const spans = cells.flatMap(cell => [...cell.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span));

const helpOf = async (command: string) => (await countersign([...command.split(' '), '--help'])).out;
const commandsIn = (help: string) =>
  [...(help.split('Commands:')[1] ?? '').matchAll(/^ {2}([a-z]+)\b/gm)]
    .map(([, name = '']) => name)
    .filter(name => name !== 'help');

/** Every command that does something, with its help; the demo has one of its own. */
async function allCommands(): Promise<ReadonlyMap<string, string>> {
  const names = commandsIn((await countersign(['--help'])).out).filter(name => name !== 'demo');
  const found = new Map<string, string>([['demo', '']]);
  for (const name of names) {
    const help = await helpOf(name);
    const inner = commandsIn(help);
    if (inner.length === 0) found.set(name, help);
    for (const verb of inner) found.set(`${name} ${verb}`, await helpOf(`${name} ${verb}`));
  }
  return found;
}

it('README.md names every command, no other, and only options that they have', async () => {
  const commands = await allCommands();
  for (const [name, help] of commands) expect(help, name).not.toContain('default: []');
  const commandOf = (span: string) =>
    [...commands.keys()].filter(name => span === name || span.startsWith(`${name} `)).at(-1);
  expect(spans.map(span => [span, commandOf(span)]).filter(([, command]) => command === undefined)).toEqual([]);
  expect([...commands.keys()].filter(name => !spans.some(span => commandOf(span) === name))).toEqual([]);
  for (const span of spans) {
    const help = commands.get(commandOf(span) ?? '') ?? '';
    for (const option of span.match(/--[a-z][a-z-]*/g) ?? []) expect(help, span).toContain(`${option} `);
  }
});
