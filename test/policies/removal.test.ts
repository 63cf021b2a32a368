// H6 over the policies that are shipped: whatever field of a request is missing, a question that was not allowed with it
// is not allowed without it. Every example action, with votes, standing approvals, emergencies and the directory.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { opaUrl } from '../support/services.ts';
import { POLICIES } from './opa.ts';

const SLOW_MS = 120_000;

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Path = readonly (string | number)[];

const GROUPS: { readonly [person: string]: readonly string[] } = {
  bob: ['db-owners', 'release-managers', 'data-owners'],
  carol: ['db-owners', 'finance', 'data-owners', 'privacy'],
  dave: ['on-call', 'finance', 'release-managers'],
  erin: [],
};

const vote = (user: string, fields: { readonly [key: string]: Json } = {}): Json => ({
  by: { id: `slack:T1:${user}`, user, groups: [...(GROUPS[user] ?? [])], kind: 'member' },
  ...{ vote: 'approve', at: '2026-11-24T10:20:00Z', surface: 'slack', card: 'sha256:11' },
  ...fields,
});

/** A vote that was given with an earlier request, and kept. */
const kept = (user: string, fields: { readonly [key: string]: Json } = {}): Json =>
  vote(user, {
    standing: {
      ...{ id: 'sta_1', request: 'req_0', granted_at: '2026-11-24T08:00:00Z', expires_at: '2026-11-25T08:00:00Z' },
      ...{ used: 3, same_params: true },
      ...fields,
    },
  });

const question = (action: string, fields: { readonly [key: string]: Json } = {}) => ({
  action,
  user: { id: 'alice', role: 'engineer' },
  actor: { type: 'ai_agent', id: 'bot', owner: 'carol' },
  resource: { type: 'thing', id: 't-1', state: 'active', environment: 'prod' },
  params: { format: 'csv', amount_cents: 250_000 },
  context: { author: 'bob', ticket: 'OPS-1' },
  reason: 'it is needed',
  service: { id: 'deployer', auth: 'api_key' },
  request: {
    ...{ id: 'req_1', digest: 'sha256:00', submitted_at: '2026-11-24T10:00:00Z', expires_at: '2026-11-24T11:00:00Z' },
    escalated_at: '2026-11-24T10:15:00Z',
  },
  directory: { user: { groups: ['release-engineers'], roles: ['engineer'] }, actor: { groups: ['bots'], roles: [] } },
  phase: 'vote',
  now: '2026-11-24T10:30:00Z',
  votes: [] as readonly Json[],
  ...fields,
});

const harmless = { resource: { type: 'thing', id: 't-1', environment: 'prod', contains_pii: false } };

/** What each action is asked, and is not allowed. */
const QUESTIONS: { readonly [action: string]: readonly Json[] } = {
  'call-tool': [
    question('call-tool', { resource: { type: 'mcp_tool', id: 'Read', paths: [] } }),
    question('call-tool', { resource: { type: 'tool', id: 'WebFetch', paths: [] }, votes: [vote('bob')] }),
  ],
  'delete-resource': [question('delete-resource', { emergency: true })],
  deploy: [
    question('deploy', { emergency: true }),
    question('deploy', { emergency: true, reason: ' ', directory: { user: { groups: ['on-call'], roles: [] } } }),
    question('deploy', { votes: [vote('erin'), vote('carol'), vote('dave', { at: '2026-11-24T11:00:00Z' })] }),
    question('deploy', { votes: [vote('bob', { vote: 'approve' }), vote('dave', { vote: 'deny' })] }),
    question('deploy', { votes: [vote('bob', { by: { id: 'x', user: 'bob', groups: [], kind: 'guest' } })] }),
    question('deploy', { actor: { type: 'user', id: 'bob' }, votes: [vote('bob')] }),
    question('deploy', { votes: [kept('bob')] }),
  ],
  'edit-file': [
    question('edit-file', {
      resource: { type: 'file', id: 'x', workspace: '/w/a', paths: ['/w/b'] },
      votes: [vote('bob')],
    }),
    question('edit-file', { resource: { type: 'file', id: 'x', workspace: '/w/a', paths: ['/w/a/.git/config'] } }),
  ],
  'export-data': [
    question('export-data', { votes: [vote('bob')] }),
    question('export-data', { votes: [kept('bob')] }),
    question('export-data', { ...harmless, votes: [kept('bob', { used: 7 }), kept('carol')] }),
    question('export-data', { ...harmless, votes: [kept('bob', { expires_at: '2026-11-24T10:00:00Z' })] }),
    question('export-data', { ...harmless, votes: [kept('bob', { same_params: false })], emergency: true }),
    question('export-data', { ...harmless, votes: [kept('bob'), vote('bob', { vote: 'deny' })] }),
  ],
  'open-production-shell': [
    question('open-production-shell', { votes: [vote('bob', { surface: 'cli', reason: 'INC-1' })] }),
    question('open-production-shell', {
      directory: { user: { groups: ['on-call'], roles: [] } },
      votes: [vote('bob'), vote('dave', { surface: 'cli' })],
    }),
  ],
  refund: [
    question('refund', { votes: [vote('dave'), vote('carol')] }),
    question('refund', { user: { id: 'erin', role: 'support' }, votes: [vote('dave'), vote('dave')] }),
  ],
  'run-command': [
    question('run-command', { params: { command: 'rm -rf x', tool: 'Bash', cwd: '/w/a' }, votes: [vote('bob')] }),
    question('run-command', { params: { command: 'ls; rm x', tool: 'Bash', cwd: '/w/a' }, votes: [kept('bob')] }),
  ],
  'run-migration': [
    question('run-migration', { votes: [vote('bob'), vote('dave')] }),
    question('run-migration', { votes: [vote('bob'), vote('carol')] }),
  ],
};

it('every action that is shipped is among the questions', async () => {
  const folders = await readdir(join(POLICIES, 'approvals/actions'));
  expect(Object.keys(QUESTIONS).sort()).toEqual(folders.sort());
});

it.for(Object.keys(QUESTIONS))(
  'H6: %s: removing any field never turns the answer into allow',
  {
    timeout: SLOW_MS,
  },
  async action => {
    for (const asked of QUESTIONS[action] ?? []) {
      const before = await outcome(asked);
      expect(before).not.toBe('allow');
      const paths = removable(asked);
      expect(paths.length).toBeGreaterThan(30);
      const answers = await Promise.all(paths.map(path => outcome(without(asked, path))));
      expect(paths.filter((_, i) => answers[i] === 'allow').map(path => path.join('/'))).toEqual([]);
    }
  },
);

/**
 * Every field there is. Not: a whole vote or a voter's membership, which only Countersign takes away, nor that a vote was
 * kept, which makes it another vote; the actor as a whole, without whom it is another request, made by the user alone.
 */
function removable(value: Json, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  const keys: (string | number)[] = Array.isArray(value) ? value.map((_, i) => i) : Object.keys(value);
  return keys.flatMap(key => {
    const path = [...at, key];
    const isVote = path[0] === 'votes' && (path.length === 2 || at.at(-1) === 'groups' || key === 'standing');
    const isKept = isVote || path.join() === 'actor';
    const child = (value as { readonly [key: string | number]: Json })[key] ?? null;
    return [...(isKept ? [] : [path]), ...removable(child, path)];
  });
}

function without(value: Json, [first, ...rest]: Path): Json {
  if (Array.isArray(value)) {
    return rest.length === 0
      ? value.filter((_, i) => i !== first)
      : value.map((item, i) => (i === first ? without(item, rest) : item));
  }
  const entries = Object.entries(value as { readonly [key: string]: Json });
  const kept = rest.length === 0 ? entries.filter(([key]) => key !== first) : entries;
  return Object.fromEntries(kept.map(([key, item]) => [key, key === first ? without(item, rest) : item]));
}

async function outcome(input: Json): Promise<unknown> {
  const response = await fetch(`${opaUrl()}/v1/data/approvals/main/decision?strict-builtin-errors=true`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ input }),
  });
  expect(response.status).toBe(200);
  return ((await response.json()) as { result: { outcome: unknown } }).result.outcome;
}
