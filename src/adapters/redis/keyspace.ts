// The names of our keys. One hash tag for all of a namespace, so that one script may touch them, in a cluster too.
import { answerKey, answersStream } from '../../contract/queue.ts';
import type { Status } from '../../domain/lifecycle.ts';

export type Keyspace = ReturnType<typeof keyspace>;

export function keyspace(namespace: string) {
  const tag = `{${namespace}}`;
  return {
    /** Hash: `v`, the version; `record`, JSON that no script looks into; `by`, the token of the offer that wrote it; `status`, after the version that
     * it is of, and `service`, for who only wants to know these; `size`, `audited` and `ends`, what it counts for in `usage`; `unshown`, after
     * the version, its place there. */
    request: (id: string) => `${tag}:request:${id}`,
    /** Sorted set of a service's requests in one status. All scores are 0: members sort by `place`. */
    list: (service: string, status: Status) => `${tag}:list:${status}:${service}`,
    /** Sorted set: ids of requests by when the clock next has something to do with them, in ms. */
    deadlines: `${tag}:deadlines`,
    /** Sorted set: ids of pending requests without an answer of policy, by when to look whether anybody asks, in ms. */
    undecided: `${tag}:undecided`,
    /** Sorted set: pending requests that wait for their first card, by service, channel and deadline. All scores are 0. */
    unshown: `${tag}:unshown`,
    /** Hash: service and channel → the message that says how many wait there, JSON. */
    crowds: `${tag}:crowds`,
    /** Sorted set: places of requests whose review is open. */
    reviews: `${tag}:reviews`,
    /** Hash: a standing approval, what became of it, and which requests have used it. */
    standing: (id: string) => `${tag}:standing:${id}`,
    /** Sorted set: ids of the standing approvals that cover the same, by when they end, in ms. */
    standingScope: (covers: string) => `${tag}:standing_scope:${covers}`,
    /** Sorted set: ids of standing approvals by when they end, in ms. */
    standings: `${tag}:standings`,
    /** Hash: Slack account → the person who linked it. */
    links: `${tag}:links`,
    /** Hash: the account that a person linked, and when. */
    link: (person: string) => `${tag}:link:${person}`,
    /** Set: the accounts that a person had linked once; under an account, the people who had it. Nothing ends it. */
    linkedBefore: (name: string) => `${tag}:linked_before:${name}`,
    /** Counts every change of a link, so that copies know when to be read again. */
    linksVersion: `${tag}:links_version`,
    /** The person who asked for the code with this hash; ends by itself. */
    linkCode: (hash: string) => `${tag}:link_code:${hash}`,
    /** Hash of the one code that a person may still use; ends by itself. */
    linkOffer: (person: string) => `${tag}:link_offer:${person}`,
    /** How many codes an account has tried lately; ends by itself. */
    linkTries: (account: string) => `${tag}:link_tries:${account}`,
    /** What was said that is to be said once; ends by itself. */
    once: (name: string) => `${tag}:once:${name}`,
    /** Stream of audit entries, until they are sealed and `AUDIT_KEEP` is over. */
    audit: `${tag}:audit`,
    /** List: where in `audit` the entries of one request are; ends with the request. */
    auditOf: (id: string) => `${tag}:audit_of:${id}`,
    /** Hash: who seals the audit, as which in turn, and until when; how far it is sealed and taken out of the stream. */
    sealing: `${tag}:sealing`,
    /** Hash: what a service has used of its budgets: stored bytes, by the day on which they end, and requests a second. */
    usage: (service: string) => `${tag}:usage:${service}`,
    /** Sorted set: ids of a service's requests that broke glass, by when, in ms; those of the last 24 hours. */
    glass: (service: string) => `${tag}:glass:${service}`,
    /** Hash: what OPA logged about a request, by decision id. */
    opaLog: (id: string) => `${tag}:opa_log:${id}`,
    /** Stream of effects that nobody has taken over yet. */
    outbox: `${tag}:outbox`,
    /** Stream of hints for waiters; old ones are dropped. */
    changes: `${tag}:changes`,
    /** Stream of a service's answers, for who waits through the queue; it ends a minute after the last. */
    answers: (service: string) => answersStream(namespace, service),
    /** What a service may know of one request of its own: an `Answer`. */
    answer: (service: string, id: string) => answerKey(namespace, service, id),
    /** Set of services that have a key for the queue, and so an intake of their own. */
    intakes: `${tag}:intakes`,
    /** Set of services that ever submitted. */
    services: `${tag}:services`,
    /** Hash: key id → what we keep of a service's key, JSON. */
    keys: `${tag}:keys`,
    /** A job's session, by the hash of its secret; ends by itself. */
    session: (hash: string) => `${tag}:session:${hash}`,
    /** A token of a job's platform that was used, and the hash of what used it; ends when the token does. */
    tokenUsed: (fingerprint: string) => `${tag}:token_used:${fingerprint}`,
    /** The private key that signs grants, PEM, where no file gives one. */
    grantKey: `${tag}:grant_key`,
    /** Hash: the last good copy of the directory that an endpoint gave, and when it was asked. */
    directory: `${tag}:directory`,
    /** Hash: key id → when it was last used, roughly, in ms. */
    keysUsed: `${tag}:keys_used`,
  } as const;
}

const PLACE_DIGITS = 14;

/** A request's place among others: sorts by time of submission, then by id. Never changes. */
export function place(submittedAt: string, id: string): string {
  return `${String(Date.parse(submittedAt)).padStart(PLACE_DIGITS, '0')}.${id}`;
}

export const PLACE = /^\d{14}\.req_[0-9a-z]+$/;

export function idAt(place: string): string {
  return place.slice(PLACE_DIGITS + 1);
}
