// Everything that is stored is seen: what is committed, what is only noted, and links, each once it is stored.
import { describe, expect, it } from 'vitest';
import type { EventOf, NotedEvent } from '../../src/domain/audit/events.ts';
import { submitted } from '../../src/domain/steps/submitted.ts';
import { refused } from '../../src/domain/steps/voted.ts';
import { witnessed, witnessedLinks } from '../../src/flow/observed.ts';
import type { LinkBook, Observation } from '../../src/flow/ports.ts';
import { openMemory } from '../../src/workbench/rehearsal/memory.ts';
import { aSubmission, HOUR_MS, NOON } from '../support/samples.ts';

const at = new Date(NOON).toISOString();
const evidence = { who: { account: 'slack:T0ACME:U0BOB' } };
const service = { id: 'deployer', auth: 'api_key' } as const;

function stage() {
  const seen: Observation[] = [];
  const memory = openMemory(() => NOON);
  const observe = (observation: Observation) => void seen.push(observation);
  return { seen, memory, store: witnessed(memory, observe), observe };
}

describe('what is only noted', () => {
  it.each<[NotedEvent, Observation]>([
    [
      { event: 'refused', at, code: 'stale_gesture', key: 'k', id: 'req_1', evidence },
      { kind: 'refused', what: 'vote', id: 'req_1', code: 'stale_gesture' },
    ],
    [
      { event: 'review_refused', at, code: 'own_review', key: 'k', id: 'req_1', evidence },
      { kind: 'refused', what: 'review', id: 'req_1', code: 'own_review' },
    ],
    [
      { event: 'revoke_refused', at, code: 'not_a_revoker', id: 'req_1', evidence },
      { kind: 'refused', what: 'revocation', id: 'req_1', code: 'not_a_revoker' },
    ],
    [
      { event: 'link_refused', at, code: 'link_none', evidence },
      { kind: 'refused', what: 'link', id: '', code: 'link_none' },
    ],
    [
      { event: 'submission_refused', at, code: 'conflict', service, id: 'req_1' },
      { kind: 'refused', what: 'submission', id: 'req_1', code: 'conflict' },
    ],
    [
      { event: 'envelope_refused', at, code: 'envelope_forged' },
      { kind: 'refused', what: 'envelope', id: '', code: 'envelope_forged' },
    ],
    [
      { event: 'redeem_refused', at, code: 'grant_foreign', key: 'k', service: 'x', claims_request: 'req_1', evidence },
      { kind: 'grant', id: 'req_1', outcome: 'grant_foreign' },
    ],
  ])('reaches metrics and log: $event', async (event, observation) => {
    const { store, memory, seen } = stage();
    await store.note(event);
    expect(seen).toEqual([observation]);
    expect(memory.entries).toEqual([{ v: 2, ...event }]);
  });

  it('and could not be stored is not told as if it were', async () => {
    const { memory, observe, seen } = stage();
    const broken = { ...memory, note: () => Promise.reject(new Error('down')) };
    await expect(
      witnessed(broken, observe).note({ event: 'link_refused', at, code: 'link_none', evidence }),
    ).rejects.toThrow('down');
    expect(seen).toEqual([]);
  });
});

it('what is committed is seen once, and what lost its race is not', async () => {
  const { store, seen } = stage();
  const first = submitted({ service, submission: aSubmission(), key: 'k', defaultExpiryMs: HOUR_MS }, NOON);
  const refusal = { code: 'not_eligible', key: 'click-1', vote: 'approve', evidence } as const;
  await store.commit(first);
  const late = refused(first.next, refusal, NOON);
  if (late.kind !== 'change') throw new Error(late.kind);
  await store.commit(late);
  expect((await store.commit({ ...late })).ok).toBe(false);
  expect(seen).toEqual([{ kind: 'refused', what: 'vote', id: first.next.id, code: 'not_eligible' }]);
});

describe('a link', () => {
  const fact = <E extends 'link_offered' | 'linked' | 'unlinked'>(event: E) =>
    ({ event, at, person: 'bob', account: 'slack:T0:U1', evidence: {} }) as unknown as EventOf<E>;
  const claim = { person: 'bob', account: 'slack:T0:U1', hash: 'h', before: undefined, at, fact: fact('linked') };
  const offer = { person: 'bob', key: 'k1', hash: 'h', lifeMs: 1, fact: fact('link_offered') };
  const ending = { person: 'bob', account: 'slack:T0:U1', fact: fact('unlinked') };

  it.each([true, false])('is seen when it is offered, made and ended, if it was: %s', async isDone => {
    const { observe, seen } = stage();
    const book = {
      offer: async () => {},
      claim: async () => (isDone ? 'linked' : 'taken'),
      remove: async () => isDone,
    } as Pick<LinkBook, 'offer' | 'claim' | 'remove'> as LinkBook;
    const links = witnessedLinks(book, observe);
    await links.offer(offer);
    await links.claim(claim);
    await links.remove(ending);
    expect(seen.map(each => each.kind === 'link' && each.outcome)).toEqual(
      isDone ? ['offered', 'linked', 'unlinked'] : ['offered'],
    );
  });
});
