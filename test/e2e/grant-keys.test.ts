// The keys that sign grants outlive a restart, are rotated, and stop the start where they cannot be used.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verify } from '../../src/client/index.ts';
import { createGrantKey, readGrantKeys } from '../../src/domain/grant-keys.ts';
import { perTest } from '../support/house.ts';
import { scratchDir } from '../support/scratch.ts';
import { approved, jwksOf, refused, toStaging } from './granted.ts';

const { open } = perTest();

describe('signing keys', () => {
  it('outlive a restart, made once and kept', async () => {
    const house = await open();
    const view = await approved(house, toStaging);
    await house.restart();
    expect(await house.http.redeem(view.grant, toStaging)).toMatchObject({ uses: 1 });
    const made = (await house.notes()).filter(({ event }) => event === 'grant_key_created');
    expect(made).toHaveLength(1);
    expect(house.lines.join('\n')).toContain('GRANT_KEY_FILE');
  });

  it('are rotated in a file: what is out is redeemed while its key is listed, and not afterwards', async () => {
    const file = join(scratchDir(), 'grant.pem');
    const [before, after] = [createGrantKey(), createGrantKey()];
    const kidOf = (pem: string) => readGrantKeys(pem, 'test').signing.kid;
    writeFileSync(file, before);
    const house = await open({ env: { GRANT_KEY_FILE: file, GRANT_ISSUER: 'https://countersign.example.com' } });
    const [first, second] = [await approved(house, toStaging), await approved(house, toStaging)];

    writeFileSync(file, after + before);
    await house.restart();
    const { keys } = (await (await fetch(jwksOf(house))).json()) as { keys: { kid: string }[] };
    expect(keys.map(({ kid }) => kid)).toEqual([kidOf(after), kidOf(before)]);
    expect(JSON.stringify(keys)).not.toContain('"d"');
    const issuer = 'https://countersign.example.com';
    expect((await verify(first.grant, { jwks: jwksOf(house), issuer })).iss).toBe(issuer);
    await expect(verify(first.grant, { jwks: jwksOf(house), issuer: 'https://other' })).rejects.toEqual(
      refused('grant_foreign_issuer'),
    );
    expect(await house.http.redeem(first.grant, toStaging)).toMatchObject({ uses: 1 });

    writeFileSync(file, after);
    await house.restart();
    await expect(house.http.redeem(second.grant, toStaging)).rejects.toEqual(refused('grant_unknown_key'));
    const fresh = (await house.http.read(second.id)).grant;
    expect(await house.http.redeem(fresh, toStaging)).toMatchObject({ uses: 1 });
  });

  it('that cannot be used stop the start, with the remedy', async () => {
    const file = join(scratchDir(), 'grant.pem');
    writeFileSync(file, 'not a key');
    await expect(open({ env: { GRANT_KEY_FILE: file } })).rejects.toThrow(/GRANT_KEY_FILE.*openssl genpkey/);
    await expect(open({ env: { GRANT_KEY_FILE: `${file}.missing` } })).rejects.toThrow(/cannot be read.*openssl/);
  });
});
