// What the container and the compose file promise: durable, hardened, pinned, and no secret in any of them.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { NODE_VERSION } from '../../src/setup/node.mjs';
import { OPA_VERSION } from '../../src/setup/opa.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

const Service = z.looseObject({
  image: z.string().optional(),
  build: z.string().optional(),
  user: z.string().optional(),
  command: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  env_file: z.array(z.object({ path: z.string(), required: z.boolean() })).default([]),
  volumes: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  networks: z.array(z.string()),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  read_only: z.boolean().default(false),
  cap_drop: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
});
const Compose = z.looseObject({
  services: z.object({ countersign: Service, redis: Service, opa: Service }),
  networks: z.record(z.string(), z.looseObject({ internal: z.boolean().default(false) })),
  volumes: z.record(z.string(), z.unknown()),
});

const compose = Compose.parse(parse(read('docker-compose.yml'), { merge: true }));
const { countersign, redis, opa } = compose.services;
const dockerfile = read('Dockerfile');

describe('the compose file', () => {
  it('runs a store that forgets nothing it acknowledged', () => {
    const settings = redis.command.join(' ');
    expect(settings).toContain('--appendonly yes');
    expect(settings).toContain('--appendfsync everysec');
    expect(settings).toContain('--maxmemory-policy noeviction');
    expect(redis.volumes).toEqual(['redis-data:/data']);
    expect(compose.volumes).toHaveProperty('redis-data');
  });

  it('runs the OPA that is pinned, without tests, closed but for our questions', () => {
    expect(opa.image).toBe(`openpolicyagent/opa:${OPA_VERSION}-static`);
    expect(opa.command).toEqual(
      expect.arrayContaining([
        '--bundle',
        '/policies',
        '--ignore=*_test.rego',
        '--authorization=basic',
        '--skip-version-check',
      ]),
    );
    expect(opa.volumes).toEqual(['./policies:/policies:ro', './deploy/opa:/opa:ro']);
  });

  it('starts in order: Countersign waits until both are healthy', () => {
    expect(countersign.depends_on).toEqual({
      redis: { condition: 'service_healthy' },
      opa: { condition: 'service_healthy' },
    });
    expect(redis.healthcheck?.test.join(' ')).toContain('ping');
    expect(opa.healthcheck?.test.join(' ')).toContain('/health?bundles');
    expect(dockerfile).toMatch(/^HEALTHCHECK /m);
  });

  it('lets nobody reach Redis and OPA from outside', () => {
    for (const service of [redis, opa]) {
      expect(service.ports).toEqual([]);
      expect(service.networks).toEqual(['inside']);
    }
    expect(compose.networks.inside?.internal).toBe(true);
    for (const port of countersign.ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it.each(Object.entries(compose.services))('%s may write nowhere but its volume, and gain no right', (_, service) => {
    expect(service.read_only).toBe(true);
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
  });

  it('mounts only what is in this repository', () => {
    const binds = Object.values(compose.services).flatMap(service =>
      service.volumes.filter(volume => volume.startsWith('.')),
    );
    for (const bind of binds) {
      expect(bind).toMatch(/:ro$/);
      expect(existsSync(join(ROOT, bind.split(':')[0] ?? '')), bind).toBe(true);
    }
  });

  it('holds no secret: they come from a file that need not exist and is not in version control', () => {
    expect(countersign.env_file).toEqual([{ path: '.env', required: false }]);
    expect(read('.gitignore').split('\n')).toContain('.env');
    for (const service of Object.values(compose.services)) {
      for (const name of Object.keys(service.environment)) expect(name).not.toMatch(/TOKEN|SECRET|PASSWORD|KEY/i);
    }
    for (const text of [read('docker-compose.yml'), dockerfile]) {
      expect(text).not.toMatch(/xox[a-z]-|xapp-|BEGIN [A-Z ]*PRIVATE KEY|:\/\/[^/\s]*:[^/\s]*@/);
    }
  });
});

describe('the compose file for signed policies', () => {
  const signed = parse(read('docker-compose.signed.yml'));
  const { command, environment } = signed.services.opa;

  it('changes OPA alone, which stays closed but for our questions and mounts nothing of this machine', () => {
    expect(Object.keys(signed.services)).toEqual(['opa']);
    expect(command).toEqual(
      expect.arrayContaining(['--authorization=basic', '--skip-version-check', '/opa/authz.rego']),
    );
    expect(command).not.toContain('--bundle');
    expect(signed.services.opa.volumes).toEqual(['opa-state:/state']);
    expect(signed.services.opa.ports).toBeUndefined();
  });

  it('always names the key that a bundle must be signed with', () => {
    const config = parse(read('deploy/opa/signed.yaml'));
    for (const bundle of Object.values<{ signing: { keyid: string } }>(config.bundles)) {
      expect(config.keys).toHaveProperty(bundle.signing.keyid);
    }
  });

  it('does not start without what it needs, and holds none of it', () => {
    for (const [name, value] of Object.entries(environment)) {
      expect(value, name).toMatch(name === 'COUNTERSIGN_URL' ? /^http:\/\/countersign:8080$/ : /^\$\{\w+:\?.+\}$/);
    }
  });
});

describe('the image', () => {
  const instructions = dockerfile
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter(line => /^[A-Z]+ /.test(line));

  it('is built on the Node.js that is pinned, in stages', () => {
    const bases = instructions.filter(line => line.startsWith('FROM ')).map(line => line.split(' ')[1]);
    expect(bases).toEqual([`node:${NODE_VERSION}-alpine`, `node:${NODE_VERSION}-alpine`]);
  });

  it('does not run as root', () => {
    const users = instructions.filter(line => line.startsWith('USER '));
    expect(users.at(-1)).toBe('USER node');
  });

  it('installs only what the service runs, and runs no install script', () => {
    expect(dockerfile).toContain('npm ci --omit=dev --ignore-scripts');
  });

  it('copies paths that exist and that its ignore file lets in', () => {
    const ignore = read('.dockerignore').split('\n');
    const copied = instructions
      .filter(line => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap(line => line.split(/\s+/).slice(1, -1));
    expect(copied).toContain('src');
    for (const path of copied) {
      expect(existsSync(join(ROOT, path)), path).toBe(true);
      expect(ignore).toContain(`!${path}`);
    }
  });

  it('leaves out the local Slack workspace, the demo, the set-up and every test', () => {
    const ignore = read('.dockerignore').split('\n');
    expect(ignore).toEqual(expect.arrayContaining(['*', 'src/demo', 'src/sandbox', 'src/setup', '**/*_test.rego']));
    expect(ignore).not.toContain('!test');
  });

  it('starts with a file that exists', () => {
    const entry = /^ENTRYPOINT \["node", "(.+)"\]$/m.exec(dockerfile)?.[1] ?? '';
    expect(entry).toBe('src/cli/main.ts');
    expect(existsSync(join(ROOT, entry))).toBe(true);
  });
});
