// Everything that is stored is also seen: turns what is kept of each event into observations for metrics and log.
import type { AuditEvent } from '../domain/audit/events.ts';
import type { RequestRecord } from '../domain/record.ts';
import type { LinkBook, Observation, Observe, Refusable, Store } from './ports.ts';

/** The same store; what it commits and notes is observed once it is stored, so that nobody can forget to report. */
export function witnessed(store: Store, observe: Observe): Store {
  return {
    now: () => store.now(),
    read: id => store.read(id),
    due: (ms, limit) => store.due(ms, limit),
    glassBrokenBy: (service, except) => store.glassBrokenBy(service, except),
    list: query => store.list(query),
    note: async event => {
      await store.note(event);
      report(observe, event);
    },
    commit: async change => {
      const committed = await store.commit(change);
      if (committed.ok) for (const entry of change.entries) report(observe, entry, change.next);
      return committed;
    },
  };
}

/** The same of links, whose events are stored together with what they tell of. */
export function witnessedLinks(links: LinkBook, observe: Observe): LinkBook {
  return {
    personOf: account => links.personOf(account),
    of: person => links.of(person),
    formerOf: name => links.formerOf(name),
    tried: (account, hash) => links.tried(account, hash),
    offer: async offer => {
      await links.offer(offer);
      report(observe, offer.fact);
    },
    claim: async claim => {
      const result = await links.claim(claim);
      if (result === 'linked') report(observe, claim.fact);
      return result;
    },
    remove: async link => {
      const isEnded = await links.remove(link);
      if (isEnded) report(observe, link.fact);
      return isEnded;
    },
  };
}

function report(observe: Observe, event: AuditEvent, record?: RequestRecord): void {
  const observation = observed(event, record);
  if (observation !== undefined) observe(observation);
}

/** Without a record: what was noted apart. A new event does not compile until somebody has said here what is seen of it. */
function observed(event: AuditEvent, record: RequestRecord | undefined): Observation | undefined {
  const id = record?.id ?? '';
  const refused = (what: Refusable, code: string, meant = id): Observation => ({
    kind: 'refused',
    id: meant,
    code,
    what,
  });
  switch (event.event) {
    case 'decided':
      return { kind: 'decided', id, phase: event.phase, outcome: event.outcome };
    case 'delayed':
      return { kind: 'delayed', id };
    case 'resolved': {
      const afterMs = Date.parse(event.at) - Date.parse(record?.submittedAt ?? event.at);
      return { kind: 'resolved', id, status: event.status, by: event.by, afterMs };
    }
    case 'voted':
      return { kind: 'voted', id };
    case 'refused':
      return refused('vote', event.code, event.id);
    case 'review_refused':
      return refused('review', event.code, event.id);
    case 'revoke_refused':
      return refused('revocation', event.code, event.id);
    case 'link_refused':
      return refused('link', event.code);
    case 'submission_refused':
      return refused('submission', event.code, event.id);
    case 'envelope_refused':
      return refused('envelope', event.code);
    case 'redeemed':
    case 'revoked':
      return { kind: 'grant', id, outcome: event.event };
    case 'redeem_refused':
      return { kind: 'grant', id: record?.id ?? event.claims_request ?? '', outcome: event.code };
    case 'told':
      return { kind: 'told', id, way: event.way, outcome: event.outcome };
    case 'link_offered':
      return { kind: 'link', outcome: 'offered' };
    case 'linked':
    case 'unlinked':
      return { kind: 'link', outcome: event.event };
    case 'submitted': // counted where it is known by which way it came, and whether it came again
    case 'requirement_changed':
    case 'lapsed':
    case 'questioned':
    case 'handed_over':
    case 'nudged':
    case 'reminded':
    case 'escalated':
    case 'review_opened':
    case 'review_closed':
    case 'card_posted':
    case 'card_updated':
    case 'card_vanished':
    case 'card_folded':
    case 'card_undeliverable':
    case 'standing_granted':
    case 'standing_revoked':
    case 'session_opened': // counted where it is known why one was not
    case 'key_created':
    case 'key_revoked':
    case 'grant_key_created':
      return undefined;
    default:
      return event satisfies never;
  }
}
