// What is observed is counted; what cannot be read is not shown as zero.
import { expect, it } from 'vitest';
import { createMetrics } from '../../../src/adapters/metrics/metrics.ts';

it('counts what the flow observes', async () => {
  const { observe, text } = createMetrics();
  observe({ kind: 'submitted', service: 'deployer', via: 'queue', repeated: false });
  observe({ kind: 'asked', outcome: 'allow', tookMs: 4 });
  observe({ kind: 'decided', id: 'req_1', phase: 'submit', outcome: 'allow' });
  observe({ kind: 'resolved', id: 'req_1', status: 'approved', by: 'policy', afterMs: 12 });
  observe({ kind: 'refused', id: 'req_1', code: 'x'.repeat(500), what: 'vote' });
  observe({ kind: 'link', outcome: 'linked' });
  const { contentType, body } = await text();
  expect(contentType).toContain('text/plain');
  expect(body).toContain('countersign_submitted_total{service="deployer",via="queue",repeated="false"} 1');
  expect(body).toContain('countersign_policy_asked_total{outcome="allow"} 1');
  expect(body).toContain('countersign_decided_total{phase="submit",outcome="allow"} 1');
  expect(body).toContain('countersign_resolved_total{status="approved",by="policy"} 1');
  expect(body).toContain('countersign_policy_answer_seconds_bucket{le="0.005"} 1');
  expect(body).toContain(`countersign_refused_total{what="vote",code="${'x'.repeat(60)}"} 1`);
  expect(body).toContain('countersign_links_total{outcome="linked"} 1');
  expect(body).not.toContain('req_1');
});

it('reads gauges when asked, and shows one that cannot be read as not a number', async () => {
  const metrics = createMetrics();
  let pending = 2;
  metrics.gauge({ name: 'pending', help: 'Requests that wait.', read: async () => pending });
  metrics.gauge({ name: 'outbox', help: 'Effects that wait.', read: () => Promise.reject(new Error('down')) });
  expect((await metrics.text()).body).toContain('countersign_pending 2');
  pending = 3;
  const { body } = await metrics.text();
  expect(body).toContain('countersign_pending 3');
  expect(body).toContain('countersign_outbox Nan');
});
