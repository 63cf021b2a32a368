// Whatever an agent's settings file holds, and however it is written: the hook goes in, comes out, and nothing else moves.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addEntry, type Place, removeEntry } from '../../src/agents/hook/settings-file.ts';
import { scratchDir } from '../support/scratch.ts';

const place: Place = {
  path: ['hooks', 'PreToolUse'],
  blank: {},
  isOurs: entry => JSON.stringify(entry).includes('countersign hook'),
};
const entry = { hooks: [{ type: 'command', command: 'countersign hook "claude"', onFailure: 'block' }] };

const other = fc.record({ matcher: fc.string(), hooks: fc.array(fc.jsonValue(), { maxLength: 2 }) });
const settings = fc.oneof(
  fc.dictionary(fc.string(), fc.jsonValue()).map(({ hooks: _, ...rest }) => rest),
  fc.record({
    model: fc.string(),
    hooks: fc.record({ Stop: fc.array(other, { maxLength: 2 }) }),
    last: fc.jsonValue(),
  }),
  fc.record({ hooks: fc.record({ PreToolUse: fc.array(other, { maxLength: 3 }), Stop: fc.constant([]) }) }),
);
const written = fc
  .tuple(settings, fc.constantFrom(undefined, '  ', '\t', '    '), fc.constantFrom('', '\n', '\n\n'), fc.boolean())
  .map(([value, indent, end, isDos]) => {
    const text = JSON.stringify(value, undefined, indent) + end;
    return isDos ? text.replaceAll('\n', '\r\n') : text;
  });

it('what was there stays as it was, byte for byte when the hook is gone again', () => {
  const file = join(scratchDir(), 'settings.json');
  fc.assert(
    fc.property(written, before => {
      writeFileSync(file, before);
      const change = addEntry(file, place, entry);
      const after = readFileSync(file, 'utf8');
      const { hooks, ...rest } = JSON.parse(after);
      const { hooks: hooksBefore, ...restBefore } = JSON.parse(before);
      expect(rest).toEqual(restBefore);
      expect(hooks).toEqual({ ...hooksBefore, PreToolUse: [...(hooksBefore?.PreToolUse ?? []), entry] });
      removeEntry(change, place);
      expect(readFileSync(file, 'utf8')).toBe(before);
    }),
    { numRuns: 60 },
  );
});

it('what was changed meanwhile stays, however it was written down', () => {
  const file = join(scratchDir(), 'settings.json');
  const later = { hooks: [{ type: 'command', command: 'later' }] };
  fc.assert(
    fc.property(written, fc.constantFrom(undefined, '  '), fc.boolean(), (before, indent, isFirst) => {
      writeFileSync(file, before);
      const change = addEntry(file, place, entry);
      const now = JSON.parse(readFileSync(file, 'utf8'));
      if (isFirst) now.hooks.PreToolUse.unshift(later);
      else now.hooks.PreToolUse.push(later);
      writeFileSync(file, JSON.stringify({ ...now, added: true }, undefined, indent));
      removeEntry(change, place);
      const left = JSON.parse(readFileSync(file, 'utf8'));
      const others = now.hooks.PreToolUse.filter((one: unknown) => !place.isOurs(one));
      expect(left).toEqual({ ...now, added: true, hooks: { ...now.hooks, PreToolUse: others } });
    }),
    { numRuns: 60 },
  );
});

it('a file that was not there is gone again', () => {
  const file = join(scratchDir(), 'deep/settings.json');
  const change = addEntry(file, { ...place, blank: { version: 1 } }, entry);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ version: 1, hooks: { PreToolUse: [entry] } });
  removeEntry(change, { ...place, blank: { version: 1 } });
  expect(existsSync(file)).toBe(false);
});

it.each(['', '[]', '{"hooks": {"PreToolUse": {}}}', '{"hooks": []}', '{"a": 1,}'])(
  'a file that is something else is left alone: %s',
  text => {
    const file = join(scratchDir(), 'settings.json');
    writeFileSync(file, text);
    expect(() => addEntry(file, place, entry)).toThrow(/^(is no JSON|holds no)/);
    expect(readFileSync(file, 'utf8')).toBe(text);
  },
);
