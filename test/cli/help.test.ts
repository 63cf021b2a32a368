// The table of commands in README.md and what `--help` says are the same commands, with the same options.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { program } from '../../src/cli/program.ts';
import { countersign } from './spawned.ts';

const README = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
const section = README.split('\n## Command line')[1]?.split('\n## ')[0] ?? '';
const cells = [...section.matchAll(/^\| (`.+?) \| /gm)].map(([, cell = '']) => cell);
const spans = cells.flatMap(cell => [...cell.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span));

/** Every command that does something, with what its `--help` prints; the demo has one of its own. */
function allCommands(): ReadonlyMap<string, string> {
  const leaves = (command: Command, name: string): [string, string][] =>
    command.commands.length === 0
      ? [[name, name === 'demo' ? '' : command.helpInformation()]]
      : command.commands.flatMap(inner => leaves(inner, `${name} ${inner.name()}`.trim()));
  return new Map(leaves(program, ''));
}

it('README.md names every command, no other, and only options that they have', () => {
  const commands = allCommands();
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

it.each([[[]], [['policy', 'replay']]])('`countersign %s --help` prints that, and ends with 0', async path => {
  const command = path.reduce((at: Command, name) => at.commands.find(one => one.name() === name) ?? at, program);
  const ended = await countersign([...path, '--help']);
  expect(ended).toMatchObject({ code: 0, err: '' });
  expect(ended.out).toContain(command.helpInformation());
});
