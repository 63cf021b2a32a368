// One card: whatever two processes do at whatever moment, and whatever Slack loses, holds back or says late.
import { describe, expect, it } from 'vitest';
import type { EffectRef } from '../../src/domain/effect.ts';
import { Failure } from '../../src/domain/failure.ts';
import type { RequestRecord } from '../../src/domain/record.ts';
import { foldCopies } from '../../src/flow/fold.ts';
import type { Messenger, Store } from '../../src/flow/ports.ts';
import { type ShowWorld, showCard } from '../../src/flow/show.ts';
import { openMemory } from '../../src/workbench/rehearsal/memory.ts';
import { awaiting, NOON } from '../support/samples.ts';

/** What becomes of one `chat.postMessage`: said, done and not said, done after the call was given up, not done, turned away. */
type Fate = 'answered' | 'answer lost' | 'late' | 'lost' | 'turned away';
const FATES: readonly Fate[] = ['answered', 'answer lost', 'late', 'lost', 'turned away'];
const CHANNEL = 'C0APPROVALS';
/** Above this it would never end. */
const MOST_STEPS = 200;
/** In order and by chance, each; `ONE_CARD_PATHS=20000` tries all that there are. */
const PATHS = Number(process.env.ONE_CARD_PATHS ?? 250);

type Move = { readonly name: string; readonly go: () => void };

/** One history: who moves next is chosen from outside, at every point where another process or Slack could come between. */
async function history(fates: readonly Fate[], canRead: boolean, choose: (among: number) => number) {
  let now = NOON;
  let lastTs = 0;
  let posts = 0;
  const moves: Move[] = [];
  const channel = new Map<string, string>();
  const memory = openMemory(() => now);
  const record = awaiting();
  const created = { kind: 'change', expected: 0, next: { ...record, version: 1 }, entries: [], effects: [] } as const;
  await memory.commit(created);

  /** Waits until it is chosen: everybody else may come first. */
  const turn = (name: string) => new Promise<void>(go => moves.push({ name, go }));
  const appear = (hash: string) => {
    const ts = `${++lastTs}`;
    channel.set(ts, hash);
    return ts;
  };
  const store: Store = {
    ...memory,
    async commit(change) {
      await turn('store');
      return memory.commit(change);
    },
  };
  const hashOf = ({ status, votes }: RequestRecord) => `${status}-${votes.length}`;
  const messenger: Pick<Messenger, 'hashOf' | 'post' | 'find' | 'update' | 'withdraw'> = {
    hashOf,
    async post(shown) {
      const fate = fates[posts++] ?? 'answered';
      const hash = hashOf(shown);
      await turn('post');
      if (fate === 'turned away') throw away('slack_rate_limited', 1_000);
      if (fate === 'lost') throw away('slack_unreachable');
      if (fate === 'late') {
        moves.push({ name: 'late', go: () => void appear(hash) });
        throw away('slack_unreachable');
      }
      const ts = appear(hash);
      await turn(fate);
      if (fate === 'answer lost') throw away('slack_unreachable');
      return { ts, hash };
    },
    async find() {
      await turn('find');
      return canRead ? [...channel].map(([ts, hash]) => ({ ts, hash })) : undefined;
    },
    async update(shown, _, ts) {
      await turn('update');
      if (!channel.has(ts)) throw new Failure('slack_message_gone', 'gone', { isTransient: false });
      channel.set(ts, hashOf(shown));
      return { hash: hashOf(shown) };
    },
    async withdraw(_, { ts }) {
      await turn('withdraw');
      channel.delete(ts);
    },
  };
  const world = { store, messenger, approvalsChannel: CHANNEL, ...STAFFED } as unknown as ShowWorld;

  let running = 0;
  const errands: Promise<void>[] = [];
  /** Performs an effect as the queue does: again, for as long as it fails for the time being. */
  const perform = (ref: EffectRef) => {
    running += 1;
    const done = () => {
      running -= 1;
    };
    errands.push(again(ref).finally(done));
  };
  async function again(ref: EffectRef): Promise<void> {
    for (;;) {
      try {
        if (ref.effect.kind === 'card_copies') return await foldCopies(world, { ...ref, effect: ref.effect });
        return await showCard(world, ref);
      } catch (error) {
        if (!(error instanceof Failure) || !error.isTransient) throw error;
        const { retryAfterMs = 500 } = error;
        // Time passes for all; whoever waits for longest comes when it has passed.
        const dueAt = now + retryAfterMs;
        await turn(ref.effect.kind === 'card_copies' ? 'look' : 'retry');
        now = Math.max(now, dueAt);
      }
    }
  }

  perform({ id: record.id, key: 'eff_a', effect: { kind: 'card' } });
  perform({ id: record.id, key: 'eff_b', effect: { kind: 'card' } });
  const taken: string[] = [];
  for (let steps = 0; ; steps += 1) {
    await settled();
    for (const ref of memory.takeEffects()) perform(ref);
    await settled();
    // Looks come last: ten minutes are longer than any call, and what Slack took is there by then.
    const ready = moves.filter(({ name }) => name !== 'look');
    const among = ready.length === 0 ? moves : ready;
    if (among.length === 0) break;
    if (steps > MOST_STEPS) throw new Error(`it does not end: ${taken.join(' ')}`);
    const move = among[among === moves ? 0 : choose(among.length)] as Move;
    moves.splice(moves.indexOf(move), 1);
    taken.push(move.name);
    move.go();
  }
  expect(running).toBe(0);
  await Promise.all(errands);
  const last = (await memory.read(record.id)) as RequestRecord;
  return { last, channel, taken, entries: memory.entries.filter(entry => entry.event === 'card_folded'), posts };
}

/** Everything that needs no choice has happened. */
async function settled(): Promise<void> {
  for (let i = 0; i < 25; i += 1) await Promise.resolve();
}

function away(code: string, retryAfterMs?: number): Failure {
  return new Failure(code, code, { isTransient: true, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
}

/** Each choice that there is, one path after the other: the last that has another way left takes it. */
async function everyHistory(run: (choose: (among: number) => number) => Promise<void>, most: number): Promise<number> {
  let path: { chosen: number; among: number }[] = [];
  for (let paths = 1; ; paths += 1) {
    let at = 0;
    await run(among => {
      path[at] ??= { chosen: 0, among };
      return (path[at++] as { chosen: number }).chosen;
    });
    while (path.length > 0 && (path.at(-1) as (typeof path)[0]).chosen + 1 >= (path.at(-1) as (typeof path)[0]).among)
      path.pop();
    const last = path.at(-1);
    if (last === undefined || paths >= most) return paths;
    path = [...path.slice(0, -1), { ...last, chosen: last.chosen + 1 }];
  }
}

/** Choices of chance, the same for the same seed: they differ from the beginning, where the ordered ones differ at the end. */
function chosenBy(seed: number): (among: number) => number {
  let state = seed * 2_654_435_761;
  return among => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9) >>> 0;
    return state % among;
  };
}

/** Everybody is known: whether somebody can be asked is not the question here. */
const STAFFED = {
  directory: {
    whoIs: (name: string) => ({ kind: 'person', id: name, groups: [] }),
    namesOf: () => [],
    membersOf: () => ['bob'],
    hasAccount: () => true,
    slackAccountsOf: () => ['slack:T1:U1'],
  },
};

describe('whatever two processes do and Slack loses', () => {
  it.each(FATES.flatMap(first => FATES.map(second => [first, second] as const)))(
    'of two posts the first %s, the second %s: one card in the end, the one that the record names',
    async (first, second) => {
      const check = async (choose: (among: number) => number) => {
        const { last, channel, taken, entries } = await history([first, second], true, choose);
        const story = taken.join(' ');
        expect([...channel.keys()], story).toEqual([last.cards[0]?.ts]);
        expect(last.cards, story).toHaveLength(1);
        expect(entries.length, story).toBe(last.copies?.length ?? 0);
        for (const entry of entries) expect(entry.ts, story).not.toBe(last.cards[0]?.ts);
      };
      expect(await everyHistory(check, PATHS)).toBeGreaterThan(1);
      for (let seed = 1; seed <= PATHS; seed += 1) await check(chosenBy(seed));
    },
    60_000,
  );

  it('where nobody may read history, two posts that were both answered are one card in the end all the same', async () => {
    for (let seed = 1; seed <= PATHS; seed += 1) {
      const { last, channel, taken } = await history(['answered', 'answered'], false, chosenBy(seed));
      expect([...channel.keys()], taken.join(' ')).toEqual([last.cards[0]?.ts]);
    }
  });
});
