// Where the Redis server program comes from, and what is said when there is none.
import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ensureRedis, findRedis } from '../../../src/local/setup/redis.ts';
import { scratchDir, writeProgram } from '../../support/scratch.ts';

beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true); // progress is for people
});

describe('the search', () => {
  it.each([
    [
      'redis-server on PATH wins',
      ['path/redis-server', 'path/valkey-server', 'tools/bin/redis-server'],
      'path/redis-server',
    ],
    ['then valkey-server on PATH', ['path/valkey-server', 'tools/bin/redis-server'], 'path/valkey-server'],
    ['then the one that was installed for us', ['tools/bin/redis-server'], 'tools/bin/redis-server'],
    ['none is none', [], undefined],
  ])('%s', (_, programs, expected) => {
    const dir = scratchDir();
    for (const program of programs) writeProgram(join(dir, program), 'true');
    const found = findRedis({ env: { PATH: join(dir, 'path') }, toolsDir: join(dir, 'tools') });
    expect(found).toBe(expected === undefined ? undefined : join(dir, expected));
  });
});

describe('without one', () => {
  it('says what to install when we may not install it', async () => {
    const asked = ensureRedis({ env: { PATH: '' }, toolsDir: scratchDir(), isRoot: false });
    await expect(asked).rejects.toThrow(/apt-get install redis-server.*brew install redis/s);
  });

  it('on Debian takes the program without the package that would start a service', async () => {
    const dir = scratchDir();
    const path = join(dir, 'path');
    writeProgram(join(path, 'apt-get'), `echo "$@" >> ${dir}/asked; /bin/cp ${path}/apt-get ${path}/redis-check-rdb`);
    const env = { PATH: path };
    const found = await ensureRedis({ env, toolsDir: join(dir, 'tools'), isRoot: true });
    expect(found).toBe(join(dir, 'tools/bin/redis-server'));
    expect(readlinkSync(found)).toBe(join(path, 'redis-check-rdb'));
  });

  it('quotes the package manager when it fails', async () => {
    const dir = scratchDir();
    writeProgram(join(dir, 'path/apk'), 'echo "valkey (no such package)" >&2; exit 1');
    const asked = ensureRedis({ env: { PATH: join(dir, 'path') }, toolsDir: join(dir, 'tools'), isRoot: true });
    await expect(asked).rejects.toMatchObject({
      code: 'redis_missing',
      cause: { message: expect.stringContaining('no such package') },
    });
  });
});
