// A job that proves by a token of its own platform what it is: which service that makes it, by rules over what the token says.
import type { Workload } from './record.ts';
import { type Refusal, refuse } from './refusal.ts';

/** One line of the directory's `workloads`: what a token must say so that whoever brings it is this service. */
export type WorkloadRule = {
  readonly service: string;
  /** The token's `iss`, character by character. */
  readonly issuer: string;
  /** What must be among the token's `aud`. */
  readonly audience: string;
  /** Claim → the texts that it may be; one that ends with `*` stands for all that begin so. */
  readonly claims: Readonly<Record<string, readonly string[]>>;
  /** Further claims that policy and approvers get to see. */
  readonly shows: readonly string[];
  /** For how long what it gets in exchange is good. */
  readonly lifetimeMs: number;
  /** Whether each token is taken once; some platforms hand out the same one again. */
  readonly isOnce: boolean;
};

/** What a token said whose signature and times were good. */
export type Token = {
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly claims: Readonly<Record<string, unknown>>;
};

const MOST_CHARS = 300;

/** The one rule that lets a token in. None that fits, or rules of several services that do, are a refusal. */
export function ruleFor(rules: readonly WorkloadRule[], token: Token): WorkloadRule | Refusal {
  const ofIssuer = rules.filter(({ issuer }) => issuer === token.issuer);
  if (ofIssuer.length === 0) return refuse('workload_unknown_issuer');
  const failing = ofIssuer.map(rule => ({ rule, claims: unmet(rule, token) }));
  const fitting = failing.filter(({ claims }) => claims.length === 0).map(({ rule }) => rule);
  const [nearest] = failing.toSorted((a, b) => a.claims.length - b.claims.length);
  if (fitting.length === 0) return refuse('workload_not_mapped', undefined, nearest?.claims.join(', '));
  const addressed = fitting.filter(({ audience }) => token.audiences.includes(audience));
  const [rule] = addressed;
  if (rule === undefined) return refuse('workload_wrong_audience');
  return addressed.every(({ service }) => service === rule.service) ? rule : refuse('workload_ambiguous');
}

/** What is told of it: the claims that the rule is about, `sub`, and those that the rule shows. */
export function workloadOf(rule: WorkloadRule, { issuer, claims }: Token): Workload {
  const names = new Set(['sub', ...Object.keys(rule.claims), ...rule.shows]);
  const told = [...names].flatMap(name => {
    const text = textOf(claims[name]);
    return text === undefined ? [] : [[name, text.slice(0, MOST_CHARS)] as const];
  });
  return { issuer, claims: Object.fromEntries(told) };
}

function unmet(rule: WorkloadRule, { claims }: Token): string[] {
  return Object.entries(rule.claims)
    .filter(([name, wanted]) => !wanted.some(pattern => isMet(pattern, textOf(claims[name]))))
    .map(([name]) => name);
}

function isMet(pattern: string, text: string | undefined): boolean {
  if (text === undefined) return false;
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}

/** A list or an object is no text that a rule could be about. */
function textOf(claim: unknown): string | undefined {
  if (typeof claim === 'string') return claim;
  return typeof claim === 'number' || typeof claim === 'boolean' ? String(claim) : undefined;
}
