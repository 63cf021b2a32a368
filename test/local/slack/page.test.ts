// The page in a real browser: what a person sees, presses, and is told.
import type { App } from '@slack/bolt';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openWorkspace, type Workspace } from '../../../src/local/slack/workspace.ts';
import { button, mrkdwn, plain } from './support/api.ts';
import { type RunningBolt, startSocketBolt } from './support/bolt.ts';
import { findChromium, launch } from './support/browser.ts';

const executable = findChromium();
/** Generous: a loaded machine starts a page slowly. */
const WAIT_MS = 20_000;

let browser: Browser;
let workspace: Workspace;
let bolt: RunningBolt;
let page: Page;
const complaints: string[] = [];

const denyModal = {
  type: 'modal' as const,
  callback_id: 'deny',
  title: { type: 'plain_text' as const, text: 'Deny this request' },
  submit: { type: 'plain_text' as const, text: 'Deny' },
  notify_on_close: true,
  blocks: [
    {
      type: 'alert' as const,
      level: 'warning' as const,
      text: { type: 'plain_text' as const, text: 'Alice is told.' },
    },
    {
      type: 'input' as const,
      block_id: 'why',
      label: { type: 'plain_text' as const, text: 'Reason' },
      element: { type: 'plain_text_input' as const, action_id: 'text', multiline: true, min_length: 3 },
    },
  ],
};

function listeners(app: App): void {
  app.action('approve', async ({ ack, body, client }) => {
    await ack();
    if (body.type !== 'block_actions' || !body.channel || !body.message) return;
    const { ts } = body.message;
    await client.chat.update({ channel: body.channel.id, ts, text: `Approved by <@${body.user.id}>` });
    await client.chat.postMessage({ channel: body.channel.id, thread_ts: ts, text: 'One of one.' });
    await client.chat.postEphemeral({ channel: body.channel.id, user: body.user.id, text: 'Your vote was recorded.' });
  });
  app.action('deny', async ({ ack, body, client }) => {
    await ack();
    if (body.type === 'block_actions') await client.views.open({ trigger_id: body.trigger_id, view: denyModal });
  });
  app.action('silent', async () => undefined);
  app.view('deny', async ({ ack, view }) => {
    const isVague = view.state.values.why?.text?.value === 'because';
    await (isVague ? ack({ response_action: 'errors', errors: { why: 'Say what should change.' } }) : ack());
  });
  app.command('/approvals', async ({ ack }) => ack('Nothing waits for you.'));
  app.event('app_home_opened', async ({ event, client }) => {
    const blocks = [{ type: 'header' as const, text: { type: 'plain_text' as const, text: `Home of ${event.user}` } }];
    await client.views.publish({ user_id: event.user, view: { type: 'home', blocks } });
  });
}

const card = [
  { type: 'header', text: plain('Delete bucket b-42') },
  { type: 'section', text: mrkdwn('*Reason*: &lt;img src=x onerror=alert(1)&gt; <@U0ALICE>') },
  {
    type: 'rich_text',
    elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: '<!channel> *not bold*' }] }],
  },
  {
    type: 'actions',
    elements: [
      button('approve', {
        text: plain('Approve'),
        style: 'primary',
        confirm: { title: plain('Approve this?'), text: plain('In production.'), confirm: plain('Yes, approve') },
      }),
      button('deny', { text: plain('Deny…'), style: 'danger' }),
      button('silent', { text: plain('Silence') }),
    ],
  },
];

const message = () => page.locator('.message').last();
const visible = (text: string) => page.getByText(text).first().waitFor({ timeout: WAIT_MS });

async function open(query: string): Promise<void> {
  await page.goto(`${workspace.url}/?${query}`);
  await page.locator('.pane').waitFor({ timeout: WAIT_MS });
}

async function postCard(): Promise<void> {
  await bolt.app.client.chat.postMessage({ channel: 'C0APPROVALS', text: 'Approval needed', blocks: card });
}

describe.skipIf(executable === undefined)('the page', { timeout: 90_000 }, () => {
  beforeAll(async () => {
    browser = await launch(executable ?? '');
  });
  afterAll(async () => {
    await browser?.close();
  });
  beforeEach(async () => {
    workspace = await openWorkspace({
      hints: { commands: [{ command: '/approvals', description: 'What waits for you' }] },
    });
    bolt = await startSocketBolt(workspace, listeners);
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    complaints.length = 0;
    page.on('pageerror', error => complaints.push(error.message));
    page.on('console', said => void (said.type() === 'error' && complaints.push(said.text())));
  });
  afterEach(async () => {
    await page.close();
    await bolt.stop();
    await workspace.close();
    expect(complaints).toEqual([]);
  });

  it('shows a message the moment it is posted, and what was escaped as text', async () => {
    await open('user=U0BOB&channel=C0APPROVALS');
    await visible('Nothing has been said in #approvals');
    await postCard();
    await visible('Delete bucket b-42');
    expect(await message().textContent()).toContain('<img src=x onerror=alert(1)> @alice');
    expect(await message().locator('pre').textContent()).toBe('<!channel> *not bold*');
    expect(await page.locator('.message img, .message script').count()).toBe(0);
  });

  it('a click asks for confirmation, is recorded, and tells the clicker alone', async () => {
    await postCard();
    await open('user=U0BOB&channel=C0APPROVALS');
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('button', { name: 'Yes, approve' }).click();
    await visible('Only visible to you');
    await visible('Your vote was recorded.');
    await page.getByRole('button', { name: 'Dismiss message' }).click();
    await page.locator('.is-ephemeral').waitFor({ state: 'detached', timeout: WAIT_MS });
    await page.getByRole('button', { name: '1 reply' }).click();
    await page.getByRole('complementary', { name: 'Thread' }).getByText('One of one.').waitFor({ timeout: WAIT_MS });
    await open('user=U0CAROL&channel=C0APPROVALS');
    await visible('Approved by');
    await visible('(edited)');
    expect(await page.getByText('Only visible to you').count()).toBe(0);
  });

  it('K1: a click that nobody acknowledges is busy, and then warns', async () => {
    await postCard();
    await open('user=U0BOB&channel=C0APPROVALS');
    const silence = page.getByRole('button', { name: 'Silence' });
    await silence.click();
    await page.locator('button[data-action=silent][aria-busy=true]').waitFor({ timeout: WAIT_MS });
    await visible('did not answer within 3 seconds');
    await page.locator('button[data-action=silent][aria-busy=false]').waitFor({ timeout: WAIT_MS });
  });

  it('a modal tells what is missing, keeps what was typed, and closes when the app is content', async () => {
    await postCard();
    await open('user=U0BOB&channel=C0APPROVALS');
    await page.getByRole('button', { name: 'Deny…' }).click();
    const modal = page.getByRole('dialog', { name: 'Deny this request' });
    const submit = modal.getByRole('button', { name: 'Deny' });
    await modal.waitFor({ timeout: WAIT_MS });
    await submit.click();
    await visible('Please complete this required field.');
    await modal.getByRole('textbox', { name: 'Reason' }).fill('because');
    await submit.click();
    await visible('Say what should change.');
    expect(await modal.getByRole('textbox', { name: 'Reason' }).inputValue()).toBe('because');
    await modal.getByRole('textbox', { name: 'Reason' }).fill('wait for the backup');
    await submit.click();
    await modal.waitFor({ state: 'detached', timeout: WAIT_MS });
    expect(workspace.modals('bob')).toEqual([]);
  });

  it('Escape closes a modal', async () => {
    await postCard();
    await open('user=U0BOB&channel=C0APPROVALS');
    await page.getByRole('button', { name: 'Deny…' }).click();
    await page.getByRole('dialog').waitFor({ timeout: WAIT_MS });
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached', timeout: WAIT_MS });
    expect(workspace.modals('bob')).toEqual([]);
  });

  it('one becomes somebody else by keyboard, and their unread messages are counted', async () => {
    await postCard();
    await bolt.app.client.chat.postMessage({ channel: 'U0CAROL', text: 'You are asked.' });
    await open('user=U0BOB&channel=C0APPROVALS');
    const switcher = page.getByRole('button', { name: /You are/ });
    await switcher.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: /Bob Birch/ }).waitFor({ timeout: WAIT_MS });
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /You are Carol Cedar/ }).waitFor({ timeout: WAIT_MS });
    expect(page.url()).toContain('user=U0CAROL');
    await page.locator('[data-channel=D0CAROL] .unread').waitFor({ timeout: WAIT_MS });
    await page.locator('[data-channel=D0CAROL]').click();
    await visible('You are asked.');
    expect(await page.locator('[data-channel=D0CAROL] .unread').count()).toBe(0);
  });

  it('guests and people of other companies are marked, and see only their channels', async () => {
    await open('user=mallory');
    await visible('other company');
    await visible('shared with another company');
    expect(await page.locator('.sidebar [data-channel^=C0]').count()).toBe(1);
    await open('user=U0SAM');
    await visible('single-channel guest');
  });

  it('the Home tab, a command and a typed message work', async () => {
    await open('user=U0BOB&channel=D0BOB&tab=home');
    await visible('Home of U0BOB');
    await open('user=U0BOB&channel=C0APPROVALS');
    const box = page.getByRole('textbox', { name: 'Message #approvals' });
    await box.fill('/approvals');
    await page.keyboard.press('Enter');
    await visible('Nothing waits for you.');
    await box.fill('/approve all');
    await page.keyboard.press('Enter');
    await visible('/approve is no command here. Try /approvals.');
    await box.fill('5 < 6 & *so on*');
    await page.keyboard.press('Enter');
    await visible('5 < 6 &');
    expect(workspace.history('approvals').at(-1)?.text).toBe('5 &lt; 6 &amp; *so on*');
  });

  it('follows a permalink', async () => {
    await postCard();
    const [posted] = workspace.history('approvals');
    const { permalink } = await bolt.app.client.chat.getPermalink({
      channel: 'C0APPROVALS',
      message_ts: posted?.ts ?? '',
    });
    await page.goto(permalink ?? '');
    await visible('Delete bucket b-42');
  });
});
