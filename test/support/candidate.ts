// Policies that differ from ours in just what a test wants: a copy with some texts replaced.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const POLICIES = resolve(import.meta.dirname, '../../policies');

export type Edit = { readonly file: string; readonly text: string; readonly by: string };

/** A copy of `policies/` in a folder of the caller's. An edit that finds nothing to replace is a mistake, and thrown. */
export function candidate(dir: string, edits: readonly Edit[]): string {
  cpSync(POLICIES, dir, { recursive: true });
  for (const { file, text, by } of edits) {
    const path = join(dir, file);
    const before = readFileSync(path, 'utf8');
    if (!before.includes(text)) throw new Error(`${file} does not say ${text}`);
    writeFileSync(path, before.replace(text, by));
  }
  return dir;
}

/** Support refunds more by itself; deployments need two, and members of a Slack user group are none of them. */
export const LAX_REFUNDS_STRICT_DEPLOYS: readonly Edit[] = [
  { file: 'approvals/actions/refund/data.yaml', text: 'alone_cents: 10000', by: 'alone_cents: 25000' },
  { file: 'approvals/actions/deploy/policy.rego', text: '"quorum": 1', by: '"quorum": 2' },
  { file: 'approvals/actions/deploy/policy.rego', text: '\t\tworkspace.usergroup("database_owners"),\n', by: '' },
];
