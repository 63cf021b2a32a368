// The environment becomes one frozen Config, or one list of everything that is wrong with it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, clientVariables, loadClientConfig, loadConfig, serverVariables } from '../src/config.ts';

const slack = {
  SLACK_BOT_TOKEN: 'xoxb-1-2-3',
  SLACK_APP_TOKEN: 'xapp-1-2-3',
  APPROVALS_CHANNEL: 'C0APPROVALS',
};

function faultsOf(env: Record<string, string>, roles?: Parameters<typeof loadConfig>[1]): readonly string[] {
  try {
    loadConfig(env, roles);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map(fault => fault.variable);
    throw error;
  }
  return [];
}

describe('loadConfig', () => {
  it('fills everything but secrets and names with defaults', () => {
    const config = loadConfig(slack);
    expect(config).toMatchObject({
      namespace: 'countersign',
      redis: { url: 'redis://127.0.0.1:6379', isUnsafeAllowed: false },
      opa: { url: 'http://127.0.0.1:8181', decisionPath: 'approvals/main/decision', timeoutMs: 250 },
      slack: { mode: 'socket', apiUrl: 'https://slack.com/api/', appToken: 'xapp-1-2-3' },
      api: { host: '127.0.0.1', port: 8080, bodyLimit: 1_048_576 },
      defaultExpiresInMs: 3_600_000,
      retentionMs: 2_592_000_000,
      workerConcurrency: 16,
      callbacks: { hosts: [] },
      logLevel: 'info',
    });
  });

  it('cannot be changed afterwards, at any depth', () => {
    const config = loadConfig(slack);
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.callbacks.hosts)).toBe(true);
  });

  it('reports every fault at once, each with its variable', () => {
    const env = {
      REDIS_URL: 'http://nowhere',
      OPA_TIMEOUT: 'soon',
      API_PORT: '99999',
      SLACK_MODE: 'pigeon',
      CALLBACK_HOSTS: 'ci.example.com',
    };
    expect([...faultsOf(env)].sort()).toEqual([
      'API_PORT',
      'APPROVALS_CHANNEL',
      'OPA_TIMEOUT',
      'REDIS_URL',
      'SLACK_APP_TOKEN',
      'SLACK_BOT_TOKEN',
      'SLACK_MODE',
      'WEBHOOK_SECRET',
    ]);
  });

  it('A5: a blank signing secret stops the boot', () => {
    const env = { ...slack, SLACK_MODE: 'http', SLACK_SIGNING_SECRET: '   ' };
    expect(faultsOf(env)).toEqual(['SLACK_SIGNING_SECRET']);
    expect(faultsOf({ ...env, SLACK_SIGNING_SECRET: '8f742231b10e8888abcd99yyyzzz85a5' })).toEqual([]);
  });

  it('H3: a missing secret stops the boot, and nothing stands in for it', () => {
    expect(faultsOf({ ...slack, CALLBACK_HOSTS: 'ci.example.com' })).toEqual(['WEBHOOK_SECRET']);
    const blank = loadConfig({}, ['api']);
    expect(JSON.stringify(blank)).not.toMatch(/secret|token/i);
  });

  it('asks each role only for what it needs', () => {
    expect(faultsOf({}, ['api'])).toEqual([]);
    expect(faultsOf({}, ['worker'])).toEqual([]);
    expect(faultsOf({}, ['slack'])).toEqual(['SLACK_BOT_TOKEN', 'APPROVALS_CHANNEL', 'SLACK_APP_TOKEN']);
    expect(loadConfig({ SLACK_BOT_TOKEN: 'xoxb-1' }, ['worker']).slack).toBeUndefined();
  });

  it('quotes no value in a fault, for it may be a secret', () => {
    const canary = 'canary-0b9f2c';
    const env = Object.fromEntries(Object.keys(serverVariables.shape).map(name => [name, `${canary} \u0000`]));
    expect(() => loadConfig(env)).toThrow(ConfigError);
    expect(() => loadConfig(env)).not.toThrow(new RegExp(canary));
  });

  it.each([
    ['people.yaml', { kind: 'file', path: 'people.yaml' }],
    ['https://hr.example.com/people', { kind: 'endpoint', refreshMs: 60_000, maxAgeMs: 86_400_000 }],
    ['http://127.0.0.1:9/people', { kind: 'endpoint' }],
    ['http://[::1]:9/people', { kind: 'endpoint' }],
  ])('people come from %s', (COUNTERSIGN_PEOPLE, people) => {
    expect(loadConfig({ COUNTERSIGN_PEOPLE }, ['api']).people).toMatchObject(people);
  });

  it.each([
    'http://hr.example.com/people',
    'http://127.0.0.1.example.com/people',
    'https://me:word@hr.example.com/people',
    'ftp://hr.example.com/people',
    'file:///etc/people.yaml',
    'https://',
  ])('people do not come from %s', COUNTERSIGN_PEOPLE => {
    expect(faultsOf({ COUNTERSIGN_PEOPLE }, ['api'])).toEqual(['COUNTERSIGN_PEOPLE']);
  });

  it('tells swapped Slack tokens apart', () => {
    expect(faultsOf({ ...slack, SLACK_BOT_TOKEN: 'xapp-1', SLACK_APP_TOKEN: 'xoxb-1' })).toEqual([
      'SLACK_BOT_TOKEN',
      'SLACK_APP_TOKEN',
    ]);
  });

  it('reads hosts of callbacks with and without a port', () => {
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const config = loadConfig({ CALLBACK_HOSTS: 'CI.example.com, hooks.example.com:8443', WEBHOOK_SECRET: secret }, []);
    expect(config.callbacks).toEqual({ hosts: ['ci.example.com', 'hooks.example.com:8443'], secret });
    expect(faultsOf({ CALLBACK_HOSTS: 'https://ci.example.com/', WEBHOOK_SECRET: secret }, [])).toEqual([
      'CALLBACK_HOSTS',
    ]);
  });
});

describe('loadClientConfig', () => {
  it('finds the API beside itself unless told otherwise', () => {
    expect(loadClientConfig({})).toEqual({ url: 'http://127.0.0.1:8080' });
    expect(loadClientConfig({ API_PORT: '9000' }).url).toBe('http://127.0.0.1:9000');
    expect(loadClientConfig({ COUNTERSIGN_URL: 'https://cs.example.com', COUNTERSIGN_API_KEY: 'k' })).toEqual({
      url: 'https://cs.example.com',
      apiKey: 'k',
    });
  });
});

describe('.env.example', () => {
  const lines = readFileSync(join(import.meta.dirname, '../.env.example'), 'utf8').split('\n');
  const settings = lines.flatMap(line => {
    const [, comment, name, value] = /^(#?)([A-Z][A-Z_]+)=(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, value: value ?? '', isComment: comment === '#' }];
  });

  /** What the compose files take from .env, for us or for OPA. */
  const ofCompose = ['docker-compose.yml', 'docker-compose.signed.yml'].flatMap(file => {
    const text = readFileSync(join(import.meta.dirname, '..', file), 'utf8');
    return [...text.matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name ?? '');
  });

  it('names every variable, of ours and of the compose files, and no other', () => {
    const known = [...Object.keys(serverVariables.shape), ...Object.keys(clientVariables.shape), ...ofCompose];
    expect(ofCompose).toContain('POLICY_VERIFIER');
    expect(settings.map(({ name }) => name).sort()).toEqual([...new Set(known)].sort());
  });

  it('shows the defaults as they are', () => {
    const shown = settings.filter(({ isComment }) => isComment);
    const written = serverVariables.parse(Object.fromEntries(shown.map(({ name, value }) => [name, value])));
    expect(written).toEqual(serverVariables.parse({}));
  });

  it('holds no value that would be used by a copy as it stands', () => {
    expect(settings.filter(({ isComment, value }) => !isComment && value !== '')).toEqual([]);
  });

  it('explains each variable in the lines above it', () => {
    for (const { name } of settings) {
      const at = lines.findIndex(line => line.replace(/^#/, '').startsWith(`${name}=`));
      expect(lines[at - 1], name).toMatch(/^#/);
    }
  });
});
