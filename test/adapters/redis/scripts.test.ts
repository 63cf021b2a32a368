// The Lua scripts: one act a file, told in its header, loaded in one place.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOM = join(import.meta.dirname, '../../../src/adapters/redis');
const scripts = readdirSync(join(ROOM, 'scripts'));
const sources = readdirSync(ROOM).filter(file => file.endsWith('.ts'));
const code = new Map(sources.map(file => [file, readFileSync(join(ROOM, file), 'utf8')]));

describe('the Lua scripts', () => {
  it.each(scripts)('%s lists its keys, its arguments and every answer before the first statement', name => {
    const lines = readFileSync(join(ROOM, 'scripts', name), 'utf8').split('\n');
    const comments = lines[0]?.startsWith('#!lua') ? lines.slice(1) : lines;
    const header = comments.slice(
      0,
      comments.findIndex(line => !line.startsWith('--')),
    );
    expect(header[0]).toMatch(/^-- One act: /);
    for (const part of [/^-- KEYS /, /^-- ARGV /, /^-- Answers/]) {
      expect(
        header.filter(line => part.test(line)),
        String(part),
      ).toHaveLength(1);
    }
  });

  it('are each loaded by one file, and none stands in TypeScript', () => {
    const loaded = [...code.values()].flatMap(text =>
      [...text.matchAll(/\bscript\('([\w-]+)'\)/g)].map(([, name]) => name),
    );
    expect(loaded.toSorted().map(name => `${name}.lua`)).toEqual(scripts.toSorted());
    expect(sources.filter(file => /redis\.(p?call|error_reply)\(/.test(code.get(file) ?? ''))).toEqual([]);
  });
});
