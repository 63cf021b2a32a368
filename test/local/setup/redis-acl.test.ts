// The ACL files that users take: what the command prints today, and lines that Redis loads.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { aclRules, type RedisUser } from '../../../src/adapters/redis/acl.ts';
import { scratchDir } from '../../support/scratch.ts';
import { startRedis } from '../../support/services.ts';

const ROOT = join(import.meta.dirname, '../../..');
const lines = (file: string) =>
  readFileSync(join(ROOT, 'deploy/redis', file), 'utf8')
    .trim()
    .split('\n');

it.each<[string, readonly (readonly [string, RedisUser])[]]>([
  [
    'countersign.acl',
    (['server', 'api', 'worker', 'slack', 'sealer'] as const).map(
      server => [`countersign-${server}`, { server }] as const,
    ),
  ],
  ['service.acl', [['service-deployer', { service: 'deployer' }]]],
])('deploy/redis/%s has each user switched off, with the rights that the command gives', (file, users) => {
  expect(lines(file)).toEqual(users.map(([name, user]) => `user ${name} off ${aclRules(user, 'countersign')}`));
});

it('Redis starts with both as its file of users', async () => {
  const file = join(scratchDir(), 'users.acl');
  const users = [...lines('countersign.acl'), ...lines('service.acl')];
  writeFileSync(file, `user default on nopass ~* &* +@all\n${users.join('\n')}\n`);
  const redis = await startRedis({ extra: ['--aclfile', file] });
  const admin = new Redis(redis.url);
  expect(await admin.call('ACL', 'USERS')).toHaveLength(users.length + 1);
  admin.disconnect();
  await redis.stop();
});
