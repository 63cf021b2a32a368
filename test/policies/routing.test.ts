// A hundred folders more do not slow the answer: what opa evaluates is counted, never timed.
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { scratchDir } from '../support/scratch.ts';
import { opa, POLICIES } from './opa.ts';

const FOLDERS = 100;

const deletion = {
  action: 'delete-resource',
  user: { id: 'alice', role: 'admin' },
  resource: { type: 'bucket', id: 'b-42', state: 'active' },
  service: { id: 'deployer', auth: 'api_key' },
  request: { id: 'req_1', submitted_at: '2026-11-24T10:00:00Z', expires_at: '2026-11-24T11:00:00Z' },
  phase: 'submit',
  now: '2026-11-24T10:00:00Z',
  votes: [],
};

type Place = { readonly file: string };
type Profiled = { readonly answer: unknown; readonly evaluations: number; readonly files: readonly string[] };

it('a hundred action folders more cost an allowed request not one evaluated expression', async () => {
  const crowded = await withFolders();
  const few = await profile(POLICIES, deletion);
  const many = await profile(crowded, deletion);
  expect(few.answer).toMatchObject({ outcome: 'allow' });
  expect(many).toEqual(few);
  expect(many.files.filter(file => file.includes('/actions/'))).toEqual([
    expect.stringContaining('actions/delete-resource/policy.rego'),
  ]);
  expect(many.files.filter(file => file.includes('/tally/'))).toEqual([]);
});

it('every one of the hundred answers for its own action, and for no other', async () => {
  const crowded = await withFolders();
  const asked = { ...deletion, action: 'act-57' };
  const { answer, files } = await profile(crowded, asked);
  expect(answer).toMatchObject({ outcome: 'allow', reasons: [{ rule: 'actions.act-57.anyone' }] });
  expect(files.filter(file => file.includes('/actions/'))).toEqual([expect.stringContaining('actions/act-57/')]);
  expect((await profile(crowded, { ...deletion, action: 'act-100' })).answer).toMatchObject({ outcome: 'deny' });
});

it('a package that claims the action of another folder does not get it', async () => {
  const crowded = await withFolders();
  await addAction(crowded, 'thief', 'package approvals.actions.thief', 'delete-resource');
  const asked = { ...deletion, user: { id: 'erin', role: 'developer' } };
  expect((await profile(crowded, asked)).answer).toMatchObject({ outcome: 'deny' });
});

async function withFolders(): Promise<string> {
  const copy = join(scratchDir(), 'policies');
  await cp(POLICIES, copy, { recursive: true });
  for (let i = 0; i < FOLDERS; i++) {
    await addAction(copy, `act-${i}`, `package approvals.actions["act-${i}"]`, `act-${i}`);
  }
  return copy;
}

async function addAction(policies: string, folder: string, head: string, action: string): Promise<void> {
  const path = join(policies, 'approvals/actions', folder);
  await mkdir(path, { recursive: true });
  const rules = `handles contains "${action}"\n\npermit contains "anyone"\n\nmessages.anyone := "Everybody may"\n`;
  await writeFile(join(path, 'policy.rego'), `# An action.\n${head}\n\nimport rego.v2\n\n${rules}`);
}

async function profile(policies: string, input: unknown): Promise<Profiled> {
  const said = await opa(
    [
      ...['eval', '-b', policies, '--ignore', '*_test.rego', '-f', 'json', '--stdin-input', '--strict-builtin-errors'],
      ...['--profile', '--profile-limit', '10000', 'data.approvals.main.decision'],
    ],
    input,
  );
  expect(said.exitCode, said.stderr).toBe(0);
  const { result, profile: lines } = JSON.parse(said.stdout) as {
    result: { expressions: { value: unknown }[] }[];
    profile: { num_eval: number; location: Place }[];
  };
  return {
    answer: result[0]?.expressions[0]?.value,
    evaluations: lines.reduce((sum, line) => sum + line.num_eval, 0),
    files: [...new Set(lines.map(line => line.location.file.slice(line.location.file.indexOf('approvals/'))))].sort(),
  };
}
