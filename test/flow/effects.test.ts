// Effects: a file a kind, from which lanes, roles and the ways of the audit follow.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { way } from '../../src/domain/audit/parts.ts';
import { type Effect, type EffectKind, effectSchema, tellingKinds } from '../../src/domain/effect.ts';
import { laneOf, performer, type WorldOf } from '../../src/flow/effects.ts';
import type { Callbacks } from '../../src/flow/ports.ts';
import { lanesOf } from '../../src/wiring/lanes.ts';
import { openMemory } from '../../src/workbench/rehearsal/memory.ts';
import { aSubmission, creation } from '../contract/store.ts';

const kinds: readonly EffectKind[] = effectSchema.options.map(({ shape }) => shape.kind.value);
const files = readdirSync(join(import.meta.dirname, '../../src/flow/effects'));

/** What is not used here may be missing: a further effect of the lane asks for more. */
const worldWith = (parts: Pick<WorldOf<'callbacks'>, 'store' | 'callbacks'>) => parts as WorldOf<'callbacks'>;

describe('an effect', () => {
  it('is a file, and each file is an effect', () => {
    expect(files.toSorted()).toEqual(kinds.map(kind => `${kind.replaceAll('_', '-')}.ts`).toSorted());
  });

  it.each(kinds)('%s takes a lane that exactly one role performs', kind => {
    const roles = (['worker', 'slack'] as const).filter(role =>
      (lanesOf(role) as readonly string[]).includes(laneOf(kind)),
    );
    expect(roles).toHaveLength(1);
  });

  it('that tells somebody something is a way that the audit knows, and no other is', () => {
    expect(way.options.toSorted()).toEqual(tellingKinds.toSorted());
  });

  it('that came to a role which does not perform it waits for the one that does', async () => {
    const store = openMemory(Date.now);
    const callbacks: Callbacks = { deliver: () => Promise.reject(new Error('nobody is to be called')) };
    const perform = performer(['callbacks'], worldWith({ store, callbacks }));
    const effect: Effect = { kind: 'outcome_line' };
    await expect(perform({ id: creation().next.id, key: 'eff_1', effect })).rejects.toMatchObject({
      code: 'unknown_effect',
      isTransient: true,
      retryAfterMs: expect.any(Number),
    });
  });

  it('tells once, and what became of it is in the audit under its kind', async () => {
    const store = openMemory(Date.now);
    const address = 'https://deployer.example/told';
    const created = creation({ submission: { ...aSubmission, callback: address } });
    await store.commit(created);
    const called: string[] = [];
    const callbacks: Callbacks = { deliver: async url => void called.push(url) };
    const perform = performer(['callbacks'], worldWith({ store, callbacks }));
    const ref = { id: created.next.id, key: 'eff_1', effect: { kind: 'callback' } } as const;
    await perform(ref);
    await perform(ref);
    expect(called).toEqual([address]);
    expect(store.entries.filter(({ event }) => event === 'told')).toMatchObject([
      { way: 'callback', key: 'eff_1', outcome: 'delivered' },
    ]);
  });
});
