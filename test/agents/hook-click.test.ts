// A coding agent, a policy, a card, a click: the whole way of a command.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { dialectNamed } from '../../src/agents/hook/dialects.ts';
import { install } from '../../src/agents/hook/install.ts';
import type { Ended } from '../cli/spawned.ts';
import { cardSaying } from '../support/cards.ts';
import { type House, openHouse } from '../support/house.ts';
import { scratchDir } from '../support/scratch.ts';
import { agents } from './agents.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');
const [claude] = agents;
let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house?.stop());

it('reading runs at once; a push waits for a click by somebody else', async () => {
  const dialect = dialectNamed('claude');
  if (dialect === undefined || claude === undefined) throw new Error('no dialect');
  const home = scratchDir();
  const env = { HOME: home, PATH: process.env.PATH ?? '' };
  const who = { user: 'alice', agent: 'alice/claude', apiKey: house.apiKey, url: house.app.api?.url ?? '' };
  const installed = { ...who, waitMs: 60_000, file: join(home, 'settings.json'), program: [process.execPath, MAIN] };
  install(dialect, installed, env);
  const hook = async (command: string): Promise<Ended> => {
    const child = spawn(process.execPath, [MAIN, 'hook', 'claude'], { env });
    const texts = { out: '', err: '' };
    child.stdout.on('data', chunk => {
      texts.out += chunk;
    });
    child.stderr.on('data', chunk => {
      texts.err += chunk;
    });
    child.stdin.end(claude.sends('Bash', { command, description: 'ship it' }));
    const [code] = await once(child, 'close');
    return { code, ...texts };
  };

  expect(await hook('git status | head')).toEqual({ code: 0, out: '{}', err: '' });
  const pushing = hook('git push origin main');
  let id: string | undefined;
  while (id === undefined) id = (await house.http.list({ status: 'pending' })).items[0]?.id;
  const card = await cardSaying(house.workspace, id, 'git push origin main', 'ship it', 'alice/claude');
  await house.workspace.as('U0BOB').click(card, 'approve');
  const pushed = await pushing;
  expect(claude.runs(pushed)).toBe(true);
  expect(JSON.parse(pushed.out).hookSpecificOutput.permissionDecision).toBe('allow');
  expect(await house.record(id)).toMatchObject({ status: 'approved', uses: 1, resolution: { by: 'people' } });
});
