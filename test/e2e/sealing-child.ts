// A process that seals without pause and says so with each checkpoint, to be killed.
import { connectRedis } from '../../src/adapters/redis/connect.ts';
import { openSealableStream } from '../../src/adapters/redis/sealing.ts';
import { openSealingKey } from '../../src/adapters/segments/key.ts';
import { logFolder } from '../../src/adapters/segments/write.ts';
import { openSealer } from '../../src/flow/seal.ts';

const { SEAL_REDIS: url = '', SEAL_NAMESPACE: namespace = '', SEAL_DIR: dir = '' } = process.env;
const { commands: redis } = connectRedis({ url, observe: () => undefined });
const { key } = await openSealingKey(dir, 'test.example/audit');
const sealer = openSealer({
  stream: openSealableStream({ redis, namespace, now: Date.now }),
  folder: logFolder(dir, key),
  keepMs: -1,
  observe: () => undefined,
  onCheckpoint: () => process.stdout.write('sealed\n'),
});
for (;;) await sealer.round();
