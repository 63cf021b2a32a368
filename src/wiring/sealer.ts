// The role sealer: seals the audit into a log on a disk, one process at a time.
import { openSealableStream } from '../adapters/redis/sealing.ts';
import { openSealingKey } from '../adapters/segments/key.ts';
import { logFolder } from '../adapters/segments/write.ts';
import { Failure } from '../domain/failure.ts';
import { openSealer } from '../flow/seal.ts';
import { regularly } from './regularly.ts';
import type { World } from './world.ts';

export async function startSealerRole({ config, redis, memory, log, observe, whenTold, atEnd }: World): Promise<void> {
  const { dir, keyFile, origin, keepMs, sealEveryMs } = config.audit;
  const { key, isBeside } = await usable(dir, openSealingKey(dir, origin, keyFile));
  if (isBeside) {
    log.warn(
      { where: 'sealer' },
      'checkpoints are signed with a key kept beside the log: whoever can write there can forge it. Set AUDIT_KEY_FILE.',
    );
  }
  const stream = openSealableStream({ redis: redis.commands, namespace: config.namespace, now: memory.now });
  const sealer = openSealer({ stream, folder: logFolder(dir, key), keepMs, observe });
  const rounds = regularly({
    everyMs: sealEveryMs,
    round: signal => sealer.round(signal),
    observe,
    where: 'sealer',
    trouble: `The audit is not sealed; look at what went wrong, and whether the disk of AUDIT_DIR (${dir}) has room.`,
  });
  whenTold('The sealer', () => rounds.stop());
  atEnd(() => sealer.close());
}

async function usable<T>(dir: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    const message =
      `AUDIT_DIR (${dir}) cannot be written. Name a folder that this process may write to, on a disk that stays, ` +
      'or leave the role sealer to another process: serve --roles api,worker,slack.';
    throw new Failure('audit_dir_unusable', message, { cause, isTransient: false });
  }
}
