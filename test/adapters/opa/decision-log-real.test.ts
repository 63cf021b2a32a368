// OPA's decision log as a real OPA sends it, with and without authorization: joined, and nothing that may be sensitive is kept.
import { once } from 'node:events';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectOpa, type OpaPolicy } from '../../../src/adapters/opa/connect.ts';
import { readDecisionLog } from '../../../src/adapters/opa/decision-log.ts';
import { connectRedis } from '../../../src/adapters/redis/connect.ts';
import { keyspace } from '../../../src/adapters/redis/keyspace.ts';
import { openOpaLog } from '../../../src/adapters/redis/opa-log.ts';
import type { PolicyInput } from '../../../src/domain/policy-input.ts';
import { requestId } from '../../../src/domain/request-id.ts';
import { AUTHZ_BUNDLE } from '../../../src/local/setup/services.ts';
import { scratchDir } from '../../support/scratch.ts';
import { namespace as freshNamespace, redisUrl, startOpa } from '../../support/services.ts';
import { policyFolder, question, SECRET, vote } from './world.ts';

const DECISION = 'approvals/main/decision';
const SOON = { timeout: 20_000, interval: 50 };

/** Its words quote the secret; so does the outcome, where it is asked to. */
const TALKATIVE = `package approvals.main

import rego.v1

decision := {
	"contract": 1,
	"outcome": "deny",
	"reasons": [{"code": "no", "rule": "actions.pay.no", "message": sprintf("no to %s", [input.params.secret])}],
	"votes": [],
	"obligations": [{"type": "notify", "note": input.params.secret}],
} if not input.params.kind

decision := false if input.params.kind == "boolean"

decision := {"contract": 1, "outcome": input.params.secret, "votes": []} if input.params.kind == "no outcome"

decision := [input.params.secret] if input.params.kind == "no answer"
`;

type Witness = { readonly url: string; readonly sent: unknown[] };

/** Where OPA sends its log. */
async function openWitness(): Promise<Witness> {
  const sent: unknown[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    sent.push(...(JSON.parse(gunzipSync(Buffer.concat(chunks)).toString()) as unknown[]));
    response.end('{}');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sent };
}

type Setup = { readonly isAuthorized: boolean; readonly isMasked: boolean };

async function open({ isAuthorized, isMasked }: Setup): Promise<{ policy: OpaPolicy; witness: Witness }> {
  const witness = await openWitness();
  const policies = policyFolder({ 'main.rego': TALKATIVE, '.manifest': '{"roots": ["approvals"], "revision": "r-1"}' });
  onTestFinished(() => policies.remove());
  const beside = join(scratchDir(), 'beside');
  mkdirSync(beside);
  writeFileSync(join(beside, '.manifest'), JSON.stringify({ roots: ['system/authz', 'system/log'] }));
  if (isAuthorized) cpSync(join(AUTHZ_BUNDLE, 'authz.rego'), join(beside, 'authz.rego'));
  if (isMasked) cpSync(join(AUTHZ_BUNDLE, 'log.rego'), join(beside, 'log.rego'));
  const settings = {
    'services.witness.url': witness.url,
    'decision_logs.service': 'witness',
    'decision_logs.reporting.min_delay_seconds': '1',
    'decision_logs.reporting.max_delay_seconds': '1',
  };
  const opa = await startOpa({
    policies: [policies.dir],
    ...(isAuthorized ? { authz: beside } : isMasked ? { policies: [policies.dir, beside] } : {}),
    extra: Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
  });
  onTestFinished(() => opa.stop());
  const policy = connectOpa({ url: opa.url, decisionPath: DECISION, timeoutMs: 20_000 });
  onTestFinished(() => policy.close());
  return { policy, witness };
}

function asked(id: string, facts: { readonly [name: string]: string } = {}): PolicyInput {
  const input = question([], facts);
  return { ...input, request: { ...input.request, id } } as PolicyInput;
}
const id = requestId('payments', 'the one');

describe.each([true, false])('with authorization: %s', isAuthorized => {
  it('an event is joined to its request, and what policy said in words is in Redis nowhere', async () => {
    const { policy, witness } = await open({ isAuthorized, isMasked: false });
    const answer = await policy.ask(asked(id));
    await expect.poll(() => witness.sent.length, SOON).toBe(1);
    expect(JSON.stringify(witness.sent)).toContain(`no to ${SECRET}`); // nothing is masked before it comes to us
    const logged = readDecisionLog(witness.sent) ?? [];
    const policyId = answer.kind === 'answer' ? answer.policy.decision_id : undefined;
    expect(logged).toMatchObject([
      { request: id, decision: { decision_id: policyId, phase: 'submit', outcome: 'deny', revision: 'r-1' } },
    ]);
    const namespace = freshNamespace();
    const redis = connectRedis({ url: redisUrl(), observe: () => undefined });
    onTestFinished(() => redis.close());
    await openOpaLog({ redis: redis.commands, namespace, retentionMs: 60_000 }).add(logged);
    const kept = await redis.commands.hvals(keyspace(namespace).opaLog(id));
    expect(kept).toHaveLength(1);
    expect(kept.join()).not.toContain(SECRET);
    expect(kept.join()).toContain('"outcome":"deny"');
  });

  it('the mask that we bring lets nothing of the words out of OPA, whatever the answer is', async () => {
    const { policy, witness } = await open({ isAuthorized, isMasked: true });
    for (const facts of [
      {},
      { kind: 'boolean' },
      { kind: 'no outcome' },
      { kind: 'no answer' },
      { kind: 'undefined' },
    ]) {
      await policy.ask(asked(id, facts));
    }
    await expect.poll(() => witness.sent.length, SOON).toBe(5);
    const events = witness.sent as { result?: unknown; input?: { params?: unknown } }[];
    expect(events.map(({ result }) => result)).toEqual([
      { contract: 1, outcome: 'deny', reasons: [{ code: 'no', rule: 'actions.pay.no' }] },
      false,
      { contract: 1, outcome: SECRET, reasons: [] },
      {},
      undefined,
    ]);
    const told = readDecisionLog(events) ?? [];
    expect(told.map(({ decision }) => decision.outcome)).toEqual(['deny', 'deny', undefined, undefined, undefined]);
    expect(JSON.stringify(told)).not.toContain(SECRET);
    expect(events.every(({ input }) => input?.params === undefined)).toBe(true);
  });

  it('nor what people and services wrote, wherever policy is shown it', async () => {
    const { policy, witness } = await open({ isAuthorized, isMasked: true });
    const input = asked(id);
    const words = {
      user: { id: 'alice', note: SECRET },
      actor: { type: 'ai_agent', id: 'release-bot', owner: 'alice', note: SECRET },
      resource: { type: 'bucket', id: 'b-42', note: SECRET },
      context: { note: SECRET },
      reason: SECRET,
      votes: [vote('U1'), vote('U2')].map(given => ({ ...given, reason: SECRET })),
      standing: [1, 2].map(n => ({ id: `sta_${n}`, params: { note: SECRET } })),
    };
    await policy.ask({ ...input, ...words } as unknown as PolicyInput);
    await expect.poll(() => witness.sent.length, SOON).toBe(1);
    expect(JSON.stringify(witness.sent)).not.toContain(SECRET);
    expect(witness.sent).toMatchObject([
      {
        input: {
          user: { id: 'alice' },
          actor: { type: 'ai_agent', id: 'release-bot', owner: 'alice' },
          resource: { type: 'bucket', id: 'b-42' },
          votes: [{ vote: 'approve' }, { vote: 'approve' }],
        },
      },
    ]);
  });
});
