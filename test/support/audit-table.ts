// The table of events in src/README.md, from the list that the code itself reads and writes by. Run as a program it writes it there.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AUDIT_VERSION, EVENTS } from '../../src/domain/audit/events.ts';
import { evidenceSchema } from '../../src/domain/audit/evidence.ts';

const README = join(import.meta.dirname, '../../src/README.md');
const BEGIN = '<!-- the table of events: node test/support/audit-table.ts -->\n';
const END = '<!-- end of the table of events -->';
const PLACES = { chained: 'chain', noted: 'apart', either: 'either' } as const;

export function auditTable(): string {
  const rows = Object.entries(EVENTS).map(
    ([event, { place, when, schema }]) => `| \`${event}\` | ${PLACES[place]} | ${when} | ${membersOf(schema.shape)} |`,
  );
  const members = membersOf(evidenceSchema.shape);
  return [
    `Every entry has \`v\` (now ${AUDIT_VERSION}), \`event\` and \`at\`; in a chain also \`request, seq, prev, hash\`. \`evidence\` holds ${members}.`,
    '',
    '| Event | Where | When | Members |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

/** What stands in the document. */
export function writtenTable(): string {
  return readFileSync(README, 'utf8').split(BEGIN)[1]?.split(END)[0] ?? '';
}

function membersOf(shape: Readonly<Record<string, z.core.$ZodType>>): string {
  const names = Object.entries(shape).filter(([name]) => name !== 'at');
  return names.map(([name, type]) => `\`${name}${type instanceof z.ZodOptional ? '?' : ''}\``).join(' ') || '–';
}

if (process.argv[1] === import.meta.filename) {
  const [before, rest = ''] = readFileSync(README, 'utf8').split(BEGIN);
  writeFileSync(README, `${before}${BEGIN}${auditTable()}${END}${rest.split(END)[1] ?? ''}`);
}
