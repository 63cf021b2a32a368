// The names that policies have for channels and user groups of Slack: held against the policies, and against the workspace.
import { cpSync, globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ensureOpa } from '../../src/local/setup/opa.ts';
import { AUTHZ_BUNDLE, startOpa } from '../../src/local/setup/services.ts';
import { openWorkspace } from '../../src/local/slack/workspace.ts';
import { namesResolved } from '../../src/workbench/policy/workspace.ts';
import { POLICIES } from '../support/candidate.ts';
import { scratchDir } from '../support/scratch.ts';
import { namespace, redisUrl } from '../support/services.ts';
import { countersign } from './spawned.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
});

/** Our policies, with another file of names where one is given. */
function policies(names?: string): string {
  const folder = join(scratchDir(), 'policies');
  cpSync(POLICIES, folder, { recursive: true });
  if (names !== undefined) writeFileSync(join(folder, 'approvals/workspace/data.yaml'), names);
  return folder;
}

function addRule(folder: string, line: string): void {
  const action = join(folder, 'approvals/actions/reboot');
  mkdirSync(action, { recursive: true });
  writeFileSync(join(action, 'policy.rego'), `package approvals.actions.reboot\n\nimport rego.v2\n\n${line}\n`);
}

describe('policy test', () => {
  it('finds every name that our policies use, and no id of a workspace in them', async () => {
    expect(await namesResolved(POLICIES)).toMatchObject({
      isPassed: true,
      words: expect.stringMatching(/^[1-9]\d* used$/),
    });
  });

  it.each([
    ['a misspelt channel', 'where := workspace.channel("securty")', 'no channel is called securty'],
    ['a misspelt user group', 'who := workspace.usergroup("finanze")', 'no usergroup is called finanze'],
    ['a channel for a group', 'who := workspace.usergroup("on_call")', 'no usergroup is called on_call'],
    ['the id of a channel', 'where := {"channel": "C0FINANCE"}', 'the id C0FINANCE belongs into'],
    [
      'the id of a user group',
      'who := {"type": "slack_usergroup", "id": "S0FINANCE"}',
      'the id S0FINANCE belongs into',
    ],
  ])('does not pass %s, and says where it stands', async (_name, line, words) => {
    const folder = policies();
    addRule(folder, line);
    const gate = await namesResolved(folder);
    expect(gate).toMatchObject({ isPassed: false, words: expect.stringContaining(words) });
    expect(gate.words).toContain('actions/reboot/policy.rego:5');
  });

  it('says so in its list, and ends with 1', async () => {
    const folder = policies('channels: {}\nusergroups: {}\n');
    // The tests of a few policies are enough for a list that names the other gates.
    for (const file of globSync('approvals/{main,emergency,standing,plan,actions}/**/*_test.rego', { cwd: folder })) {
      rmSync(join(folder, file));
    }
    const env = { COUNTERSIGN_OPA: await ensureOpa() };
    const args = ['policy', 'test', folder, '--coverage', '0'];
    const { code, out } = await countersign(args, env);
    expect(out).toContain('✗ names of Slack');
    expect(out).toContain('no channel is called security');
    expect(code).toBe(1);
  });

  it('has nothing to find where policies keep no such file, or an empty one', async () => {
    expect(await namesResolved(scratchDir())).toMatchObject({ isPassed: true, isSkipped: true });
    expect(await namesResolved(policies(''))).toMatchObject({ isPassed: false });
  });
});

describe('doctor', () => {
  /** What it finds about these names, with an OPA that answers to no more than in production. */
  async function found(names: string, where: { socket?: string; authz?: string } = { authz: AUTHZ_BUNDLE }) {
    const workspace = await openWorkspace();
    cleanUp.push(() => workspace.close());
    const opa = await startOpa({ policies: [policies(names)], ...where });
    cleanUp.push(() => opa.stop());
    const env = {
      REDIS_URL: redisUrl(),
      COUNTERSIGN_NAMESPACE: namespace(),
      OPA_URL: opa.url,
      SLACK_API_URL: workspace.apiUrl,
      SLACK_BOT_TOKEN: workspace.botToken,
      SLACK_APP_TOKEN: workspace.appToken,
      APPROVALS_CHANNEL: 'C0APPROVALS',
    };
    const { out } = await countersign(['doctor', '--roles', 'slack', '--json'], env);
    const checks = JSON.parse(out).checks as { name: string; ok: boolean; detail: string }[];
    return checks.filter(({ name }) => / (?:user group|channel|names)\b/.test(name) && name !== 'slack channel');
  }

  it('asks Slack for each channel and group that OPA has loaded, and names each that is not there', async () => {
    const names = `
channels: { finance: C0FINANCE, partners: C0SHARED, nowhere: C0MISSING, silent: C0NOBOT }
usergroups: { owners: S0DBA, empty: S0EMPTY, gone: S0MISSING }
`;
    const checks = await found(names);
    expect(Object.fromEntries(checks.map(({ name, ok }) => [name, ok]))).toEqual({
      'slack channel finance': true,
      'slack channel partners': false,
      'slack channel nowhere': false,
      'slack channel silent': false,
      'slack user group owners': true,
      'slack user group empty': false,
      'slack user group gone': false,
    });
    const said = (name: string) => checks.find(check => check.name.endsWith(name))?.detail;
    expect(said('finance')).toContain('the bot is a member of C0FINANCE (#finance)');
    expect(said('partners')).toContain('Choose another in approvals/workspace/data.yaml');
    expect(said('owners')).toBe('S0DBA has 2 members');
    expect(said('empty')).toContain('nobody is in S0EMPTY, so nobody can approve as empty. Add people to it in Slack.');
    expect(said('gone')).toContain('Correct it in approvals/workspace/data.yaml.');
  });

  it('does so where OPA listens on a socket', async () => {
    const socket = join(scratchDir(), 'opa.sock');
    expect(await found('channels: { security: C0SEC }\n', { socket })).toMatchObject([
      { name: 'slack channel security', ok: true },
    ]);
  });

  it('says that the file is not names with ids', async () => {
    expect(await found('channels: { security: 7 }\n')).toMatchObject([
      { name: 'slack names', ok: false, detail: expect.stringContaining('Write for example "security: C0123456"') },
    ]);
  });

  it('says that it could not look, where OPA is let tell nothing of it', async () => {
    const authz = join(scratchDir(), 'authz');
    mkdirSync(authz);
    writeFileSync(join(authz, '.manifest'), '{"roots": ["system/authz"], "rego_version": 1}');
    const rule = 'allow if input.path == ["health"]';
    writeFileSync(
      join(authz, 'authz.rego'),
      `package system.authz\n\nimport rego.v1\n\ndefault allow := false\n\n${rule}\n`,
    );
    expect(await found('channels: { security: C0SEC }\n', { authz })).toMatchObject([
      { name: 'slack names', ok: true, detail: expect.stringContaining('not looked at: OPA does not tell') },
    ]);
  });
});
