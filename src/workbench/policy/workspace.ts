// The gate of names: what policies call a channel or a user group of Slack is listed, and no id of one stands elsewhere.
import { existsSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Gate } from './gate.ts';

/** Below the policies' folder. Somebody whose policies keep no such file has no names to resolve. */
const WORKSPACE = 'approvals/workspace/data.yaml';
const CALLED = /\bworkspace\.(channel|usergroup)\("([^"]*)"\)/g;
/** A literal id: it would be another workspace's as soon as the policies move. */
const ID = /"(?:channel|id)": "([CGS][A-Z0-9]{3,})"/g;

type Listed = { readonly channels?: unknown; readonly usergroups?: unknown };

export async function namesResolved(folder: string): Promise<Gate> {
  const name = 'names of Slack';
  const path = join(folder, WORKSPACE);
  if (!existsSync(path)) return { name, isPassed: true, isSkipped: true, words: `skipped: there is no ${WORKSPACE}` };
  const listed = (parse(await readFile(path, 'utf8')) ?? {}) as Listed;
  const known = { channel: namesOf(listed.channels), usergroup: namesOf(listed.usergroups) };
  const faults: string[] = [];
  const used = new Set<string>();
  for await (const file of glob('**/*.rego', { cwd: folder })) {
    if (file.endsWith('_test.rego')) continue;
    const lines = (await readFile(join(folder, file), 'utf8')).split('\n');
    lines.forEach((line, i) => {
      const place = `${join(folder, file)}:${i + 1}`;
      for (const [, kind, called = ''] of line.matchAll(CALLED)) {
        used.add(`${kind} ${called}`);
        if (!known[kind as keyof typeof known].has(called)) faults.push(`${place}  no ${kind} is called ${called}`);
      }
      for (const [, id] of line.matchAll(ID)) faults.push(`${place}  the id ${id} belongs into ${WORKSPACE}`);
    });
  }
  const words = faults.length === 0 ? `${used.size} used` : [`List these in ${path}:`, ...faults].join('\n');
  return { name, isPassed: faults.length === 0, words };
}

function namesOf(listed: unknown): ReadonlySet<string> {
  return new Set(typeof listed === 'object' && listed !== null ? Object.keys(listed) : []);
}
