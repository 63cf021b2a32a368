// One request's weight is its own: what is too large or too heavy for policy is told so, and costs no other its answer.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connectOpa } from '../../../src/adapters/opa/connect.ts';
import { startOpa } from '../../../src/local/setup/services.ts';
import { failureOf, httpAnswer, policyFolder, question, type Script, scriptedServer, vote } from './world.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const large = () => question([], { text: 'x'.repeat(40_000) });

async function against(script: Script, timeoutMs = 150) {
  const server = await scriptedServer(script);
  open.push(server);
  const observe = vi.fn();
  const policy = connectOpa({
    url: server.url,
    decisionPath: 'p/d',
    timeoutMs,
    questionLimit: 16_384,
    observe: seen => (seen.kind === 'trouble' ? observe(seen) : undefined),
  });
  open.push(policy);
  return { policy, server, observe };
}

describe('a question above its limit', () => {
  const answering =
    (result: unknown): Script =>
    socket =>
      void socket.write(httpAnswer(JSON.stringify({ result })));

  it('is put with the digest of the large value, and says so', async () => {
    const { policy, server } = await against(answering(false));
    await policy.ask(large());
    const { input } = JSON.parse((server.seen[0] ?? '').split('\r\n\r\n')[1] ?? '');
    expect(input.request.shortened).toEqual(['/params/text']);
    expect(input.params.text).toEqual({ digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/), bytes: 40_002 });
  });

  const contract = { contract: 1, reasons: [], votes: [], obligations: [] };
  const stages = [{ id: 'o', quorum: 1, have: 0, approvers: [{ type: 'group', id: 'g' }] }];

  it.each([
    ['true', true],
    ['allow', { ...contract, outcome: 'allow' }],
    ['require_approval', { ...contract, outcome: 'require_approval', approval: { stages } }],
  ])('%s to it is no yes: policy may have missed what it would have denied', async (_, result) => {
    const { policy } = await against(answering(result));
    expect(await policy.ask(large())).toMatchObject({
      kind: 'broken',
      code: 'pdp_question_shortened',
      cause: expect.stringMatching(/^The request is too large.*\/params\/text.*by its digest\.$/),
    });
  });

  it('counts where policy says that it knows, and a denial always does', async () => {
    const knowing = await against(answering({ ...contract, outcome: 'allow', accepts_shortened: true }));
    expect(await knowing.policy.ask(large())).toMatchObject({ kind: 'answer', decision: { outcome: 'allow' } });
    const denying = await against(answering({ ...contract, outcome: 'deny' }));
    expect(await denying.policy.ask(large())).toMatchObject({ kind: 'answer', decision: { outcome: 'deny' } });
    expect(await denying.policy.ask(question())).toMatchObject({ kind: 'answer' });
  });

  it('leaves room for answers when it is first put: nobody’s long words make a request too large that policy could judge', async () => {
    const { policy } = await against(answering({ ...contract, outcome: 'allow' }));
    const asked = (bytes: number) => question([], { text: 'x'.repeat(bytes) });
    const isJudged = async (bytes: number) => (await policy.ask(asked(bytes))).kind === 'answer';
    let most = 16_384;
    while (!(await isJudged(most))) most -= 128;
    // As JSON has it, the longest reason that somebody may give: each of its characters escaped.
    const words = { ...vote('UMALLORY'), reason: '\u0001'.repeat(4_000) };
    const first = asked(most);
    const again = Object.assign(first, { phase: 'vote', votes: [words] } as const);
    const told = { ...contract, outcome: 'allow', votes: [{ by: words.by.id, counted: false }] };
    const { policy: asking } = await against(answering(told));
    expect(await asking.ask(again)).toMatchObject({ kind: 'answer' });
  });

  it('a denial that looks into a shortened value is silent in a real OPA, and still nothing passes', async () => {
    const folder = policyFolder({
      '.manifest': '{"revision": "r1", "roots": ["p"]}',
      'p.rego': 'package p\n\ndefault d := true\n\nd := false if contains(input.params.text, "drop table")\n',
    });
    open.push({ close: async () => folder.remove() });
    const opa = await startOpa({ policies: [folder.dir] });
    open.push({ close: opa.stop });
    const policy = connectOpa({ url: opa.url, decisionPath: 'p/d', timeoutMs: 5_000, questionLimit: 16_384 });
    open.push(policy);
    const told = question([], { text: `drop table${' '.repeat(40_000)}` });
    expect(await policy.ask(told)).toMatchObject({ kind: 'broken' });
  });
});

describe('a question that policy cannot judge in its time', () => {
  /** Never answers what speaks of a mountain; everything else at once. */
  const mountain: Script = (socket, request) => {
    if (!request.includes('mountain')) socket.write(httpAnswer('{"result": true}'));
  };
  const heavy = () => question([], { text: 'mountain' });

  it('is no outage while others are answered: no breaker opens, and the others go on', async () => {
    const { policy, observe } = await against(mountain);
    for (let n = 0; n < 8; n++) {
      const [failed, other] = await Promise.all([failureOf(policy.ask(heavy())), policy.ask(question())]);
      expect(failed).toMatchObject({ code: 'pdp_too_heavy', isTransient: true, message: expect.stringMatching(/\.$/) });
      expect(other).toMatchObject({ kind: 'answer' });
    }
    expect(observe).not.toHaveBeenCalled();
  });

  it('is none either where nobody else asks, if OPA says that it is well', async () => {
    const { policy, observe } = await against(mountain);
    for (let n = 0; n < 6; n++) expect(await failureOf(policy.ask(heavy()))).toMatchObject({ code: 'pdp_too_heavy' });
    expect(observe).not.toHaveBeenCalled();
  });

  it('is an outage where nothing is answered at all', async () => {
    const { policy, observe } = await against(() => undefined, 60);
    for (let n = 0; n < 5; n++) expect(await failureOf(policy.ask(heavy()))).toMatchObject({ code: 'pdp_unavailable' });
    expect(observe).toHaveBeenCalledWith(expect.objectContaining({ code: 'pdp_unavailable' }));
  });
});
