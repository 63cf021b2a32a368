// The demo as a stranger starts it: on services of its own, clicked by the autopilot, ended as every scene says.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { scenes } from '../../../src/local/demo/scenario.ts';

const SLOW_MS = 120_000;
const ENTRY = ['src/local/setup/run.mjs', '--with', 'opa,redis', 'src/local/demo/main.ts'];
/** An installation's own settings are none of the demo's. */
const CLEAN = { PATH: process.env.PATH, HOME: process.env.HOME, COUNTERSIGN_OPA: process.env.COUNTERSIGN_OPA };

it(
  'ends every scene as it says, tells each end once, and leaves with 0',
  async () => {
    const args = [...ENTRY, '--auto', '--page', '0', '--port', '0'];
    const demo = spawn(process.execPath, args, { env: CLEAN, stdio: ['ignore', 'pipe', 'pipe'] });
    const [said, complained, [code]] = await Promise.all([text(demo.stdout), text(demo.stderr), once(demo, 'exit')]);
    const told = stripVTControlCharacters(said);
    expect({ code, complained }, told).toEqual({ code: 0, complained: '' });
    expect(told).toContain(`All ${scenes(6).length} requests ended as they should.`);
    for (const status of ['approved', 'denied', 'expired'] as const) {
      const ends = scenes(6).filter(scene => scene.ends === status);
      const lines = told.split('\n').filter(line => new RegExp(`[✓✗◷] ${status} +by `).test(line));
      expect(lines, told).toHaveLength(ends.length);
    }
  },
  SLOW_MS,
);
