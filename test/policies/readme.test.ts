// The example in policies/README.md is a policy that works as it stands there.
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { scratchDir } from '../support/scratch.ts';
import { opa, POLICIES } from './opa.ts';

it('the example in the README is tidy, compiles and passes its own test', async () => {
  const text = await readFile(join(POLICIES, 'README.md'), 'utf8');
  const [policy = '', test = '', ...others] = [...text.matchAll(/```rego\n([\s\S]*?)```/g)].map(
    ([, code = '']) => code,
  );
  expect(others).toEqual([]);
  const policies = join(scratchDir(), 'policies');
  const folder = join(policies, 'approvals/actions/rotate-key');
  await cp(POLICIES, policies, { recursive: true });
  await mkdir(folder);
  await writeFile(join(folder, 'policy.rego'), policy);
  await writeFile(join(folder, 'policy_test.rego'), test);
  expect(await opa(['fmt', '--fail', '--diff', folder])).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  expect(await opa(['check', '--strict', '-b', policies])).toMatchObject({ exitCode: 0, stderr: '' });
  const tested = await opa(['test', '-b', policies, '-r', 'rotate-key', '--fail-on-empty', '--timeout', '60s']);
  expect(tested.exitCode, tested.stdout).toBe(0);
});
