// Grants that are no yes: altered, foreign, forged, expired, taken back.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verify } from '../../src/client/index.ts';
import { grantClaims, signGrant } from '../../src/domain/grant.ts';
import { createGrantKey, readGrantKeys } from '../../src/domain/grant-keys.ts';
import type { Submission } from '../../src/domain/submission.ts';
import { cardOf } from '../support/cards.ts';
import { perTest } from '../support/house.ts';
import { scratchDir } from '../support/scratch.ts';
import { approved, jwksOf, post, refused, toProd, toStaging } from './granted.ts';

const { open } = perTest();

describe('F1, F5, F6: what is no yes', () => {
  it('F1: another action than the approved one, in any part of it', async () => {
    const house = await open();
    const { grant, digest, id } = await approved(house, toStaging);
    const others: Submission[] = [
      { ...toStaging, params: { version: 8 } },
      { ...toStaging, user: { id: 'bob' } },
      toProd,
      { ...toStaging, action: 'deploy ' },
    ];
    for (const other of others) await expect(house.http.redeem(grant, other)).rejects.toEqual(refused('grant_altered'));
    const { status } = await post(house, '/v1/redeem', { grant, request: { ...toStaging, reason: 'is not covered' } });
    expect(status).toBe(200);
    expect((await house.record(id)).digest).toBe(digest);
  });

  it("another service's grant: refused, and written down where nobody can flood the owner's chain", async () => {
    const house = await open();
    const view = await approved(house, toStaging);
    const stranger = await house.service('stranger');
    await expect(stranger.redeem(view.grant, toStaging)).rejects.toEqual(refused('grant_foreign'));
    await expect(stranger.revoke(view.id)).rejects.toMatchObject({ code: 'unknown_request' });
    expect(await house.events(view.id)).not.toContain('redeem_refused');
    expect(await house.notes()).toContainEqual(
      expect.objectContaining({ event: 'redeem_refused', code: 'grant_foreign', service: 'stranger' }),
    );
  });

  it('F5: a grant that nobody signed, or that somebody else did', async () => {
    const house = await open();
    const { grant, digest } = await approved(house, toStaging);
    const [, claims = ''] = grant.split('.');
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'countersign-grant+jwt', kid: 'A'.repeat(43) }));
    const forgeries: [string, string][] = [
      ['grant_malformed', 'approved'],
      ['grant_malformed', `${none.toString('base64url')}.${claims}.`],
      ['grant_wrong_algorithm', `${none.toString('base64url')}.${claims}.${'A'.repeat(86)}`],
      ['grant_forged', grant.replace(/\.[^.]+$/, `.${'A'.repeat(86)}`)],
    ];
    for (const [code, forgery] of forgeries) {
      const { status, json } = await post(house, '/v1/redeem', { grant: forgery, digest });
      expect([status, json.type], code).toEqual([403, `urn:countersign:problem:${code}`]);
    }
  });

  it('a body that does not say what is about to be done, or says it twice', async () => {
    const house = await open();
    const { grant, digest } = await approved(house, toStaging);
    for (const body of [
      {},
      { grant },
      { digest },
      { grant, digest, request: toStaging },
      { grant, digest: 'x' },
      { grant, digest, more: 1 },
      { grant, request: {} },
    ]) {
      const { status, json } = await post(house, '/v1/redeem', body);
      expect([status, json.type], JSON.stringify(Object.keys(body))).toEqual([400, 'urn:countersign:problem:invalid']);
    }
  });

  it('a grant that has expired', async () => {
    const file = join(scratchDir(), 'grant.pem');
    writeFileSync(file, createGrantKey());
    const house = await open({ policies: 'test/e2e/shortlived', env: { GRANT_KEY_FILE: file } });
    const submission = { ...toStaging, action: 'anything' };
    const { id } = await house.http.request(submission);
    // The machine may have been too busy to see it in its second of life; it follows from the record.
    const claims = grantClaims(await house.record(id), 'http://here');
    if (claims === undefined) throw new Error('it was approved');
    const grant = signGrant(claims, readGrantKeys(readFileSync(file, 'utf8'), 'the test').signing);
    await expect.poll(async () => (await house.http.read(id)).grant, { timeout: 10_000 }).toBeUndefined();
    await expect(house.http.redeem(grant, submission)).rejects.toEqual(refused('grant_expired'));
    await expect(verify(grant, { jwks: jwksOf(house) })).rejects.toEqual(refused('grant_expired'));
  });

  it('a grant that was revoked, whose reason is told', async () => {
    const house = await open();
    const view = await approved(house, toStaging);
    const revoked = await house.http.revoke(view.id, 'the release was called off');
    expect(revoked).toMatchObject({ revoked: { by: 'service:deployer', reason: 'the release was called off' } });
    expect(await house.http.revoke(view.id)).toMatchObject({ revoked: { reason: 'the release was called off' } });
    await expect(house.http.redeem(view.grant, toStaging)).rejects.toEqual(
      refused('grant_revoked', /taken back: the release was called off\. Ask/),
    );
    expect((await post(house, `/v1/requests/${view.id}/revoke`)).status).toBe(200);
    const { id } = await house.http.submit(toProd);
    await expect(house.http.revoke(id)).rejects.toMatchObject({ code: 'not_approved' });
  });
});

describe('an approval is taken back by a person', () => {
  it.each([
    ['who approved it', 'bob'],
    ['whose request it is', 'alice'],
  ])('%s: the thread says so, the audit says how they are known, and its grant is refused', async (_who, person) => {
    const house = await open();
    const view = await approved(house, toProd);
    const { http } = await house.person(person);
    expect(await http.revoke(view.id, 'wrong version')).toMatchObject({
      revoked: { by: person, reason: 'wrong version' },
    });
    expect(await http.revoke(view.id)).toMatchObject({ revoked: { reason: 'wrong version' } }); // once and for all
    await expect(house.http.redeem(view.grant, toProd)).rejects.toEqual(refused('grant_revoked', /wrong version/));
    const entries = (await house.audit(view.id)).filter(({ event }) => event === 'revoked');
    expect(entries).toMatchObject([
      {
        by: person,
        evidence: {
          who: { account: `person:${person}`, person, matched_by: 'key' },
          via: { transport: 'api_key', api_key: expect.any(String) },
        },
      },
    ]);
    const card = await cardOf(house.workspace, view.id);
    await house.workspace.until('a line that says so', () =>
      JSON.stringify(house.workspace.thread(card.channel, card.ts)).includes('wrong version'),
    );
  });

  it('and not by an approver who did not approve it, nor by whoever it does not concern', async () => {
    const house = await open();
    const { id } = await approved(house, toProd);
    const dave = await house.person('dave'); // a release manager as well
    await expect(dave.http.revoke(id)).rejects.toMatchObject({ code: 'not_a_revoker', status: 403 });
    const erin = await house.person('erin');
    await expect(erin.http.revoke(id)).rejects.toMatchObject({ code: 'unknown_request', status: 404 });
    expect((await house.http.read(id)).revoked).toBeUndefined();
    expect((await house.notes()).filter(({ event }) => event === 'revoke_refused')).toMatchObject([
      { code: 'not_a_revoker', id, evidence: { who: { account: 'person:dave', person: 'dave', matched_by: 'key' } } },
    ]);
    const { id: pending } = await house.http.submit({ ...toProd, params: { version: 8 } });
    await cardOf(house.workspace, pending);
    const alice = await house.person('alice');
    await expect(alice.http.revoke(pending)).rejects.toMatchObject({ code: 'not_approved', status: 409 });
  });
});
