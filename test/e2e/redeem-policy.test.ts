// Policy is asked again when the action runs, by a real OPA: whatever has changed since the approval wins.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PEOPLE, perTest } from '../support/house.ts';
import { scratchDir } from '../support/scratch.ts';
import { startOpa } from '../support/services.ts';
import { approved, post, refused, toProd, toStaging } from './granted.ts';

const { open, ended } = perTest();

describe('I1: policy is asked again when the action runs', () => {
  it('a freeze between approval and redemption wins, and tells why; when it is over, the grant is good again', async () => {
    const policies = join(scratchDir(), 'policies');
    cpSync('policies', policies, { recursive: true });
    const calendar = join(policies, 'approvals/calendar/data.yaml');
    const calm = readFileSync(calendar, 'utf8');
    const opa = await ended(startOpa({ policies: [policies] }));
    const house = await open({ env: { OPA_URL: opa.url } });
    const view = await approved(house, toProd);

    const frozen = calm.replace(/^freezes: \[\]$/m, 'freezes: [{name: now, from: "2020-01-01T00:00:00Z"}]');
    writeFileSync(calendar, frozen);
    await opa.restart();
    const words =
      /Policy has changed since the approval: it now denies this: A change freeze is in force.*Submit the request again/;
    await expect(house.http.redeem(view.grant, toProd)).rejects.toEqual(refused('policy_changed', words));
    expect((await house.record(view.id)).uses).toBe(0);

    writeFileSync(calendar, calm);
    await opa.restart();
    expect(await house.http.redeem(view.grant, toProd)).toMatchObject({ usesLeft: 0 });
  });

  it('an approver who has left the group since no longer approves', async () => {
    const people = join(scratchDir(), 'people.yaml');
    cpSync(PEOPLE, people);
    const house = await open({ env: { COUNTERSIGN_PEOPLE: people } });
    const view = await approved(house, toProd, 'U0DAVE'); // Bob is in a user group of Slack as well
    writeFileSync(people, readFileSync(PEOPLE, 'utf8').replaceAll('release-managers', 'gardeners'));
    await house.restart();
    const words = /it now asks for more approval than was given/;
    await expect(house.http.redeem(view.grant, toProd)).rejects.toEqual(refused('policy_changed', words));
  });

  it('an outage of OPA is no yes and costs no use: when it is back, the same call goes through', async () => {
    const opa = await ended(startOpa({ policies: ['policies'] }));
    const house = await open({ env: { OPA_URL: opa.url, OPA_TIMEOUT: '1s' } });
    const view = await approved(house, toStaging);
    await opa.kill();
    const { status } = await post(house, '/v1/redeem', { grant: view.grant, digest: view.digest });
    expect(status).toBe(503);
    const waiting = house.http.redeem(view.grant, toStaging);
    await opa.restart();
    expect(await waiting).toMatchObject({ uses: 1 });
  });
});
