// Every class of answer, as a real OPA gives it: "policy said no" is never "no policy answered".
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectOpa, type OpaPolicy } from '../../../src/adapters/opa/connect.ts';
import { ensureOpa } from '../../../src/local/setup/opa.ts';
import { startProgram } from '../../../src/local/setup/service.ts';
import { findFreePort, type OpaOptions, startOpa } from '../../../src/local/setup/services.ts';
import { type Folder, failureOf, policyFolder, question, SECRET, vote } from './world.ts';

const POLICIES = {
  '.manifest': '{"revision": "r-7", "roots": ["cases"]}',
  'cases/cases.rego': `package cases

ok := {"contract": 1, "outcome": "deny", "reasons": [{"code": "frozen", "message": "No changes today"}],
  "votes": [{"by": v.by.id, "counted": false, "code": "not_eligible"} | some v in input.votes]}

allow if input.user.role == "admin"

no := false

asks := {"contract": 1, "outcome": "require_approval",
  "approval": {"stages": [{"id": "owners", "quorum": 2, "have": 0, "approvers": [{"type": "group", "id": "owners"}]}]}}

nobody := {"contract": 1, "outcome": "require_approval",
  "approval": {"stages": [{"id": "owners", "quorum": 2, "have": 0, "approvers": []}]}}

unasked := {"contract": 1, "outcome": "require_approval"}

future := {"contract": 2, "outcome": "allow", "votes": []}

maybe := {"contract": 1, "outcome": "perhaps", "votes": []}

forgetful := {"contract": 1, "outcome": "allow", "votes": [v | some v in input.votes; v.nothing]}

text := "allow"

never if input.user.role == "nobody"

two := x if some x in [1, 2]

clock_denies contains "late" if time.parse_rfc3339_ns(input.params.secret) > 10

lenient := {"contract": 1, "outcome": o, "votes": []} if {
  o := {true: "allow", false: "deny"}[count(clock_denies) == 0]
}

clash := 1 if input.action
clash := 2 if input.params.secret
`,
} as const;

let folder: Folder;
let opa: Awaited<ReturnType<typeof startOpa>>;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  folder = policyFolder(POLICIES);
  opa = await startOpa({ policies: [folder.dir], extra: ['--set', 'decision_logs.console=true'] });
});

afterAll(async () => {
  await opa.stop();
  folder.remove();
});

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

function connect(decisionPath: string, url = opa.url): OpaPolicy {
  const policy = connectOpa({ url, decisionPath, timeoutMs: 2_000 });
  open.push(policy);
  return policy;
}

async function startOwn(options: OpaOptions): Promise<string> {
  const own = await startOpa(options);
  open.push({ close: own.stop });
  return own.url;
}

describe('an answer', () => {
  it('is policy’s decision with the revision and the decision id that prove it', async () => {
    const answer = await connect('cases/ok').ask(question([vote('bob'), vote('carol')]));
    expect(answer).toEqual({
      kind: 'answer',
      decision: {
        contract: 1,
        outcome: 'deny',
        reasons: [{ code: 'frozen', message: 'No changes today' }],
        votes: [
          { by: 'slack:T1:bob', counted: false, code: 'not_eligible' },
          { by: 'slack:T1:carol', counted: false, code: 'not_eligible' },
        ],
        obligations: [],
      },
      policy: { revision: 'r-7', decision_id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      tookMs: expect.any(Number),
    });
  });

  it.each([
    ['cases/allow', 'allow'],
    ['cases/no', 'deny'],
    ['cases/asks', 'require_approval'],
  ])('of %s is %s, and H9: no outcome is taken for another', async (path, outcome) => {
    expect(await connect(path).ask(question())).toMatchObject({ kind: 'answer', decision: { outcome } });
  });

  it('names all revisions when several bundles are active', async () => {
    const more = policyFolder({ '.manifest': '{"revision": "s-1", "roots": ["more"]}', 'more.rego': 'package more\n' });
    open.push({ close: async () => more.remove() });
    const url = await startOwn({ policies: [folder.dir, more.dir] });
    const answer = await connect('cases/allow', url).ask(question());
    expect(answer.kind === 'answer' && answer.policy.revision?.split('+').toSorted()).toEqual(['r-7', 's-1']);
  });

  it('comes over a Unix socket too', async () => {
    const place = policyFolder({});
    open.push({ close: async () => place.remove() });
    const socket = join(place.dir, 'opa.sock');
    const url = await startOwn({ policies: [folder.dir], socket });
    expect(url).toBe(`unix://${socket}`);
    expect(await connect('cases/allow', url).ask(question())).toMatchObject({ kind: 'answer' });
    expect(await connect('cases/ok', url).health()).toMatchObject({ ok: true });
  });

  it('comes to sixty-four who ask at once', async () => {
    const policy = connect('cases/allow');
    const answers = await Promise.all(Array.from({ length: 64 }, () => policy.ask(question())));
    expect(answers.every(answer => answer.kind === 'answer' && answer.decision.outcome === 'allow')).toBe(true);
  });
});

describe('undefined is never yes', () => {
  it('H4: `{}` from OPA executes nothing; H5: an undefined decision is an error class', async () => {
    const answer = await connect('cases/never').ask(question());
    expect(answer).toMatchObject({ kind: 'broken', code: 'pdp_undefined' });
    expect(answer.kind === 'broken' && answer.cause).toMatch(/cases\/never.*default\.$/);
  });

  it('H1: no policy at the path, no approval', async () => {
    expect(await connect('cases/nowhere').ask(question())).toMatchObject({ kind: 'broken', code: 'pdp_undefined' });
  });

  it('is an outage while OPA has no bundle yet', async () => {
    const path = await ensureOpa();
    const port = await findFreePort();
    const args = [
      ...['run', '--server', '--skip-version-check', '--addr', `127.0.0.1:${port}`, '--log-level', 'error'],
      ...['--set', 'services.away.url=http://127.0.0.1:9', '--set', 'bundles.approvals.service=away'],
    ];
    const url = `http://127.0.0.1:${port}`;
    const service = await startProgram({ name: 'opa', path, args }, async () => (await fetch(`${url}/health`)).ok);
    open.push({ close: () => service.end('SIGKILL') });
    const policy = connect('approvals/main/decision', url);
    expect(await failureOf(policy.ask(question()))).toMatchObject({ code: 'pdp_undefined', isTransient: true });
    expect(await policy.health()).toMatchObject({ ok: false });
  });
});

describe('an answer out of contract is broken', () => {
  it.each([
    ['a contract of the future', 'cases/future'],
    ['an unknown outcome', 'cases/maybe'],
    ['approval without anybody who may give it', 'cases/nobody'],
    ['approval without a stage', 'cases/unasked'],
    ['a text', 'cases/text'],
    ['a whole package, in which undefined rules just vanish', 'cases'],
  ])('%s', async (_what, path) => {
    const answer = await connect(path).ask(question());
    expect(answer).toMatchObject({ kind: 'broken' });
    expect(JSON.stringify(answer)).not.toContain(SECRET);
  });

  it('a vote that fell out of the verdicts', async () => {
    expect(await connect('cases/forgetful').ask(question([vote('bob')]))).toMatchObject({
      kind: 'broken',
      code: 'pdp_contract_violation',
      cause: expect.stringContaining('verdicts'),
    });
  });
});

describe('an evaluation error is broken', () => {
  it('H7: malformed data is an error, not an allow, and its value is not quoted', async () => {
    const answer = await connect('cases/lenient').ask(question());
    expect(answer).toMatchObject({ kind: 'broken', code: 'pdp_eval_error' });
    expect(answer.kind === 'broken' && answer.cause).toMatch(/eval_builtin_error at \S*cases\.rego:\d+/);
    expect(JSON.stringify(answer)).not.toContain(SECRET);
  });

  it.each(['cases/clash', 'cases/two'])('two values for one rule, at %s', async path => {
    const answer = await connect(path).ask(question());
    expect(answer).toMatchObject({ kind: 'broken', code: 'pdp_eval_error' });
    expect(answer.kind === 'broken' && answer.cause).toMatch(/eval_conflict_error at \S*cases\.rego:\d+/);
  });
});

describe('a wrong set-up is broken, with the remedy', () => {
  it('OPA’s own authorization refuses us', async () => {
    const authz = policyFolder({
      '.manifest': '{"revision": "a-1", "roots": ["system/authz"]}',
      'authz.rego': 'package system.authz\n\ndefault allow := false\nallow if input.method == "GET"\n',
    });
    open.push({ close: async () => authz.remove() });
    const url = await startOwn({ policies: [folder.dir, authz.dir], extra: ['--authorization=basic'] });
    const answer = await connect('cases/ok', url).ask(question());
    expect(answer).toMatchObject({
      kind: 'broken',
      code: 'pdp_misconfigured',
      cause: expect.stringMatching(/401.*system\.authz/),
    });
  });

  it('OPA’s own authorization is not loaded', async () => {
    const url = await startOwnUnchecked();
    const answer = await connect('cases/ok', url).ask(question());
    expect(answer).toMatchObject({ kind: 'broken', code: 'pdp_misconfigured', cause: expect.stringContaining('500') });
  });

  async function startOwnUnchecked(): Promise<string> {
    const port = await findFreePort();
    const url = `http://127.0.0.1:${port}`;
    const args = ['run', '-s', '--skip-version-check', '--addr', `127.0.0.1:${port}`, '--authorization=basic'];
    const service = await startProgram(
      { name: 'opa', path: await ensureOpa(), args: [...args, '-b', folder.dir] },
      async () => (await fetch(url)).status === 500,
    );
    open.push({ close: () => service.end('SIGKILL') });
    return url;
  }

  it('a question above what OPA takes', async () => {
    const url = await startOwn({ policies: [folder.dir], extra: ['--set', 'server.decoding.max_length=10000'] });
    const answer = await connect('cases/ok', url).ask(question([], { blob: 'x'.repeat(20_000) }));
    expect(answer).toMatchObject({
      kind: 'broken',
      code: 'pdp_misconfigured',
      cause: expect.stringContaining('max_length'),
    });
  });

  it('a question that nobody should be asked, too large even with digests in it, is not sent', async () => {
    const votes = Array.from({ length: 3_000 }, (_, n) => vote(`person-${n}`));
    const answer = await connect('cases/ok').ask(question(votes));
    expect(answer).toMatchObject({
      kind: 'broken',
      code: 'pdp_question_too_large',
      cause: expect.stringMatching(/digest\.$/),
    });
  });

  it.each(['../admin', 'approvals.main', 'a//b', '/a', 'a/', 'a?explain=full', 'a%2Fb', ''])(
    'H8: the path "%s" is refused at the start',
    path => expect(() => connect(path)).toThrow(/OPA_DECISION_PATH/),
  );

  it.each(['opa', 'ftp://opa', 'http://opa/v1', 'unix://opa.sock', 'http://user:pw@opa', ''])(
    'the address "%s" is refused at the start, and not quoted',
    url => {
      expect(() => connect('cases/ok', url)).toThrow(/OPA_URL/);
      expect(() => connect('cases/ok', url)).not.toThrow(/pw/);
    },
  );
});

describe('health', () => {
  it('is well when the decision is defined', async () => {
    expect(await connect('cases/ok').health()).toEqual({
      name: 'opa',
      ok: true,
      detail: 'answers at cases/ok, revision r-7',
    });
  });

  it('is unwell when the decision is not, although OPA is up', async () => {
    expect(await connect('cases/nowhere').health()).toMatchObject({
      ok: false,
      detail: expect.stringContaining('default'),
    });
  });
});
