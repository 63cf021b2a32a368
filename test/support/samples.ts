// Sample nouns for tests: a submission, a record, decisions and votes, each with what a test wants to differ.
import { parseAccount } from '../../src/domain/account.ts';
import { barred } from '../../src/domain/barred.ts';
import type { Approval, Decision } from '../../src/domain/decision.ts';
import { folded } from '../../src/domain/name.ts';
import type { RequestRecord } from '../../src/domain/record.ts';
import { decided } from '../../src/domain/steps/decided.ts';
import { submitted } from '../../src/domain/steps/submitted.ts';
import type { Submission } from '../../src/domain/submission.ts';
import type { Vote, Voter } from '../../src/domain/vote.ts';
import type { Identity, Who } from '../../src/domain/who.ts';

export const NOON = Date.parse('2026-11-24T12:00:00.000Z');
export const HOUR_MS = 3_600_000;

export function aSubmission(patch: Partial<Submission> = {}): Submission {
  return {
    action: 'delete-resource',
    user: { id: 'alice', role: 'admin' },
    resource: { type: 'bucket', id: 'b-42', state: 'active' },
    params: { force: true },
    reason: 'bucket replaced by b-43',
    ...patch,
  };
}

export function aRecord(patch: Partial<RequestRecord> = {}, submission: Submission = aSubmission()): RequestRecord {
  const service = { id: 'deployer', auth: 'api_key' } as const;
  const change = submitted({ service, submission, key: 'key-1', defaultExpiryMs: HOUR_MS }, NOON);
  return { ...change.next, ...patch };
}

export function anApproval(patch: Partial<Approval> = {}): Approval {
  return {
    stages: [
      { id: 'owners', title: 'Bucket owners', quorum: 1, have: 0, approvers: [{ type: 'group', id: 'db-owners' }] },
    ],
    ...patch,
  };
}

export function needsPeople(patch: Partial<Decision> = {}): Decision {
  return {
    contract: 1,
    outcome: 'require_approval',
    reasons: [{ code: 'needs_owner', message: 'a bucket owner must approve', rule: 'storage.delete.owners' }],
    approval: anApproval(),
    votes: [],
    obligations: [],
    ...patch,
  };
}

export function answer(outcome: 'allow' | 'deny' | 'error', patch: Partial<Decision> = {}): Decision {
  return { contract: 1, outcome, reasons: [], votes: [], obligations: [], ...patch };
}

/** A pending record that waits for people. */
export function awaiting(approval: Partial<Approval> = {}, patch: Partial<RequestRecord> = {}): RequestRecord {
  const record = aRecord();
  const decision = needsPeople({ approval: anApproval(approval) });
  const result = decided(record, { phase: 'submit', decision, policy: {}, votes: [] }, NOON);
  if (result.kind === 'refusal') throw new Error(`unexpected refusal ${result.code}`);
  return { ...result.next, ...patch };
}

export function aVote(patch: Partial<Omit<Vote, 'by'>> & { by?: Partial<Vote['by']> } = {}): Vote {
  const { by, ...rest } = patch;
  return {
    vote: 'approve',
    at: new Date(NOON + 60_000).toISOString(),
    surface: 'slack',
    ...rest,
    by: { id: 'slack:T0ACME:U0BOB', user: 'bob', groups: ['db-owners'], kind: 'member', ...by },
  };
}

/** A name of whose bearer the directory lists everything. */
export function anIdentity(...names: string[]): Identity {
  return { names: new Set(names.map(folded)), isKnown: true, isUnlisted: false, isNobodys: false };
}

/** Somebody who answers, as gathered where the directory lists everybody; `others` says what is known of some. */
export function aWho(
  by: Pick<Voter, 'user'> & Partial<Voter>,
  record: RequestRecord,
  { others = {}, ...patch }: Partial<Omit<Who, 'others'>> & { readonly others?: Record<string, Identity> } = {},
): Who {
  const { id = `person:${by.user}`, user, groups = [], kind = 'member' } = by;
  const named = [...barred(record, {}), ...barred(record, record.approval ?? {})].map(({ name }) => name);
  const all = [...named, ...record.votes.flatMap(vote => [vote.by.id, vote.by.user])];
  return {
    ...anIdentity(id, user),
    account: parseAccount(id) ?? { kind: 'person', person: user },
    user,
    groups,
    kind,
    others: new Map([...all.map(name => [name, anIdentity(name)] as const), ...Object.entries(others)]),
    ...patch,
  };
}
