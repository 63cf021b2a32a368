// Reading: requests as far as the caller may know of them. One, many, one as soon as it is resolved, and what policy answered.
import { isAwaited, mayReview, maySee, type Person } from '../domain/audience.ts';
import type { Corroborated } from '../domain/corroborated.ts';
import type { Fault } from '../domain/fault.ts';
import { isResolved } from '../domain/lifecycle.ts';
import { present } from '../domain/present.ts';
import type { RequestRecord } from '../domain/record.ts';
import { type Refusal, refuse } from '../domain/refusal.ts';
import { REQUEST_ID } from '../domain/request-id.ts';
import type { Caller, ListCall, ListQuery, Peeked, Reading, Store, Waiting } from './ports.ts';
import { seenBy, viewerOf } from './viewer.ts';
import type { VotersWorld } from './voters.ts';

export type ReadingWorld = VotersWorld & {
  readonly store: Pick<Store, 'read' | 'list'>;
  /** How a request stands, without its record: many may ask at once. */
  readonly peek: (id: string) => Promise<Peeked | undefined>;
  readonly waiting: Waiting;
  /** What policy answered about a request, by our audit and by OPA's own log. */
  readonly corroborated: (record: RequestRecord) => Promise<readonly Corroborated[]>;
};

export function openReading(world: ReadingWorld): Reading {
  const { store, peek, waiting, corroborated } = world;

  async function read(caller: Caller, id: string): Promise<RequestRecord | Refusal> {
    const record = REQUEST_ID.test(id) ? await store.read(id) : undefined;
    if (record === undefined) return refuse('unknown_request');
    return seenAs(world, caller, record);
  }

  /** Whether the caller may know of it. For a service its record is not read: many may wait for a large one. */
  async function hidden(caller: Caller, id: string): Promise<Refusal | undefined> {
    if (caller.kind === 'service' && REQUEST_ID.test(id))
      return (await peek(id))?.service === caller.id ? undefined : refuse('unknown_request');
    const found = await read(caller, id);
    return 'code' in found ? found : undefined;
  }

  return {
    read,
    async list(caller, call) {
      const wanted = await wantedBy(world, caller, call);
      return 'code' in wanted
        ? wanted
        : store.list({ ...wanted, ...present({ cursor: call.cursor }), limit: call.limit });
    },
    async wait(caller, id) {
      const isHidden = await hidden(caller, id);
      if (isHidden !== undefined) return isHidden;
      return {
        kind: 'waiting',
        async until(timeoutMs, signal) {
          try {
            return await waiting.until(id, ({ status }) => isResolved(status), timeoutMs, signal);
          } catch (error) {
            if (signal.aborted) return store.read(id);
            throw error;
          }
        },
      };
    },
    async decisions(caller, id) {
      const found = await read(caller, id);
      return 'code' in found ? found : { kind: 'decisions', items: await corroborated(found) };
    },
  };
}

/** Who may know that a request exists at all. */
async function seenAs(world: VotersWorld, caller: Caller, record: RequestRecord): Promise<RequestRecord | Refusal> {
  const unknown = refuse('unknown_request');
  switch (caller.kind) {
    case 'service':
      return record.service.id === caller.id ? record : unknown;
    case 'key':
      return maySee(record, { user: caller.person, groups: caller.groups }) ? record : unknown;
    case 'slack':
      return seenBy(world, caller.account, record);
    case 'operator':
      return unknown;
    default:
      return caller satisfies never;
  }
}

type Wanted = Omit<ListQuery, 'limit' | 'cursor'>;
type Misplaced = Refusal & { readonly faults?: readonly Fault[] };

/** A service has its own requests. A person has those that wait for them; by status, those they may see. */
async function wantedBy(world: VotersWorld, caller: Caller, call: ListCall): Promise<Wanted | Misplaced> {
  const { status, review, awaiting } = call;
  if (caller.kind === 'operator') return refuse('not_for_operators');
  if (caller.kind === 'service')
    return awaiting === undefined
      ? { service: caller.id, ...present({ status, review }) }
      : misplaced(
          "is for a person's key, and this one is a service's. Use one of: countersign keys create --person <id>",
        );
  if (awaiting !== undefined && (review !== undefined || (status ?? 'pending') !== 'pending'))
    return misplaced('says that they are pending; leave out status and review.');
  const person = await personBehind(world, caller);
  if ('code' in person) return person;
  if (review !== undefined) return { review, where: record => mayReview(record, person) };
  const where = status === undefined || awaiting !== undefined ? isAwaited : maySee;
  return { status: status ?? 'pending', where: record => where(record, person) };
}

/** Of the groups that only Slack knows it is not asked: of many requests at once that would be as many questions. */
async function personBehind(
  world: VotersWorld,
  caller: Extract<Caller, { kind: 'key' | 'slack' }>,
): Promise<Person | Refusal> {
  if (caller.kind === 'key') return { user: caller.person, groups: caller.groups };
  const known = await viewerOf(world, caller.account, []);
  return known.kind === 'refusal' ? known : known.viewer;
}

function misplaced(message: string): Misplaced {
  return { ...refuse('invalid_request'), faults: [{ pointer: '?awaiting', message }] };
}
