// An agent's settings file: the hook is put in and taken out, and every other byte of it is somebody else's.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  findNodeAtLocation,
  modify,
  type Node,
  type ParseError,
  parse,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { canonical, type JsonObject } from '../../domain/canonical.ts';
import type { SettingsChange } from './connection.ts';

/** Where hooks stand in a file, and which of them is ours. */
export type Place = {
  readonly path: readonly string[];
  /** What a new file begins with. */
  readonly blank: JsonObject;
  isOurs(entry: unknown): boolean;
};

/** Puts `entry` at the end of the list. Throws, with what is wrong with the file, where the file is no JSON, or holds something else there. */
export function addEntry(file: string, { path, blank }: Place, entry: JsonObject): SettingsChange {
  const created = !existsSync(file);
  const before = created ? `${JSON.stringify(blank, undefined, 2)}\n` : readFileSync(file, 'utf8');
  const after = withEntry(before, path, entry);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, after);
  return { path: file, created, ...difference(before, after) };
}

/** Takes out what `addEntry` put in. Where nothing else was changed the file is as it was before, else that stays. */
export function removeEntry({ path: file, created, ...change }: SettingsChange, place: Place): void {
  if (!existsSync(file)) return;
  const text = readFileSync(file, 'utf8');
  const after = undone(text, change, place) ?? withoutEntry(text, place);
  if (created && canonical(parse(after)) === canonical(place.blank)) rmSync(file);
  else if (after !== text) writeFileSync(file, after);
}

/** The text with the change taken back character by character; undefined where the text around it is another by now. */
function undone(text: string, { inserted, removed }: Omit<SettingsChange, 'path' | 'created'>, place: Place) {
  const at = text.indexOf(inserted);
  if (inserted === '' || at < 0 || text.indexOf(inserted, at + 1) >= 0) return undefined;
  const after = text.slice(0, at) + removed + text.slice(at + inserted.length);
  return isJson(after) && ourIndex(after, place) < 0 ? after : undefined;
}

function withEntry(text: string, path: readonly string[], entry: JsonObject): string {
  const list = nodeAt(text, path);
  if (list !== undefined && list.type !== 'array') throw new Error(`holds no list at ${path.join('.')}.`);
  const level = path.findIndex((_, i) => nodeAt(text, path.slice(0, i + 1)) === undefined);
  const rest = level < 0 ? [] : path.slice(level + 1);
  const value = rest.reduceRight<unknown>((inner, name) => ({ [name]: inner }), level < 0 ? entry : [entry]);
  const at = level < 0 ? [...path, list?.children?.length ?? 0] : path.slice(0, level + 1);
  const [edit] = modify(text, at, value, { isArrayInsertion: level < 0 });
  if (edit === undefined) throw new Error('cannot be changed.');
  return applied(text, [
    { ...edit, content: laidOut(edit.content, value, text, (level < 0 ? path.length : level) + 1) },
  ]);
}

/** In lines, like the file around it; the rest of the file is not laid out anew. */
function laidOut(compact: string, value: unknown, text: string, level: number): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const [, indent = '  '] = /^([ \t]+)\S/m.exec(text) ?? [];
  const name = compact.startsWith(',') ? compact.slice(1) : compact;
  const [, member = ''] = /^("[^"]*"):/.exec(name) ?? [];
  const lines = JSON.stringify(value, undefined, indent).replaceAll('\n', eol + indent.repeat(level));
  const line = eol + indent.repeat(level) + (member === '' ? '' : `${member}: `) + lines;
  return compact.startsWith(',') ? `,${line}` : line + eol + indent.repeat(level - 1);
}

/** With the comma that it needed; the library that inserts leaves the wrong one where a file is in one line. */
function withoutEntry(text: string, place: Place): string {
  const i = ourIndex(text, place);
  const { [i - 1]: before, [i]: ours, [i + 1]: next } = nodeAt(text, place.path)?.children ?? [];
  if (ours === undefined) return text;
  const from = before === undefined ? ours.offset : before.offset + before.length;
  const to = before === undefined && next !== undefined ? next.offset : ours.offset + ours.length;
  return text.slice(0, from) + text.slice(to);
}

function ourIndex(text: string, { path, isOurs }: Place): number {
  return (nodeAt(text, path)?.children ?? []).findIndex(({ offset, length }) =>
    isOurs(parse(text.slice(offset, offset + length))),
  );
}

function isJson(text: string): boolean {
  const errors: ParseError[] = [];
  parseTree(text, errors);
  return errors.length === 0;
}

/** Undefined where there is nothing; what leads there are objects. */
function nodeAt(text: string, path: readonly string[]): Node | undefined {
  const errors: ParseError[] = [];
  let node = parseTree(text, errors);
  const [error] = errors;
  if (error !== undefined) {
    throw new Error(`is no JSON: ${printParseErrorCode(error.error)} at character ${error.offset}.`);
  }
  for (const name of path) {
    if (node === undefined) return undefined;
    if (node.type !== 'object') throw new Error(`holds no object above ${path.join('.')}.`);
    node = findNodeAtLocation(node, [name]);
  }
  return node;
}

type Edits = readonly { readonly offset: number; readonly length: number; readonly content: string }[];

function applied(text: string, edits: Edits): string {
  return [...edits]
    .sort((a, b) => b.offset - a.offset)
    .reduce((all, { offset, length, content }) => all.slice(0, offset) + content + all.slice(offset + length), text);
}

/** What stands in `after` in the place of what, with enough around it to be found again. */
function difference(before: string, after: string): { readonly removed: string; readonly inserted: string } {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return { removed: before.slice(head, before.length - tail), inserted: after.slice(head, after.length - tail) };
}
