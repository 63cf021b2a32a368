// From approved to done: a grant is verified offline, redeemed right before the action runs, and counted.
import { describe, expect, it } from 'vitest';
import { verify } from '../../src/client/index.ts';
import { firstBreak } from '../../src/domain/audit/chain.ts';
import { cardOf, cardSaying, textOf } from '../support/cards.ts';
import { perTest } from '../support/house.ts';
import { approved, jwksOf, post, refused, toProd, toStaging } from './granted.ts';

const { open } = perTest();

describe('an approved request', () => {
  it('comes with a grant that anybody can verify offline, and that is good for one use', async () => {
    const house = await open();
    const view = await approved(house, toProd);
    const claims = await verify(view.grant, { jwks: jwksOf(house), audience: 'deployer', action: toProd });
    expect(claims).toMatchObject({
      aud: 'deployer',
      sub: 'alice',
      txn: view.id,
      binding_hash: view.digest,
      max_uses: 1,
      approvals: [{ by: 'bob', surface: 'slack', card: view.votes[0]?.card }],
      slack: { channel: 'C0APPROVALS' },
    });
    expect((await house.http.read(view.id)).grant).toBe(view.grant);

    expect(await house.http.redeem(view.grant, toProd)).toMatchObject({ id: view.id, uses: 1, usesLeft: 0 });
    await expect(house.http.redeem(view.grant, toProd)).rejects.toEqual(refused('grant_used_up'));
    await house.workspace.until('a line below the card', () =>
      house.workspace.thread('C0APPROVALS', claims.slack?.ts ?? '').some(line => textOf(line).includes('Used')),
    );
    // Who tried once more is told below the card as well, once.
    const tried = () =>
      house.workspace
        .thread('C0APPROVALS', claims.slack?.ts ?? '')
        .filter(line => textOf(line).includes('A use was refused'));
    await house.workspace.until('the refusal below the card', () => tried().length > 0);
    await expect(house.http.redeem(view.grant, toProd)).rejects.toEqual(refused('grant_used_up'));
    const after = await house.http.read(view.id);
    expect(after).toMatchObject({ status: 'approved', uses: 1 });
    expect(after.grant).toBeUndefined();
    const chain = await house.audit(view.id);
    expect(firstBreak(chain)).toBeUndefined();
    const { asked } = chain.find(({ event }) => event === 'redeemed') as { asked?: unknown };
    expect(asked).toMatchObject({ phase: 'redeem', votes: [{ by: { user: 'bob' } }] });
    expect(await house.events(view.id)).toContain('redeem_refused');
  });

  it('that is never used says so below its card and on it once its time is over', async () => {
    const house = await open({ policies: 'test/e2e/unused' });
    const { id } = await house.http.submit(toProd);
    const card = await cardOf(house.workspace, id);
    await house.workspace.as('U0BOB').click(card, 'approve');
    await house.workspace.until(
      'a line below the card',
      () => house.workspace.thread(card.channel, card.ts).some(line => textOf(line).includes('Never used')),
      25_000,
    );
    await cardSaying(house.workspace, id, 'Never used');
    expect(await house.events(id)).toContain('lapsed');
    expect(await house.ttl(id)).toBeGreaterThan(0);
  });

  it('tells its grant to its service alone: not to Slack, the log, the audit or the queue', async () => {
    const house = await open();
    const view = await approved(house, toProd);
    await house.http.redeem(view.grant, toProd);
    const signature = view.grant.split('.')[2] ?? '';
    const viaQueue = await house.queue.wait(view.id);
    const places = [
      house.lines.join('\n'),
      JSON.stringify(await house.audit(view.id)),
      JSON.stringify(house.workspace.history('C0APPROVALS')),
      JSON.stringify(house.workspace.directMessages('U0ALICE')),
      JSON.stringify(await house.record(view.id)),
      JSON.stringify((await house.http.list()).items),
      JSON.stringify(viaQueue),
    ];
    for (const place of places) expect(place).not.toContain(signature);
  });

  it('is redeemed exactly once by twenty who try at the same moment', async () => {
    const house = await open();
    const view = await approved(house, toStaging);
    const tries = await Promise.allSettled(Array.from({ length: 20 }, () => house.http.redeem(view.grant, toStaging)));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await house.record(view.id)).uses).toBe(1);
    expect((await house.events(view.id)).filter(event => event === 'redeemed')).toHaveLength(1);
  });

  it('costs one use when the answer was lost and the call is sent again under its key', async () => {
    const house = await open();
    const { id, grant, digest } = await approved(house, toStaging);
    const send = (key: string) => post(house, '/v1/redeem', { grant, digest }, { 'idempotency-key': key });
    const answers = [await send('once'), await send('once')];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers[1]?.json).toEqual({ ...answers[0]?.json, policy: expect.anything() });
    expect((await send('twice')).status).toBe(403);
    expect((await house.record(id)).uses).toBe(1);
  });
});
