// What one evaluation of the default policy costs inside OPA, without HTTP: `opa bench` of the allowed request.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureOpa } from '../../src/local/setup/opa.ts';
import { run } from '../../src/local/setup/programs.ts';
import { allowedSubmission, questionFor } from './request.ts';

/** Mean of an allowed request in microseconds. */
export async function policyCostUs(policies: string, decisionPath: string): Promise<number> {
  const dir = await mkdtemp(join(tmpdir(), 'countersign-bench-'));
  try {
    const input = join(dir, 'input.json');
    await writeFile(input, JSON.stringify(questionFor(allowedSubmission(1), 'req_bench', Date.now())));
    const rule = `data.${decisionPath.replaceAll('/', '.')}`;
    const told = await run(await ensureOpa(), ['bench', '--format', 'json', '-b', policies, '-i', input, rule]);
    const { N: times, T: nanoseconds } = JSON.parse(told) as { N: number; T: number };
    return nanoseconds / times / 1_000;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
