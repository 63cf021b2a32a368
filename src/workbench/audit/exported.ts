// Lines of the audit for other programs: as they were stored (JSONL), or as a table that no spreadsheet can be led astray by (CSV).
import { readEvent } from '../../domain/audit/read.ts';
import type { AuditLine } from '../../flow/ports.ts';
import { sentenceOf } from './sentences.ts';

export const formats = ['jsonl', 'csv'] as const;
export type Format = (typeof formats)[number];

/** What stands before the first line. */
export function heading(format: Format): string {
  return format === 'csv' ? row(COLUMNS) : '';
}

export function exported(line: AuditLine, format: Format): string {
  return format === 'jsonl' ? `${JSON.stringify(line)}\n` : row(cellsOf(line));
}

const COLUMNS = ['position', 'index', 'request', 'seq', 'at', 'event', 'who', 'what', 'details', 'hash'] as const;

function cellsOf(line: AuditLine): readonly unknown[] {
  const stored: { readonly [member: string]: unknown } = 'entry' in line ? line.entry : line.fact;
  const read = readEvent(stored);
  const { who, what, details } =
    read.kind === 'known' ? sentenceOf(read.event) : { who: '', what: `not understood (${read.why})`, details: [] };
  const { request, seq, at, event, hash } = stored;
  return [line.position, line.index, request, seq, at, event, who, what, details.join('; '), hash];
}

/** RFC 4180. */
function row(cells: readonly unknown[]): string {
  return `${cells.map(cell => quoted(textOf(cell))).join(',')}\r\n`;
}

function textOf(cell: unknown): string {
  if (cell === undefined) return '';
  return typeof cell === 'string' ? cell : JSON.stringify(cell);
}

/** What a spreadsheet would take for a formula begins with an apostrophe, also behind blanks. */
function quoted(text: string): string {
  const harmless = /^[\s]*[=+\-@\t\r\n|%]/.test(text) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
}
