// `countersign policy new`, `test` and `try`, as somebody who writes policies types them, with a real OPA.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseScenarios } from '../../src/rehearsal/scenario.ts';
import { ensureOpa } from '../../src/setup/opa.ts';
import { POLICIES } from '../support/candidate.ts';
import { countersign } from './spawned.ts';

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

it('says what is wrong with a request that is tried', async () => {
  const { code, err } = await policy(['try', '-'], '{"action":"refund"}');
  expect(code).toBe(2);
  expect(err).toContain('/user is missing; send an object.');
});

it('tells every fault of a scenario file with its line', () => {
  const text = 'request: { action: a }\nscenarios:\n  - name: x\n    votes:\n      - bob nods\n    expect: approved\n';
  const parsed = parseScenarios(text, 'f.yaml');
  expect(parsed.ok ? [] : parsed.faults.map(fault => fault.split(' ')[0])).toEqual(
    expect.arrayContaining(['f.yaml:5:', 'f.yaml:3:']),
  );
});
