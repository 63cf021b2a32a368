// The app in Slack: the manifest that it is created from, and what is said of one that lacks something.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { appManifest, OPTIONAL_SCOPES, SCOPES } from '../../src/adapters/slack/app-manifest.ts';
import { openWorkspace } from '../../src/local/slack/workspace.ts';
import { countersign } from './spawned.ts';

vi.setConfig({ testTimeout: 60_000 });

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
});

const deployed = (mode: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../../deploy/slack/manifest.${mode}.json`), 'utf8'));

describe('slack manifest', () => {
  it('is what deploy/slack has, over both ways', () => {
    expect(deployed('socket')).toEqual(appManifest());
    expect(deployed('http')).toEqual(appManifest({ host: 'approvals.example.com' }));
  });

  it('keeps within what Slack takes: names, descriptions, and optional scopes among all', () => {
    const { features, oauth_config: oauth, display_information: shown } = appManifest({ host: 'a.example' });
    expect(shown.description.length).toBeLessThanOrEqual(140);
    for (const { name, description } of features.shortcuts) {
      expect(name.length).toBeLessThanOrEqual(24);
      expect(description.length).toBeLessThanOrEqual(150);
    }
    expect(oauth.scopes.bot).toEqual(expect.arrayContaining(oauth.scopes.bot_optional));
    expect(new Set(oauth.scopes.bot).size).toBe(SCOPES.length + OPTIONAL_SCOPES.length);
  });

  it('is printed for a host, and hears of no message where nobody wants that', async () => {
    const { code, out } = await countersign(['slack', 'manifest', '--host', 'c.example.org', '--no-messages']);
    expect(code).toBe(0);
    const printed = JSON.parse(out);
    expect(printed).toEqual(appManifest({ host: 'c.example.org', isDeaf: true }));
    expect(printed.settings.event_subscriptions.bot_events).not.toContain('message.channels');
    expect((await countersign(['slack', 'manifest', '--host', 'https://c.example.org/'])).err).toContain(
      'a host name alone',
    );
  });
});

describe('slack check', () => {
  async function check(
    prepare: (workspace: Awaited<ReturnType<typeof openWorkspace>>) => void,
    channel = 'C0APPROVALS',
  ) {
    const workspace = await openWorkspace();
    cleanUp.push(() => workspace.close());
    prepare(workspace);
    return countersign(['slack', 'check'], {
      SLACK_BOT_TOKEN: workspace.botToken,
      SLACK_APP_TOKEN: workspace.appToken,
      SLACK_API_URL: workspace.apiUrl,
      APPROVALS_CHANNEL: channel,
      OPA_URL: 'http://127.0.0.1:1',
    });
  }

  it('says which scope is missing, what it is for, and what to click; an optional one is no fault', async () => {
    const { code, out } = await check(workspace => {
      workspace.removeScope('usergroups:read');
      workspace.removeScope('channels:history');
    });
    expect(out).toMatch(
      /✗\s+slack scopes\s+.*lacks usergroups:read \(who is in a user group that approves\)\. Add them under OAuth/,
    );
    expect(out).toMatch(/✓\s+slack scopes\s+works without channels:history, except for/);
    expect(code).not.toBe(0);
  });

  it.each([
    ['a channel that is archived', 'C0ARCHIVED', 'is archived. Choose another'],
    ['a channel that is shared with others', 'C0SHARED', 'is shared with another organisation'],
    ['a channel that the app is not in', 'C0NOBOT', 'is not a member of'],
  ])('says so of %s', async (_what, channel, words) => {
    const { out } = await check(() => undefined, channel);
    expect(out).toContain(words);
  });

  it('says so of a token that was revoked', async () => {
    const { out } = await check(workspace => workspace.setToken('bot', 'revoked'));
    expect(out).toContain('Set SLACK_BOT_TOKEN');
  });
});
