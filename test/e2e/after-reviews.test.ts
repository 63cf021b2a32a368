// The review of an emergency, closed where people sit: who may, who is told why not, and what the messages say afterwards.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../src/domain/canonical.ts';
import type { Submission } from '../../src/domain/submission.ts';
import type { Message, OpenView } from '../../src/local/slack/workspace.ts';
import { cardOf, hasButton, textOf } from '../support/cards.ts';
import { type House, openHouse } from '../support/house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse({ policies: 'test/e2e/afterwards' });
});
afterAll(() => house?.stop());

const SEC = 'C0SEC';
const ON_CALL = 'C0ONCALL';

type Emergency = { readonly id: string; readonly notice: Message };

function restart(params: { readonly [name: string]: Json }): Submission {
  return {
    action: 'restart-database',
    user: { id: 'alice' },
    resource: { type: 'database', id: 'orders', environment: 'prod' },
    params: { tables: 'all', ...params },
    emergency: true,
    reason: 'Orders are down, the pager rang',
  };
}

const messagesAbout = (channel: string, id: string) =>
  house.workspace.history(channel).filter(message => textOf(message).includes(id));
const messageSaying = (channel: string, id: string, words: string) =>
  house.workspace.until(`"${words}" in ${channel}`, () =>
    messagesAbout(channel, id).find(message => textOf(message).includes(words)),
  );

/** An emergency that was let pass, once its notices can be updated. */
async function breakGlass(params: { readonly [name: string]: Json } = {}): Promise<Emergency> {
  const { id } = await house.http.request(restart(params));
  const notice = await messageSaying(SEC, id, 'Emergency');
  await expect.poll(async () => (await house.record(id)).review?.messages?.length, { timeout: 10_000 }).toBe(2);
  return { id, notice };
}

async function wordTo(user: string, clicking: () => Promise<unknown>): Promise<string> {
  const before = house.workspace.ephemerals(user).length;
  await clicking();
  return house.workspace.until(`a word to ${user}`, () => {
    const heard = house.workspace.ephemerals(user);
    return heard.length > before ? JSON.stringify(heard.at(-1)) : undefined;
  });
}

async function formOf(user: string, { id, notice }: Emergency): Promise<OpenView> {
  await house.workspace.as(user).click(notice, 'close_review');
  return house.workspace.until('the form', () => {
    const view = house.workspace.modals(user).at(-1);
    return view?.callback_id === 'close_review' && view.private_metadata === id ? view : undefined;
  });
}

const refusals = async (id: string) =>
  (await house.notes()).filter(fact => fact.event === 'review_refused' && fact.id === id);

describe('Close review…', () => {
  it('shows what happened, wants a note, and afterwards every notice says who closed it, when and with which note', async () => {
    const emergency = await breakGlass();
    const { id, notice } = emergency;
    expect(textOf(notice)).toContain('Close review…');
    const form = await formOf('U0CAROL', emergency);
    for (const words of ['restart-database', 'tables', 'the pager rang', 'What did your review find?']) {
      expect(JSON.stringify(form)).toContain(words);
    }
    await house.workspace.as('U0CAROL').submit(form, { reason: 'Disk was full; <!channel> alert added' });
    for (const channel of [SEC, ON_CALL]) {
      const told = await messageSaying(channel, id, 'Reviewed');
      expect(hasButton(told, 'close_review')).toBe(false);
      expect(textOf(told)).toContain('"user_id":"U0CAROL"');
      expect(textOf(told)).toContain('Disk was full; <!channel> alert added');
      expect(told.text).not.toContain('<!channel>');
    }
    expect(house.workspace.modals('U0CAROL')).toEqual([]);
    const view = await house.http.read(id);
    expect(view.review).toMatchObject({ status: 'closed', closed_by: 'carol' });
    const [closing, ...more] = (await house.audit(id)).filter(({ event }) => event === 'review_closed');
    expect(more).toEqual([]);
    expect(closing).toMatchObject({
      by: 'carol',
      surface: 'slack',
      evidence: {
        who: { account: 'slack:T0ACME:U0CAROL', person: 'carol', kind: 'member', matched_by: 'directory' },
        via: { team: 'T0ACME', user: 'U0CAROL' },
      },
    });
  });

  it.each([
    ['the requester', 'T0ACME:U0ALICE', 'own_review', /someone else must review it/],
    ['a guest', 'T0ACME:U0GRACE', 'not_a_member', /Guests/],
    ['somebody of another company', 'T0EVIL:U0MALLORY', 'not_a_member', /Guests/],
    ['an account that is nobody’s', 'T0ACME:U0ALEX1', 'unmapped', /isn't linked to a person/],
  ])('is not for %s: no form, a sentence, and an entry in the audit', async (_who, account, code, words) => {
    const user = account.split(':')[1] ?? '';
    const { id, notice } = await breakGlass();
    expect(await wordTo(user, () => house.workspace.as(user).click(notice, 'close_review'))).toMatch(words);
    expect(house.workspace.modals(user)).toEqual([]);
    expect((await house.record(id)).review?.closed).toBeUndefined();
    expect(await refusals(id)).toMatchObject([
      { code, evidence: { who: { account: `slack:${account}` }, via: { user } } },
    ]);
  });

  it('is for those whom policy names, also where only Slack knows them', async () => {
    const emergency = await breakGlass({ reviewers: [{ type: 'slack_usergroup', id: 'S0FINANCE' }] });
    const { id, notice } = emergency;
    expect(JSON.stringify(notice)).toContain('"usergroup_id":"S0FINANCE"');
    expect(await wordTo('U0BOB', () => house.workspace.as('U0BOB').click(notice, 'close_review'))).toMatch(
      /can't review this/,
    );
    await house.workspace.as('U0DAVE').submit(await formOf('U0DAVE', emergency), { reason: 'All in order' });
    expect((await house.http.read(id)).review).toMatchObject({ closed_by: 'dave', note: 'All in order' });
  });

  it('checks the form anew: who was removed from the group meanwhile is told so in the modal', async () => {
    house.workspace.setUsergroup('S0REVIEW', ['U0BOB']);
    const emergency = await breakGlass({ reviewers: [{ type: 'slack_usergroup', id: 'S0REVIEW' }] });
    const form = await formOf('U0BOB', emergency);
    house.workspace.setUsergroup('S0REVIEW', []);
    await expect
      .poll(async () => (await house.workspace.as('U0BOB').submit(form, { reason: 'fine' })).errors, { timeout: 5_000 })
      .toMatchObject({ reason: expect.stringContaining("can't review this") });
    expect((await house.record(emergency.id)).review?.closed).toBeUndefined();
    await house.workspace.as('U0BOB').closeModal(form, { all: true });
  });

  it('wants words, not blanks', async () => {
    const emergency = await breakGlass();
    const form = await formOf('U0CAROL', emergency);
    const { errors } = await house.workspace.as('U0CAROL').submit(form, { reason: '   ' });
    expect(JSON.stringify(errors)).toMatch(/what your review found|required/i);
    expect((await house.record(emergency.id)).review?.closed).toBeUndefined();
    await house.workspace.as('U0CAROL').closeModal(form, { all: true });
  });

  it('two at once: one closes it, the other reads in the modal who did', async () => {
    const emergency = await breakGlass();
    const forms = { U0BOB: await formOf('U0BOB', emergency), U0CAROL: await formOf('U0CAROL', emergency) };
    const outcomes = await Promise.all(
      Object.entries(forms).map(([user, form]) => house.workspace.as(user).submit(form, { reason: `by ${user}` })),
    );
    expect(outcomes.map(({ responseAction }) => responseAction).toSorted()).toEqual(['clear', 'errors']);
    const loser = outcomes.find(({ responseAction }) => responseAction === 'errors');
    expect(JSON.stringify(loser?.errors)).toMatch(/Already reviewed by (bob|carol) at .*UTC: by U0/);
    const closings = (await house.audit(emergency.id)).filter(({ event }) => event === 'review_closed');
    expect(closings).toHaveLength(1);
    for (const user of Object.keys(forms)) {
      const [left] = house.workspace.modals(user);
      if (left !== undefined) await house.workspace.as(user).closeModal(left, { all: true });
    }
  });

  it('a button that a client still shows is explained with the answer', async () => {
    const emergency = await breakGlass();
    const form = await formOf('U0BOB', emergency);
    await house.workspace.as('U0BOB').submit(form, { reason: 'Looked at the graphs' });
    await messageSaying(SEC, emergency.id, 'Reviewed');
    const word = await wordTo('U0CAROL', () =>
      house.workspace.as('U0CAROL').click(emergency.notice, 'close_review', { stale: true }),
    );
    expect(word).toContain('U0BOB');
    expect(word).toContain('Looked at the graphs');
    expect(house.workspace.modals('U0CAROL')).toEqual([]);
  });

  it('closed in a terminal, the notices say so as well', async () => {
    const { id } = await breakGlass();
    await (await house.person('bob')).http.review(id, 'Looked at the graphs', 'cli');
    for (const channel of [SEC, ON_CALL]) {
      expect(textOf(await messageSaying(channel, id, 'Reviewed'))).toContain('(by CLI)');
    }
  });
});

describe('a review that is due', () => {
  it('is called for where the emergency was announced, with the button; closed, the reminders say so too', async () => {
    const { id } = await house.http.request(restart({ due: true }));
    const reminders = [];
    for (const channel of [SEC, ON_CALL]) reminders.push(await messageSaying(channel, id, 'has not been reviewed'));
    expect(reminders.every(message => hasButton(message, 'close_review'))).toBe(true);
    const [reminder] = reminders;
    if (reminder === undefined) throw new Error('there is no reminder');
    await expect.poll(async () => (await house.record(id)).review?.messages?.length, { timeout: 10_000 }).toBe(4);
    const form = await formOf('U0CAROL', { id, notice: reminder });
    await house.workspace.as('U0CAROL').submit(form, { reason: 'Late, and fine' });
    for (const channel of [SEC, ON_CALL]) await messageSaying(channel, id, 'This emergency has been reviewed');
    const all = [...messagesAbout(SEC, id), ...messagesAbout(ON_CALL, id)];
    expect(all).toHaveLength(4);
    await house.workspace.until('no message to ask for it any more', () =>
      [...messagesAbout(SEC, id), ...messagesAbout(ON_CALL, id)].every(
        message => !hasButton(message, 'close_review') && textOf(message).includes('Late, and fine'),
      ),
    );
  });

  it('of what people approved is called for below its card too, and that line says afterwards who closed it', async () => {
    const { workspace } = house;
    const { id } = await house.http.submit({ ...restart({ asked: true, due: true }), emergency: false });
    const card = await cardOf(workspace, id);
    await workspace.as('U0BOB').click(card, 'approve');
    const thread = () => workspace.thread(card.channel, card.ts);
    const line = await workspace.until('a line below the card', () =>
      thread().find(message => textOf(message).includes('This has not been reviewed')),
    );
    expect(hasButton(line, 'close_review')).toBe(true);
    await expect.poll(async () => (await house.record(id)).review?.messages?.length, { timeout: 10_000 }).toBe(5);
    const form = await formOf('U0CAROL', { id, notice: line });
    await workspace.as('U0CAROL').submit(form, { reason: 'All in order' });
    await workspace.until('the line to say so', () =>
      thread().some(({ ts, blocks }) => ts === line.ts && JSON.stringify(blocks).includes('This has been reviewed')),
    );
    expect(thread().some(message => hasButton(message, 'close_review'))).toBe(false);
  });

  it('of an emergency that was announced nowhere is called for in the approvals channel', async () => {
    const { id } = await house.http.request(restart({ quiet: true, due: true }));
    const reminder = await messageSaying('C0APPROVALS', id, 'has not been reviewed');
    expect(hasButton(reminder, 'close_review')).toBe(true);
  });
});

describe('messages that cannot be updated', () => {
  it('are tried again while Slack is away', async () => {
    const emergency = await breakGlass();
    const form = await formOf('U0BOB', emergency);
    house.workspace.inject('chat.update', { kind: 'http', status: 503 }, { times: 2 });
    await house.workspace.as('U0BOB').submit(form, { reason: 'fine' });
    for (const channel of [SEC, ON_CALL]) await messageSaying(channel, emergency.id, 'Reviewed');
  });

  it('are given up where somebody deleted them; the others are updated, and the audit says so', async () => {
    const emergency = await breakGlass();
    const form = await formOf('U0BOB', emergency);
    house.workspace.inject('chat.update', { kind: 'ok_false', error: 'message_not_found' });
    await house.workspace.as('U0BOB').submit(form, { reason: 'fine' });
    await house.workspace.until('one of them says so', () =>
      [SEC, ON_CALL].some(channel => messagesAbout(channel, emergency.id).some(m => textOf(m).includes('Reviewed'))),
    );
    await expect
      .poll(async () => (await house.audit(emergency.id)).filter(({ way }) => way === 'review_messages'), {
        timeout: 10_000,
      })
      .toMatchObject([{ outcome: 'given_up', detail: 'slack_message_not_found' }]);
  });
});

describe('what people approved and policy wants reviewed all the same', () => {
  it('is no emergency, and is reviewed by somebody who did not approve it', async () => {
    const own = await openHouse(); // the policies of the repository
    try {
      const { workspace } = own;
      const { id, digest } = await own.http.submit({
        action: 'open-production-shell',
        user: { id: 'dave' },
        resource: { type: 'host', id: 'db-7', environment: 'prod' },
        reason: 'The replica lags',
      });
      await expect.poll(async () => (await own.record(id)).approval, { timeout: 10_000 }).toBeDefined();
      const vote = { vote: 'approve', digest, surface: 'cli', reason: 'Looked at the graphs' } as const;
      expect(await (await own.person('bob')).http.vote(id, vote)).toMatchObject({ review: { status: 'open' } });
      const notice = await workspace.until('a notice', () =>
        workspace.history(SEC).find(message => textOf(message).includes(id)),
      );
      expect(textOf(notice)).not.toContain('Emergency');
      expect(textOf(notice)).toContain('The replica lags');
      await workspace.as('U0BOB').click(notice, 'close_review');
      const word = await workspace.until('a word to bob', () => workspace.ephemerals('U0BOB').at(-1));
      expect(word.text).toContain('someone else must review it');
      await workspace.as('U0CAROL').click(notice, 'close_review');
      const form = await workspace.until('the form', () => workspace.modals('U0CAROL').at(-1));
      await workspace.as('U0CAROL').submit(form, { reason: 'Read the session' });
      const card = await workspace.until('the card', () =>
        workspace.history('C0APPROVALS').find(message => textOf(message).includes(id)),
      );
      await workspace.until('a line below the card', () =>
        JSON.stringify(workspace.thread(card.channel, card.ts)).includes('Read the session'),
      );
    } finally {
      await own.stop();
    }
  });
});
