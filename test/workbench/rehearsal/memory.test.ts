// The memory of a rehearsal keeps the contract of the real one: what passes here passes there.
import { openMemory } from '../../../src/workbench/rehearsal/memory.ts';
import { openStandingMemory } from '../../../src/workbench/rehearsal/standing-memory.ts';
import { standingContract } from '../../contract/standing.ts';
import { storeContract } from '../../contract/store.ts';

storeContract('the memory of a rehearsal', async () => {
  const store = openMemory(Date.now);
  const effects: { id: string; key: string }[] = [];
  return {
    store,
    async effectKeys(id) {
      effects.push(...store.takeEffects());
      return effects.filter(effect => effect.id === id).map(({ key }) => key);
    },
    auditHashes: async id =>
      store.entries.flatMap(entry => ('request' in entry && entry.request === id ? [entry.hash] : [])),
    close: async () => {},
  };
});

standingContract('the memory of a rehearsal', async () => ({ standing: openStandingMemory(), close: async () => {} }));
