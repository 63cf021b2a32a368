// Redeeming and verifying from the command line, and `run`, which acts only when policy says yes at the last moment.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { countersign } from '../cli/spawned.ts';
import { perTest } from '../support/house.ts';
import { scratchDir } from '../support/scratch.ts';
import { approved, jwksOf, toProd, toStaging } from './granted.ts';

// The command line is a process of its own each time, and the machine may be busy.
vi.setConfig({ testTimeout: 120_000 });
const { open } = perTest();

describe('the command line', () => {
  it('redeems by id or by grant, and verifies with keys from the API or from a file', async () => {
    const house = await open();
    const env = { COUNTERSIGN_URL: house.app.api?.url ?? '', COUNTERSIGN_API_KEY: house.apiKey };
    const [one, two] = [await approved(house, toStaging), await approved(house, toStaging)];
    const keyFile = join(scratchDir(), 'jwks.json');
    writeFileSync(keyFile, await (await fetch(jwksOf(house))).text());
    const [online, offline, other] = await Promise.all([
      countersign(['verify', one.grant], env),
      countersign(['verify', one.grant, '--jwks', keyFile, '--audience', 'deployer', '--digest', one.digest]),
      countersign(['verify', one.grant, '--jwks', keyFile, '--audience', 'stranger']),
    ]);
    expect([online.code, offline.code, other.code]).toEqual([0, 0, 17]);
    expect(JSON.parse(offline.out)).toMatchObject({ txn: one.id });

    const pending = await house.http.submit(toProd);
    const from = join(scratchDir(), 'deploy.json');
    writeFileSync(from, JSON.stringify(toStaging));
    const altered = join(scratchDir(), 'altered.json');
    writeFileSync(altered, JSON.stringify({ ...toStaging, params: { version: 'another' } }));
    // An id alone would fit whatever is done next: what it stands for is told, and nothing is used up.
    const unsaidId = await countersign(['redeem', one.id], env);
    expect(unsaidId).toMatchObject({ code: 2, out: '' });
    expect(unsaidId.err).toMatch(/Say what is about to be done: --from .* Approved was: deploy service .*sha256:/s);
    const [another, byId, byGrant, unsaid, early] = [
      await countersign(['redeem', one.id, '--from', altered], env),
      await countersign(['redeem', one.id, '--from', from], env),
      await countersign(['redeem', two.grant, '--digest', two.digest, '--json'], env),
      await countersign(['redeem', two.grant], env),
      await countersign(['redeem', pending.id], env),
    ];
    expect([another.code, byId.code, byGrant.code, unsaid.code, early.code]).toEqual([17, 0, 0, 2, 14]);
    expect(byId.err).toMatch(/^about to do: deploy service .* for .*, sha256:/m);
    expect(byId.out).toContain('act now');
    expect(byGrant.err).toContain(two.digest);
    expect(JSON.parse(byGrant.out)).toMatchObject({ id: two.id, usesLeft: 0 });
    expect(await countersign(['redeem', one.id, '--digest', one.digest], env)).toMatchObject({ code: 17 });
  });

  it('run runs nothing when policy says no at the last moment, and says so with a code of its own', async () => {
    const house = await open({ policies: 'test/e2e/shortlived' });
    const env = { COUNTERSIGN_URL: house.app.api?.url ?? '', COUNTERSIGN_API_KEY: house.apiKey };
    const proof = join(scratchDir(), 'ran');
    const asking = ['--action', 'restart', '--user', 'alice', '--resource', 'service:web'];
    const ran = await countersign(['run', ...asking, '--', 'touch', proof], env);
    expect(ran).toMatchObject({ code: 17, err: expect.stringMatching(/No restarts in busy hours/) });
    expect(ran.err).toContain('The command was not run.');
    expect(existsSync(proof)).toBe(false);
  });
});
