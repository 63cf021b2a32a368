// Measurements for Prometheus: what the flow observes is counted here, and gauges are read when they are asked for.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Observation, Observe } from '../../flow/ports.ts';

/** A number that is read at each scrape. One that cannot be read just now is shown as NaN, not as a comforting 0. */
export type GaugeReader = { readonly name: string; readonly help: string; read(): Promise<number> };

export type Metrics = {
  readonly observe: Observe;
  gauge(reader: GaugeReader): void;
  text(): Promise<{ readonly contentType: string; readonly body: string }>;
};

const ANSWER_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];
/** From an answer by policy alone to one that waited for people over a weekend. */
const RESOLVE_S = [0.01, 0.1, 1, 10, 60, 300, 900, 3_600, 14_400, 86_400, 259_200];
/** Codes may be policy's own words: long ones are cut so that a label stays a label. */
const LABEL_LENGTH = 60;

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'countersign_' });
  const count = (name: string, help: string, labelNames: string[]) =>
    new Counter({ name: `countersign_${name}_total`, help, labelNames, registers: [registry] });
  const measure = (name: string, help: string, labelNames: string[], buckets: number[]) =>
    new Histogram({ name: `countersign_${name}_seconds`, help, labelNames, buckets, registers: [registry] });

  const submitted = count('submitted', 'Requests that arrived.', ['service', 'via', 'repeated']);
  const overBudget = count('over_budget', 'Calls that were told to wait, by whose budget and which.', [
    'service',
    'budget',
  ]);
  const policyUsed = count('service_policy_seconds', 'Time that questions of a service were with policy.', ['service']);
  const asked = count('policy_asked', 'Questions to policy by what came of them.', ['outcome']);
  const answer = measure('policy_answer', 'Time that policy took to answer, or not to.', [], ANSWER_S);
  const decided = count('decided', 'Answers by policy that were applied to a request.', ['phase', 'outcome']);
  const shadowed = count('policy_shadow', 'Answers of the candidate policy beside the live one.', [
    'phase',
    'difference',
  ]);
  const delayed = count('delayed', 'Decisions put off because policy could not be asked.', []);
  const resolved = count('resolved', 'Requests that ended.', ['status', 'by']);
  const resolve = measure('resolve', 'Time from submission to the end of a request.', ['status'], RESOLVE_S);
  const voted = count('voted', 'Votes that were recorded.', []);
  const refused = count('refused', 'Answers, and whatever else was asked for, that do not count.', ['what', 'code']);
  const links = count('links', 'Links of accounts to people, by what became of them.', ['outcome']);
  const grants = count('grants', 'Grants by what became of them: redeemed, revoked, or why not redeemed.', ['outcome']);
  const told = count('told', 'Deliveries to people and services.', ['way', 'outcome']);
  const trouble = count('trouble', 'Things that went wrong.', ['where', 'code']);

  function observe(seen: Observation): void {
    switch (seen.kind) {
      case 'submitted':
        submitted.inc({ service: label(seen.service), via: seen.via, repeated: String(seen.repeated) });
        break;
      case 'over_budget':
        overBudget.inc({ service: label(seen.service), budget: seen.budget });
        break;
      case 'policy_used':
        policyUsed.inc({ service: label(seen.service) }, seen.tookMs / 1_000);
        break;
      case 'asked':
        answer.observe(seen.tookMs / 1_000);
        asked.inc({ outcome: label(seen.outcome) });
        break;
      case 'decided':
        decided.inc({ phase: seen.phase, outcome: label(seen.outcome) });
        break;
      case 'shadowed':
        shadowed.inc({ phase: seen.phase, difference: seen.difference });
        break;
      case 'delayed':
        delayed.inc();
        break;
      case 'resolved':
        resolve.observe({ status: seen.status }, seen.afterMs / 1_000);
        resolved.inc({ status: seen.status, by: seen.by });
        break;
      case 'voted':
        voted.inc();
        break;
      case 'refused':
        refused.inc({ what: seen.what, code: label(seen.code) });
        break;
      case 'link':
        links.inc({ outcome: seen.outcome });
        break;
      case 'grant':
        grants.inc({ outcome: label(seen.outcome) });
        break;
      case 'told':
        told.inc({ way: seen.way, outcome: label(seen.outcome) });
        break;
      case 'trouble':
        trouble.inc({ where: seen.where, code: label(seen.code) });
        break;
      default:
        seen satisfies never;
    }
  }

  return {
    observe,
    gauge({ name, help, read }) {
      new Gauge({
        name: `countersign_${name}`,
        help,
        registers: [registry],
        async collect() {
          this.set(await read().catch(() => Number.NaN));
        },
      });
    },
    text: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}

function label(text: string): string {
  return text.slice(0, LABEL_LENGTH);
}
