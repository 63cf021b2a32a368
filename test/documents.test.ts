// What the documents say is so: commands, files, settings and stories that they name exist.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { routes } from '../src/adapters/http/routes.ts';
import { keyspace } from '../src/adapters/redis/keyspace.ts';
import { clientVariables, serverVariables } from '../src/config.ts';
import { auditTable, writtenTable } from './support/audit-table.ts';

const ROOT = resolve(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const documents = [
  'README.md',
  'src/README.md',
  'src/local/slack/README.md',
  'policies/README.md',
  'deploy/threat-model.md',
];

function testTitles(): string {
  const files = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' });
  return files
    .filter(file => file.endsWith('.test.ts') || file.startsWith('contract/'))
    .filter(file => file.endsWith('.ts') && file !== 'documents.test.ts')
    .map(file => read(join('test', file)))
    .join('\n');
}

describe.each(documents)('%s', path => {
  it('links to files that are there', () => {
    const links = [...read(path).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target]) => target ?? '');
    const dead = links.filter(target => !existsSync(resolve(ROOT, dirname(path), target)));
    expect(dead).toEqual([]);
  });

  it('names commands that package.json has', () => {
    const named = [...read(path).matchAll(/npm run (?:--silent )?([a-z]+)/g)].map(([, name]) => name ?? '');
    expect(named.filter(name => !(name in packageJson.scripts))).toEqual([]);
  });
});

describe('the failure stories of src/README.md', () => {
  const section = read('src/README.md').split('## Failure stories')[1]?.split('\n## ')[0] ?? '';
  const stories = [...new Set(section.match(/\b[A-K]\d{1,2}\b(?!:)/g))];
  const titles = testTitles();

  it('are many', () => {
    expect(stories.length).toBeGreaterThan(55);
  });

  it.each(stories)('%s has a test that carries its code', story => {
    expect(titles).toMatch(new RegExp(`['"\`(,] ?${story}(, [A-K]\\d+)*: `));
  });
});

describe('the invariants of src/README.md', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])('%d has a test that carries its name', number => {
    expect(testTitles()).toContain(`Invariant ${number}`);
  });
});

describe('the threat model', () => {
  const named = [...read('deploy/threat-model.md').matchAll(/`(test\/[^`:]+): ([^`]+)`/g)];

  it('has a test for most of what it says', () => expect(named.length).toBeGreaterThan(30));

  it.each(named.map(([, file = '', words = '']) => [file, words]))('%s has the test "%s"', (file, words) => {
    expect(read(file).replaceAll("\\'", "'")).toContain(words);
  });
});

describe('the keys of src/README.md', () => {
  const section = read('src/README.md').split('## In Redis')[1]?.split('\n## ')[0] ?? '';
  const told = [...section.matchAll(/`([a-z_]+)(?=[:`])/g)].map(([, name]) => name);
  const names = Object.values(keyspace('n')).map(key => {
    const text = typeof key === 'string' ? key : key('x', 'pending');
    return text.slice('{n}:'.length).split(':')[0] ?? '';
  });

  it.each(names)('%s is told', name => {
    expect(told).toContain(name);
  });
});

describe('the events of src/README.md', () => {
  it('are those that the audit may hold, with their members', () => {
    expect(writtenTable(), 'write it anew with: node test/support/audit-table.ts').toBe(auditTable());
  });
});

describe('README.md', () => {
  it('names only settings that exist', () => {
    const ofCompose = [...read('docker-compose.yml').matchAll(/\$\{([A-Z_]+):\?/g)].map(([, name]) => name ?? '');
    const ofClients = [...Object.keys(clientVariables.shape), 'COUNTERSIGN_OPA'];
    const known = [...Object.keys(serverVariables.shape), ...ofCompose, ...ofClients];
    const named = read('README.md').match(/\b(?:[A-Z]+_)+[A-Z]+\b/g) ?? [];
    expect(named.filter(name => !known.includes(name))).toEqual([]);
  });

  it('names every call of the API, and no other', () => {
    const named = new Set(read('README.md').match(/(?<=[ `])\/[\w.{}/-]+/g));
    const served = Object.values(routes).map(({ path }) => path);
    expect(served.filter(path => !named.has(path))).toEqual([]);
    const others = [...named].filter(path => path.startsWith('/v1/') && !served.includes(path));
    expect(others).toEqual([]);
  });

  it('names the Slack manifests, which ask for what the code listens to', () => {
    for (const mode of ['socket', 'http']) {
      const manifest = JSON.parse(read(`deploy/slack/manifest.${mode}.json`));
      const heard = [...read('src/adapters/slack/bolt.ts').matchAll(/app\.event\('(\w+)'/g)].map(([, name]) => name);
      // Messages are subscribed to by where they are said.
      const asked = manifest.settings.event_subscriptions.bot_events.map((event: string) => event.split('.')[0]);
      expect([...new Set(asked)].sort()).toEqual(heard.sort());
      const shortcuts = manifest.features.shortcuts.map(({ callback_id }: { callback_id: string }) => callback_id);
      for (const shortcut of shortcuts)
        expect(read('src/adapters/slack/bolt.ts')).toContain(`app.shortcut('${shortcut}'`);
      expect(read('src/adapters/slack/bolt.ts')).toContain(
        `app.command('${manifest.features.slash_commands[0].command}'`,
      );
      expect(manifest.settings.socket_mode_enabled).toBe(mode === 'socket');
      const { bot, bot_optional: optional } = manifest.oauth_config.scopes;
      expect(bot).toEqual(
        expect.arrayContaining([...optional, 'chat:write', 'im:write', 'users:read', 'usergroups:read']),
      );
    }
  });
});
