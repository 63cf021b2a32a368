// What is typed after /approvals, on both ways that Slack delivers it: who it was, when, and what is answered.
import { describe, expect, it } from 'vitest';
import { linkedText, movedText, unlinkedText } from '../../../src/adapters/slack/cards/link-words.ts';

import { readCommand } from '../../../src/adapters/slack/commands.ts';
import type { LinkPorts } from '../../../src/adapters/slack/linking.ts';
import { Failure } from '../../../src/domain/failure.ts';
import { openStage } from './stage.ts';

type Call = Parameters<LinkPorts['link']>[0];

/** A stage whose flow links whatever comes, and notes it. */
async function linking(mode: 'socket' | 'http', answer?: LinkPorts['link']) {
  const calls: Call[] = [];
  const link: LinkPorts['link'] = async call => {
    calls.push(call);
    return answer === undefined ? { kind: 'linked', person: 'bob' } : answer(call);
  };
  const stage = await openStage({ mode, links: { link, unlink: async () => ({ kind: 'unlinked', person: 'bob' }) } });
  const said = (user: string) =>
    stage.workspace.until('an answer', () => stage.workspace.ephemerals(user).at(-1)?.text);
  return { ...stage, calls, said };
}

describe.each(['socket', 'http'] as const)('over %s', mode => {
  it('Invariant 4: the account is that of the payload, whatever is typed', async () => {
    const stage = await linking(mode);
    const { acked } = await stage.workspace.as('bob').command('/approvals  LINK  slack:T0ACME:U0CAROL ABCDE');
    expect(acked).toBe(true);
    expect(await stage.said('bob')).toContain('now linked to "bob"');
    expect(stage.calls).toMatchObject([
      {
        account: 'slack:T0ACME:U0BOB',
        code: 'slack:T0ACME:U0CAROL ABCDE',
        evidence: { transport: mode, team: 'T0ACME', user: 'U0BOB' },
      },
    ]);
  });

  it('is acknowledged before anything is done, and a store that fails is said', async () => {
    const stage = await linking(mode, async () => {
      throw new Failure('store_unavailable', 'Redis does not answer.', { isTransient: true });
    });
    const { acked, tookMs } = await stage.workspace.as('bob').command('/approvals link ABCDE-FGHJK');
    expect(acked).toBe(true);
    expect(tookMs).toBeLessThan(2_000);
    expect(await stage.said('bob')).toMatch(/could not be saved/);
    expect(stage.observed).toContainEqual(expect.objectContaining({ kind: 'trouble', code: 'store_unavailable' }));
    expect(JSON.stringify(stage.observed)).not.toContain('ABCDE');
  });

  it('a name that could ping or format is shown, not obeyed', async () => {
    const stage = await linking(mode, async () => ({ kind: 'linked', person: '<!channel>*b*' }));
    await stage.workspace.as('bob').command('/approvals link ABCDE-FGHJK');
    expect(await stage.said('bob')).toContain('&lt;!channel&gt;');
  });
});

it('C6: a command signed too long ago or ahead is refused, told and noted', async () => {
  const now = Date.now();
  const command = (signedAtS: number) =>
    readCommand({ body: { team_id: 'T0', user_id: 'U1', text: 'link X' }, transport: 'http', nowMs: now, signedAtS });
  expect(command(now / 1_000 - 3_600)?.gesture.datedMs).toEqual([now - 3_600_000]);
  const stage = await openStage({ mode: 'http', now: () => now + 3_600_000 });
  await stage.workspace.as('bob').command('/approvals link ABCDE-FGHJK');
  await stage.workspace.until('a word', () => stage.noted.length > 0);
  expect(stage.noted).toMatchObject([{ event: 'link_refused', code: 'stale_gesture', account: 'slack:T0ACME:U0BOB' }]);
  expect(JSON.stringify(stage.noted)).not.toContain('ABCDE');
});

describe('a payload', () => {
  const read = (body: unknown) => readCommand({ body, transport: 'socket', nowMs: 0 });

  it('without a team or a user is no command', () => {
    for (const body of [
      undefined,
      {},
      { user_id: 'U1' },
      { team_id: '', user_id: 'U1' },
      { team_id: 'T0', user_id: 1 },
    ]) {
      expect(read(body)).toBeUndefined();
    }
  });

  it.each([
    ['', '', ''],
    ['  link  ', 'link', ''],
    ['Link\u00a07K3QD XM2PA', 'link', '7K3QD XM2PA'],
    ['unlink now', 'unlink', 'now'],
  ])('that says %j', (text, verb, rest) => {
    expect(read({ team_id: 'T0', user_id: 'U1', text })).toMatchObject({
      verb,
      rest,
      gesture: { account: 'slack:T0:U1' },
    });
  });
});

it('a name is shown as it is, bent and long as it may be', () => {
  const name = `a\u202e\n${'x'.repeat(255)}`;
  for (const text of [linkedText(name), unlinkedText(name), movedText(name)]) {
    expect(text).not.toMatch(/[\u202e\n]/);
    expect(text.length).toBeLessThan(300);
  }
});
