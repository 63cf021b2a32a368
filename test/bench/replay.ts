// node test/bench/replay.ts [decisions] [page.html]: how fast a past is replayed, what it
// costs in processor time and memory, and what the report looks like.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { connectOpa } from '../../src/adapters/opa/connect.ts';
import { startOpa } from '../../src/local/setup/services.ts';
import { candidate, LAX_REFUNDS_STRICT_DEPLOYS, POLICIES } from '../support/candidate.ts';
import { past } from '../support/history.ts';

const MAIN = resolve(import.meta.dirname, '../../src/cli/main.ts');
const wanted = Number(process.argv[2] ?? 10_000);
const page = process.argv[3];

const dir = mkdtempSync(join(tmpdir(), 'countersign-replay-'));
try {
  const file = join(dir, 'audit.jsonl');
  const made = await write(file);
  process.stderr.write(`${made} decisions are recorded; now they are replayed\n`);
  const args = ['policy', 'replay', '--from', file, '--base', POLICIES];
  const next = candidate(join(dir, 'policies-next'), LAX_REFUNDS_STRICT_DEPLOYS);
  const report = page === undefined ? [] : ['--html', resolve(page)];
  const usage = ['--import', pathToFileURL(join(import.meta.dirname, 'usage.ts')).href];
  const child = spawn(process.execPath, [...usage, MAIN, ...args, '--candidate', next, ...report], {
    stdio: 'inherit',
  });
  const [code] = await once(child, 'exit');
  process.exitCode = code ?? 1;
} finally {
  rmSync(dir, { recursive: true, force: true });
}

/** Writes requests until there are as many decisions as wanted. */
async function write(file: string): Promise<number> {
  const opa = await startOpa({ policies: [POLICIES] });
  const policy = connectOpa({ url: opa.url, decisionPath: 'approvals/main/decision', timeoutMs: 10_000 });
  let decisions = 0;
  let lines: string[] = [];
  try {
    for await (const entry of past({ policy, requests: Math.ceil(wanted / 1.6) })) {
      lines.push(`${JSON.stringify(entry)}\n`);
      if (entry.event === 'decided') decisions += 1;
      if (lines.length >= 1_000) await appendFile(file, lines.splice(0).join(''));
    }
    await appendFile(file, lines.join(''));
    lines = [];
    return decisions;
  } finally {
    await policy.close();
    await opa.stop();
  }
}
