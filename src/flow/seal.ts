// Seals the audit: takes the stream in its order into the log, and takes away behind it what is sealed and old enough.
//
// Nothing is lost and nothing sealed twice, whatever crashes: an entry is taken away only when the log holds that very
// leaf, and sealed only when it does not. A store that has fallen back to an older state no longer has the entry that was
// sealed last; then the whole stream is gone through again, and what the log does not hold is sealed, at its end.

import { Failure } from '../domain/failure.ts';
import { leafOf } from '../domain/log/leaf.ts';
import type { LogFolder, LogWriter, Observe, SealableStream, StreamEntry } from './ports.ts';

export type SealingWorld = {
  readonly stream: SealableStream;
  readonly folder: LogFolder;
  /** How long sealed entries stay in the stream as well. */
  readonly keepMs: number;
  readonly observe: Observe;
  /** Hears of every new checkpoint. */
  readonly onCheckpoint?: (note: string) => void;
};

export type Sealer = {
  /** Seals what there is to seal; does nothing while another process has the turn. */
  round(signal?: AbortSignal): Promise<void>;
  close(): void;
};

const BATCH = 1_000;
/** Of one round, so that sealing goes on between. */
const MOST_TRIMS = 10;

type Turn = {
  readonly number: number;
  readonly log: LogWriter;
  /** The last entry of the stream that was looked at. */
  last: StreamEntry | undefined;
};

export function openSealer({ stream, folder, keepMs, observe, onCheckpoint }: SealingWorld): Sealer {
  let turn: Turn | undefined;

  async function take(): Promise<Turn | undefined> {
    const number = await stream.hold(turn?.number ?? (await folder.lastTurn()));
    if (number === turn?.number) return turn;
    leave();
    if (number !== undefined) turn = { number, log: await folder.open(number), last: undefined };
    return turn;
  }

  function leave(): void {
    turn?.log.close();
    turn = undefined;
  }

  /** Whether the stream still is the one that we went through: the entry that we saw last is there, or was taken away. */
  async function goOnOrBegin(ours: Turn): Promise<void> {
    const { last } = ours;
    if (last === undefined || (await stream.trimmedTo()) === last.position) return;
    const [found] = await stream.after(justBefore(last.position), 1);
    if (found !== undefined && leafOf(found.position, found.fields) === leafOf(last.position, last.fields)) return;
    ours.last = undefined;
    const message =
      'The audit in Redis is older than what is sealed of it: Redis has fallen back. The log keeps what it had; ' +
      'what was written since is sealed behind it. `countersign audit verify` names the requests that this touches.';
    observe({ kind: 'trouble', where: 'sealer', code: 'audit_fell_back', message });
  }

  async function seal(ours: Turn, signal?: AbortSignal): Promise<void> {
    for (;;) {
      const batch = await stream.after(ours.last?.position, BATCH);
      const leaves = batch.flatMap(({ position, fields }) => {
        const leaf = leafOf(position, fields);
        return ours.log.knows(position) && ours.log.holds(position, leaf) ? [] : [leaf];
      });
      const note = leaves.length === 0 ? undefined : await ours.log.add(leaves);
      ours.last = batch.at(-1) ?? ours.last;
      const { last } = ours;
      if (last !== undefined) await marked(ours, last.position);
      if (note !== undefined) onCheckpoint?.(note);
      if (batch.length < BATCH || signal?.aborted || (await stream.hold(ours.number)) !== ours.number) return;
    }
  }

  async function trim(ours: Turn): Promise<void> {
    const bound = stream.now() - keepMs;
    for (let trims = 0; trims < MOST_TRIMS && ours.last !== undefined; trims += 1) {
      const oldest = await stream.after(undefined, BATCH);
      const away = oldest.filter(
        ({ position, fields }) =>
          Number.parseInt(position, 10) <= bound && ours.log.holds(position, leafOf(position, fields)),
      );
      if (away.length === 0) return;
      await marked(
        ours,
        ours.last.position,
        away.map(({ position }) => position),
      );
      if (away.length < BATCH) return;
    }
  }

  async function marked(ours: Turn, position: string, away?: readonly string[]): Promise<void> {
    if (await stream.mark(ours.number, { position, size: ours.log.size() }, away)) return;
    throw new Failure('sealer_overtaken', 'Another process seals by now.', { isTransient: true });
  }

  return {
    async round(signal) {
      try {
        const ours = await take();
        if (ours === undefined) return;
        await goOnOrBegin(ours);
        await seal(ours, signal);
        await trim(ours);
      } catch (error) {
        leave(); // what stands on the disk is looked at again before anything is added to it
        throw error;
      }
    },
    close: leave,
  };
}

function justBefore(position: string): string {
  const [ms = '0', count = '0'] = position.split('-');
  return count === '0' ? `${Number(ms) - 1}-18446744073709551615` : `${ms}-${Number(count) - 1}`;
}
