// What CI jobs run to ask: the step of the composite Action and the GitLab job, as their runners would run them.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { cardOf } from '../support/cards.ts';
import { type House, openHouse } from '../support/house.ts';

const CI = join(import.meta.dirname, '../../deploy/ci');
const read = (file: string) => parse(readFileSync(join(CI, file), 'utf8'));
const action = read('github/action.yml');
const folder = mkdtempSync(join(tmpdir(), 'countersign-ci-'));
let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(async () => {
  await house.stop();
  rmSync(folder, { recursive: true });
});

const toProd = {
  action: 'deploy',
  resource: 'service:shop',
  'resource-members': '{"environment":"prod"}',
  user: 'alice',
};
const toStaging = { ...toProd, 'resource-members': '{"environment":"staging"}' };

type Step = {
  readonly child: ChildProcess;
  /** Waits until it has said so. */
  said(words: RegExp): Promise<void>;
  readonly ended: Promise<Ended>;
};
type Ended = { readonly code: number | null; readonly said: string; readonly summary: string; readonly output: string };

let steps = 0;

/** The Action's one step, with its inputs put where a runner puts them. */
function step(inputs: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}): Step {
  const files = {
    GITHUB_OUTPUT: join(folder, `output-${++steps}`),
    GITHUB_STEP_SUMMARY: join(folder, `summary-${steps}`),
  };
  for (const file of Object.values(files)) writeFileSync(file, '');
  const [{ run, env: wanted }] = action.runs.steps;
  const given = Object.entries(wanted as Record<string, string>).map(([name, expression]) => {
    const input = /^\$\{\{ inputs\.([a-z-]+) \}\}$/.exec(expression)?.[1] ?? '';
    return [name, inputs[input] ?? action.inputs[input].default ?? ''];
  });
  const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', run], {
    env: {
      PATH: process.env.PATH,
      GITHUB_ACTIONS: 'true',
      GITHUB_ACTION_PATH: join(CI, 'github'),
      GITHUB_RUN_ID: '77',
      COUNTERSIGN_API_KEY: house.apiKey,
      ...files,
      ...Object.fromEntries(given),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', text => (said += text));
  const ended = once(child, 'close').then(([code]) => ({
    code,
    said,
    summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
    output: readFileSync(files.GITHUB_OUTPUT, 'utf8'),
  }));
  const hasSaid = (words: RegExp) => expect.poll(() => said, { timeout: 20_000 }).toMatch(words);
  return { child, said: async words => void (await hasSaid(words)), ended };
}

const ask = (inputs: Readonly<Record<string, string>>) => step({ url: house.app.api?.url ?? '', ...inputs });

async function pending(reason: string): Promise<string> {
  const found = async () => {
    const { items } = await house.http.list({ status: 'pending', limit: 100 });
    return items.find(item => item.reason === reason)?.id;
  };
  await expect.poll(found, { timeout: 20_000 }).toBeDefined();
  return (await found()) ?? '';
}

/** What every hosted runner has. */
const hasTools = spawnSync('bash', ['-c', 'command -v jq curl']).status === 0;

describe.skipIf(!hasTools)('the composite Action', () => {
  it('goes on at once where policy allows, redeemed, and says so', async () => {
    const { code, said, output, summary } = await ask(toStaging).ended;
    expect({ code, said }).toMatchObject({
      code: 0,
      said: expect.stringMatching(/^::notice title=Countersign::req_/m),
    });
    const [, id = ''] = /^request=(req_\S+)$/m.exec(output) ?? [];
    expect(output).toMatch(/^status=approved$/m);
    expect(summary).toContain('approved by policy, and redeemed');
    expect(await house.http.read(id)).toMatchObject({ uses: 1, resource: { type: 'service', id: 'shop' } });
  });

  it('waits for people, says whom, and goes on when they approve', async () => {
    const { ended, said } = ask({ ...toProd, reason: 'to be approved', params: '{"version":"7"}' });
    const id = await pending('to be approved');
    await said(/Release managers: 0 of 1/);
    await house.workspace.as('U0BOB').click(await cardOf(house.workspace, id), 'approve');
    const { code, summary } = await ended;
    expect(code).toBe(0);
    expect(summary).toContain('approved by bob');
    expect(await house.http.read(id)).toMatchObject({ uses: 1, params: { version: '7' } });
  });

  it('fails with the reason of whoever denies, which is no command of the runner and no markup of the summary', async () => {
    const { ended } = ask({ ...toProd, reason: 'to be denied' });
    const id = await pending('to be denied');
    const bob = await house.person('bob');
    const { digest } = await house.http.read(id);
    const reason = 'no\n::set-env name=PATH::/evil\n```\n# Approved %0A::add-mask::x';
    await bob.http.vote(id, { vote: 'deny', digest, reason });
    const { code, said, summary, output } = await ended;
    expect(code).toBe(1);
    expect(said).not.toMatch(/^::(?!notice title=Countersign|error title=Countersign)/m);
    expect(said).toContain('%0A::set-env name=PATH');
    expect(said).toContain('%250A::add-mask');
    expect(summary.match(/```/g)).toHaveLength(2);
    expect(output).toMatch(/^status=denied$/m);
  });

  it('withdraws the request and fails when nobody decided in time', async () => {
    const { ended } = ask({ ...toProd, reason: 'nobody decides', timeout: '61' });
    const id = await pending('nobody decides');
    await house.http.cancel(id); // as if: a minute of waiting proves nothing more
    expect(await ended).toMatchObject({ code: 1, said: expect.stringContaining('ended cancelled by requester') });
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('withdraws the request when the job is cancelled (%s)', async signal => {
    const { child, ended } = ask({ ...toProd, reason: `cancelled by ${signal}` });
    const id = await pending(`cancelled by ${signal}`);
    // As a runner does: to the script itself, which is the last of what the step's shell becomes.
    child.kill(signal);
    expect((await ended).code).not.toBe(0);
    await expect.poll(async () => (await house.http.read(id)).status, { timeout: 20_000 }).toBe('cancelled');
  });

  it.each([
    ['a resource without a type', { resource: 'shop' }, /not of the form type:id/],
    ['parameters that are no JSON', { params: '{version: 7}' }, /not a JSON object/],
    ['a request that is not valid', { params: '[1]' }, /was not taken \(400\)/],
  ])('fails with the remedy for %s', async (_, wrong, words) => {
    const { code, said } = await ask({ ...toProd, ...wrong }).ended;
    expect({ code, said }).toMatchObject({ code: 1, said: expect.stringMatching(words) });
  });

  it('without key and token says which permission the job needs', async () => {
    const { ended } = step({ url: house.app.api?.url ?? '', ...toProd }, { COUNTERSIGN_API_KEY: '' });
    expect(await ended).toMatchObject({ code: 1, said: expect.stringContaining('permissions: id-token: write') });
  });

  it('puts neither the key nor the grant where other processes or the log can see them', async () => {
    const script = readFileSync(join(CI, 'ask.sh'), 'utf8');
    expect(script).not.toMatch(/--header "Authorization/);
    const { said, summary, output } = await ask(toStaging).ended;
    expect([said, summary, output].join()).not.toContain(house.apiKey);
    expect([said, summary, output].join()).not.toContain('eyJ');
  });
});

describe('the GitLab job', () => {
  it('asks for a token of the audience that is the default, and runs the same script', () => {
    const job = read('gitlab.yml')['.countersign'];
    expect(job.id_tokens).toEqual({ COUNTERSIGN_ID_TOKEN: { aud: action.inputs.audience.default } });
    expect(job.script).toEqual(['./ask.sh']);
    const script = readFileSync(join(CI, 'ask.sh'), 'utf8');
    for (const name of Object.keys(job.variables)) expect(script).toContain(name);
  });
});
