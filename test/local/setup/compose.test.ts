// What the compose files promise: durable, hardened, pinned, and no secret in any of them.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { OPA_VERSION } from '../../../src/local/setup/opa.ts';

const ROOT = join(import.meta.dirname, '../../..');
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
  stop_grace_period: z.string().optional(),
  mem_limit: z.string().optional(),
  entrypoint: z.array(z.string()).default([]),
  logging: z.object({ driver: z.string(), options: z.record(z.string(), z.string()) }).optional(),
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
const workdir = /^WORKDIR (.+)$/m.exec(dockerfile)?.[1] ?? '';

const targetsOf = ({ volumes }: z.infer<typeof Service>) => volumes.map(volume => volume.split(':')[1]);

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
    expect(opa.volumes).toEqual(['./policies:/policies:ro', './deploy/opa:/config:ro']);
    for (const target of targetsOf(opa)) expect(target, 'the program itself').not.toBe('/opa');
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

  it('finds people and keys under the same names inside and outside, so that one .env fits both', () => {
    const people = /^\$\{COUNTERSIGN_PEOPLE:-(.+)\}$/.exec(countersign.environment.COUNTERSIGN_PEOPLE ?? '')?.[1] ?? '';
    expect(existsSync(join(ROOT, people)), people).toBe(true);
    for (const folder of [dirname(people), 'deploy/keys']) {
      expect(countersign.volumes).toContain(`./${folder}:${join(workdir, folder)}:ro`);
    }
    expect(read('deploy/keys/.gitignore').split('\n')).toContain('*');
  });

  it('names an issuer of grants that is no address to listen on', () => {
    expect(countersign.environment.GRANT_ISSUER).toMatch(/^\$\{GRANT_ISSUER:-http:\/\/127\.0\.0\.1:8080\}$/);
  });

  it('passes on what Countersign listens to, the API and the deliveries of Slack, to this machine alone', () => {
    const { API_PORT, SLACK_PORT } = countersign.environment;
    expect(countersign.ports).toEqual([API_PORT, SLACK_PORT].map(port => `127.0.0.1:${port}:${port}`));
  });

  it('waits a little longer for Countersign to end than the twenty seconds that it takes at most', () => {
    expect(countersign.stop_grace_period).toBe('25s');
  });

  it.each(Object.entries(compose.services))('bounds what %s writes to its log', (_, { logging }) => {
    expect(logging).toMatchObject({ driver: 'local', options: { 'max-size': '20m' } });
  });

  it('lets nobody reach Redis and OPA from outside', () => {
    for (const [service, network] of [
      [redis, 'store'],
      [opa, 'policy'],
    ] as const) {
      expect(service.ports).toEqual([]);
      expect(service.networks).toEqual([network]);
      expect(compose.networks[network]?.internal).toBe(true);
    }
    expect(countersign.networks).toEqual(['store', 'policy', 'outside']);
  });

  it('lets nobody ask Redis without the password, which stands on no command line', () => {
    expect(redis.environment).toEqual({ REDIS_PASSWORD: expect.stringMatching(/^\$\{REDIS_PASSWORD:\?.+\}$/) });
    expect(redis.entrypoint[2]).toMatch(
      /^umask 077 && echo "requirepass \$\$REDIS_PASSWORD" > \/tmp\/\S+ && exec valkey-server /,
    );
    expect(redis.command.join(' ')).not.toMatch(/pass|protected-mode/);
    expect(redis.healthcheck?.test.join(' ')).toContain('REDISCLI_AUTH="$$REDIS_PASSWORD"');
    expect(countersign.environment.REDIS_URL).toMatch(/^redis:\/\/:\$\{REDIS_PASSWORD:\?[^}]+\}@redis:6379$/);
  });

  it.each(Object.entries(compose.services))(
    'bounds the memory of %s, and what it believes to have stays below',
    (name, service) => {
      const bytes = (text = '') => Number.parseInt(text, 10) * (/g/i.test(text) ? 1_024 : 1); // in MiB
      const own = {
        countersign: service.environment.NODE_OPTIONS?.split('=')[1],
        redis: service.command[service.command.indexOf('--maxmemory') + 1],
        opa: service.environment.GOMEMLIMIT,
      }[name];
      expect(bytes(service.mem_limit)).toBeGreaterThanOrEqual(512);
      expect(bytes(own)).toBeGreaterThan(0);
      expect(bytes(own)).toBeLessThan(bytes(service.mem_limit));
    },
  );

  it('lets OPA collect its garbage seldom, since its memory is bounded', () => {
    expect(compose.services.opa.environment).toMatchObject({ GOGC: '400', GOMEMLIMIT: expect.stringMatching(/MiB$/) });
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
      for (const [name, value] of Object.entries(service.environment)) {
        if (/TOKEN|SECRET|PASSWORD|KEY/i.test(name)) expect(value, name).toMatch(/^\$\{\w+:\?.+\}$/);
      }
    }
    for (const text of [read('docker-compose.yml'), dockerfile]) {
      expect(text).not.toMatch(/xox[a-z]-|xapp-|BEGIN [A-Z ]*PRIVATE KEY|:\/\/[^/\s]*:(?!\$\{\w+:\?)[^/\s]*@/);
    }
  });
});

describe('the compose file for signed policies', () => {
  const signed = parse(read('docker-compose.signed.yml'));
  const { command, environment } = signed.services.opa;

  it('changes OPA alone, which stays closed but for our questions and mounts nothing of this machine', () => {
    expect(Object.keys(signed.services)).toEqual(['opa', 'opa-state']);
    expect(command).toEqual(
      expect.arrayContaining(['--authorization=basic', '--skip-version-check', '/config/authz.rego']),
    );
    expect(command).not.toContain('--bundle');
    expect(signed.services.opa.volumes).toEqual(['opa-state:/state']);
    expect(signed.services.opa.ports).toBeUndefined();
  });

  it('gives OPA a folder to keep policies in that its user may write, by the one act that takes a right', () => {
    expect(parse(read('deploy/opa/signed.yaml')).persistence_directory).toBe('/state');
    expect(signed.services.opa.depends_on).toEqual({ 'opa-state': { condition: 'service_completed_successfully' } });
    expect(signed.services['opa-state']).toEqual({
      image: redis.image, // already here, and it has a shell's tools
      entrypoint: ['chown', '1000:1000', '/state'],
      user: 'root',
      restart: 'no',
      read_only: true,
      cap_drop: ['ALL'],
      cap_add: ['CHOWN'],
      security_opt: ['no-new-privileges:true'],
      network_mode: 'none',
      volumes: ['opa-state:/state'],
    });
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
