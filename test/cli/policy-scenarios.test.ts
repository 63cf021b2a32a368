// `countersign policy new`, `test` and `try`, as somebody who writes policies types them, with a real OPA.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ensureOpa } from '../../src/local/setup/opa.ts';
import { startOpa } from '../../src/local/setup/services.ts';
import { parseScenarios } from '../../src/workbench/rehearsal/scenario.ts';
import { POLICIES } from '../support/candidate.ts';
import { countersign } from './spawned.ts';

const slow = { timeout: 60_000 };
let place: string;

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'countersign-scenarios-'));
  cpSync(POLICIES, join(place, 'policies'), { recursive: true });
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

const policy = async (args: readonly string[], input = '') =>
  countersign(['policy', ...args], { COUNTERSIGN_OPA: await ensureOpa() }, { cwd: place, input });

it('plays every scenario of our own policies', { timeout: 60_000 }, async () => {
  const { code, out } = await policy(['test', '--scenarios-only']);
  expect(out).not.toContain('✗');
  expect(out).toContain('✓ privacy comes after the owners');
  expect(code).toBe(0);
});

it('writes an action whose scenarios pass, and never over another', { timeout: 60_000 }, async () => {
  expect(await policy(['new', 'security/rotate-key'])).toMatchObject({ code: 0 });
  const played = ['test', '--scenarios-only', '--scenarios', 'policies/scenarios/rotate-key.yaml'];
  expect(await policy(played)).toMatchObject({ code: 0 });
  const again = await policy(['new', 'rotate-key']);
  expect(again).toMatchObject({ code: 2, out: '' });
  expect(again.err).toContain('is there already');
  expect((await policy(['new', '../outside'])).code).toBe(2);
});

it('shows a scenario that fails with what was expected, what was said, and why', { timeout: 60_000 }, async () => {
  const scenario = `people: { bob: [] }
request: { action: refund, user: { id: alice }, resource: { type: order, id: o }, params: { amount_cents: 500 } }
scenarios:
  - name: bob may
    votes: [bob approves]
    expect: { status: approved, channel: C0FINANCE }
`;
  writeFileSync(join(place, 'mine.yaml'), scenario);
  const { code, out } = await policy(['test', '--scenarios-only', '--scenarios', 'mine.yaml']);
  expect(code).toBe(1);
  expect(out).toMatch(/✗ +status +approved +pending/);
  expect(out).toContain('✗ bob may  mine.yaml:4');
});

it('the scenarios that the documents show are such as they stand there', slow, async () => {
  for (const document of ['README.md', 'policies/README.md']) {
    const text = readFileSync(join(POLICIES, '..', document), 'utf8');
    const [, scenario = ''] = /```yaml\n((?:(?!```)[\s\S])*?\nscenarios:[\s\S]*?)```/.exec(text) ?? [];
    writeFileSync(join(place, 'shown.yaml'), scenario);
    const { code, out } = await policy(['test', '--scenarios-only', '--scenarios', 'shown.yaml']);
    expect([document, code, out]).toEqual([document, 0, expect.stringContaining('✓')]);
  }
});

it('every action of our own policies has scenarios', () => {
  const folder = join(POLICIES, 'scenarios');
  const played = readdirSync(folder).flatMap(file => {
    const parsed = parseScenarios(readFileSync(join(folder, file), 'utf8'), file);
    return parsed.ok ? parsed.scenarios.map(({ submission }) => submission.action) : [];
  });
  const actions = readdirSync(join(POLICIES, 'approvals/actions'));
  expect(actions.length).toBeGreaterThan(5);
  expect(actions.filter(action => !played.includes(action))).toEqual([]);
});

it('says that data outside of the policies is none of theirs', slow, async () => {
  const request = '{ action: deploy, user: { id: alice }, resource: { type: service, id: s } }';
  const text = `request: ${request}\ndata: { calendar: {} }\nscenarios: [{ name: one, expect: pending }]\n`;
  writeFileSync(join(place, 'mine.yaml'), text);
  const { code, err } = await policy(['test', '--scenarios-only', '--scenarios', 'mine.yaml']);
  expect([code, err]).toEqual([2, expect.stringContaining('"calendar" is not in these policies')]);
});

it('says what is wrong with a request that is tried', async () => {
  const { code, err } = await policy(['try', '-'], '{"action":"refund"}');
  expect(code).toBe(2);
  expect(err).toContain('/user is missing; send an object.');
});

const deployment = JSON.stringify({
  action: 'deploy',
  user: { id: 'alice' },
  resource: { type: 'service', id: 'api', environment: 'prod' },
  reason: 'first line\nsecond *line*',
});

it('shows the card that Slack would show, and who it asks, where nobody says who there is', slow, async () => {
  const { code, out, err } = await policy(['try', '-'], deployment);
  expect(out).toContain('in the approvals channel');
  expect(out).toContain('│ Approval needed: deploy service api in prod');
  expect(out).toContain('│ > second *line*');
  expect(out).toContain('│ ☐ Release managers: 0 of 1 · waiting for one of');
  expect(out).toContain('│ [ Approve ]  [ Deny… ]  [ Details ]');
  expect(err).toContain('every group is taken to have members');
  expect(code).toBe(0);
});

it('shows what becomes of votes, below the card and on it', slow, async () => {
  const votes = [
    '--person',
    'bob=release-managers',
    '--vote',
    'alice:approve',
    '--vote',
    'bob:approve:tests are green',
  ];
  const { out } = await policy(['try', '-', ...votes], deployment);
  expect(out).toMatch(/^✓ approved by people: bob/);
  expect(out).toMatch(/\+1m {2}alice approves {2}self_approval/);
  expect(out).toContain('│ ✅ bob approved · tests are green');
  expect(out).toContain('│ ☑ Release managers: 1 of 1');
});

it('knows only whom a people file names, and mentions them as Slack does', slow, async () => {
  const person = (id: string, user: string, groups: string[]) => ({ id, slack: [`T0TEAM:${user}`], groups });
  const people = [person('alice', 'U0ALICE', ['release-managers']), person('bob', 'U0BOB', [])];
  writeFileSync(join(place, 'people.json'), JSON.stringify({ people }));
  const mine = await policy(['try', '-', '--people', 'people.json', '--vote', 'bob:approve'], deployment);
  expect(mine.out).toContain('│ Requested by alice · via deployer');
  expect(mine.out).toContain('bob approves  not_eligible');
  const refund = '{"action":"export-data","user":{"id":"alice"},"resource":{"type":"dataset","id":"d"}}';
  const nobody = await policy(['try', '-', '--people', 'people.json'], refund);
  expect(nobody.out).toMatch(/^! failed by system/);
  expect(nobody.out).toContain('Nobody can approve this: Data owners needs 1 of group data-owners');
});

it('asks the OPA that is named, and answers in JSON', slow, async () => {
  const opa = await startOpa({ policies: [join(place, 'policies')] });
  try {
    const args = ['try', '-', '--opa', opa.url, '--policies', 'nowhere', '--json', '--vote', 'bob:deny:not today'];
    const { out, code } = await policy([...args, '--person', 'bob=release-managers'], deployment);
    expect(JSON.parse(out)).toMatchObject({
      view: { status: 'denied', resolved_by: 'people', resolution_reason: 'not today' },
      asked: { outcome: 'require_approval' },
      decision: { outcome: 'deny' },
      votes: [{ by: 'bob', vote: 'deny', counted: true }],
    });
    expect(code).toBe(0);
  } finally {
    await opa.stop();
  }
  const gone = await policy(['try', '-', '--opa', opa.url], deployment);
  expect(gone.err).toContain('OPA');
  expect(gone.code).not.toBe(0);
  expect(gone.out).toBe('');
});

it('says how a person is named who is none', async () => {
  const { code, err } = await policy(['try', '-', '--person', 'bob'], deployment);
  expect([code, err]).toEqual([2, expect.stringContaining('write --person bob=finance,db-owners')]);
});
