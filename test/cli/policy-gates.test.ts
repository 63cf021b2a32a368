// The gates of `countersign policy test` besides OPA's own: titles of rules, the linter, rules that reasons name.
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ensureOpa } from '../../src/local/setup/opa.ts';
import { found } from '../../src/workbench/policy/gates.ts';
import { type Rules, readRules } from '../../src/workbench/policy/rules.ts';
import { POLICIES } from '../support/candidate.ts';
import { countersign } from './spawned.ts';

const POLICY = `# Small.
package approvals.actions.small

import rego.v2

# METADATA
# title: Anybody may ask
permit contains "anyone"

deny contains "never" if input.never
`;
const TESTS = `package approvals.actions.small_test

import rego.v2

import data.approvals.actions.small

test_small if {
	small.permit == {"anyone"}
	small.deny == {"never"} with input as {"never": true}
}
`;

let place: string;

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'countersign-gates-'));
  mkdirSync(join(place, 'policies/approvals/actions/small'), { recursive: true });
  write('small/policy.rego', POLICY);
  write('small/policy_test.rego', TESTS);
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

function write(path: string, text: string): void {
  writeFileSync(join(place, 'policies/approvals/actions', path), text);
}

/** With a program `regal` on PATH that ends so, or with none. */
async function tested(regal?: string) {
  const opa = await ensureOpa();
  const bin = join(place, 'bin');
  mkdirSync(bin, { recursive: true });
  if (regal !== undefined) {
    writeFileSync(join(bin, 'regal'), `#!/bin/sh\n${regal}\n`);
    chmodSync(join(bin, 'regal'), 0o755);
  }
  const env = { COUNTERSIGN_OPA: opa, PATH: [bin, dirname(process.execPath), '/bin', '/usr/bin'].join(delimiter) };
  return countersign(['policy', 'test', '--coverage', '0'], env, { cwd: place });
}

describe('policy test', { timeout: 60_000 }, () => {
  it('wants a title of every rule whose code people may meet, and says where it is missing', async () => {
    const { code, out } = await tested();
    expect(out).toContain('✗ titles of rules  Say above each of these what it is for: # METADATA');
    expect(out).toContain('policies/approvals/actions/small/policy.rego:10  actions.small.never');
    expect(out).not.toContain('actions.small.anyone');
    expect(code).toBe(1);
    write('small/policy.rego', POLICY.replace('deny', '# METADATA\n# title: Never\ndeny'));
    expect(await tested()).toMatchObject({ code: 0, out: expect.stringContaining('✓ titles of rules  2 rules') });
  });

  it('reads no titles of what does not compile', async () => {
    write('small/policy.rego', `${POLICY}\nwhat is this\n`);
    const { code, out } = await tested();
    expect(out).toContain('✗ strict check');
    expect(out).not.toContain('titles');
    expect(code).toBe(1);
  });

  it('plays no scenarios against what does not compile, says so, and ends with 1 like every other finding', async () => {
    mkdirSync(join(place, 'policies/scenarios'));
    const scenario = [
      'request: { action: small, user: { id: alice }, resource: { type: a, id: b } }',
      'scenarios: [{ name: anything, expect: denied }]',
    ];
    writeFileSync(join(place, 'policies/scenarios/small.yaml'), scenario.join('\n'));
    write('small/policy.rego', `${POLICY}\nallow if {\n\tinput\n`);
    const { code, out } = await tested();
    expect(out).toContain('– scenarios  skipped: mend what the strict check says first');
    expect(out).not.toMatch(/\\u0009|anything/);
    expect(code).toBe(1);
  });

  it('asks Regal where there is one, and says so where there is none', async () => {
    write('small/policy.rego', POLICY.replace('deny', '# METADATA\n# title: Never\ndeny'));
    const without = await tested();
    expect(without).toMatchObject({ code: 0, out: expect.stringContaining('– lint  skipped: regal is not on PATH') });
    const content = await tested('echo "1 file linted. No violations found. ($*)"');
    expect(content).toMatchObject({ code: 0, out: expect.stringContaining('✓ lint  1 file linted.') });
    expect(content.out).toContain('(lint policies)');
    const unhappy = await tested('echo "Rule: prefer-snake-case"; exit 3');
    expect(unhappy).toMatchObject({ code: 1, out: expect.stringContaining('✗ lint  Rule: prefer-snake-case') });
  });
});

describe('the rules of our own policies', () => {
  let rules: Rules;
  beforeAll(async () => {
    process.env.COUNTERSIGN_OPA = await ensureOpa();
    rules = await readRules(POLICIES);
  });

  it('all have titles', () => {
    expect(rules.all.length).toBeGreaterThan(40);
    expect(rules.all.filter(({ title }) => title === undefined)).toEqual([]);
  });

  it('are found by the name that a reason bears, with whom they belong to and where they are', () => {
    expect(rules.of('actions.refund.bad_amount')).toEqual({
      name: 'actions.refund.bad_amount',
      title: 'The amount is a positive number',
      labels: { owner: 'finance' },
      place: expect.stringMatching(/actions\/refund\/policy\.rego:\d+$/),
    });
    expect(rules.of('guardrails.freeze.change_freeze')?.title).toBe('Nothing changes while a freeze holds');
    expect(rules.of('platform.route.no_policy')?.title).toBe('What no policy handles is denied');
  });

  it.each([
    ['actions.run-migration.unknown_author', 'An exclusion names somebody'],
    ['actions.anything.not_permitted', 'What nothing permits is denied'],
    ['guardrails.hours.deny_is_no_set', 'A guardrail says sets of codes'],
    ['platform.main.no_answer', 'Decision'],
  ])('%s, which no line spells out, is found too', (name, title) => expect(rules.of(name)?.title).toBe(title));

  it('fail the gate where a reason names one that is not there', () => {
    expect(found(rules, ['actions.refund.finance', 'actions.refund.finance'])).toMatchObject({ isPassed: true });
    const gate = found(rules, ['actions.refund.finances', 'actions.deploy.release']);
    expect(gate).toMatchObject({ isPassed: false, words: expect.stringMatching(/\nactions\.refund\.finances$/) });
  });
});

it('a title is shown beside the reason in a scenario that fails', { timeout: 60_000 }, async () => {
  const policies = join(place, 'ours');
  cpSync(POLICIES, policies, { recursive: true });
  const request = '{ action: reboot, user: { id: alice }, resource: { type: host, id: h } }';
  const scenario = `request: ${request}\nscenarios:\n  - name: it reboots\n    expect: approved\n`;
  writeFileSync(join(place, 'mine.yaml'), scenario);
  const args = ['policy', 'test', policies, '--scenarios-only', '--scenarios', 'mine.yaml'];
  const { out } = await countersign(args, { COUNTERSIGN_OPA: await ensureOpa() }, { cwd: place });
  expect(out).toMatch(/no_policy .+ platform\.route\.no_policy\n +What no policy handles is denied · .+plan\.rego:\d+/);
});
