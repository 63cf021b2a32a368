// `countersign policy try`: what would happen to one request, who would be asked, and why; nothing is stored.
import { readFile } from 'node:fs/promises';
import { text as streamText } from 'node:stream/consumers';
import type { Command } from 'commander';
import type { AnyView } from '../../../client/index.ts';
import { view } from '../../../contract/view.ts';
import { decodeJson } from '../../../domain/exact-json.ts';
import type { Submission } from '../../../domain/submission.ts';
import { parseSubmission } from '../../../domain/submission-schema.ts';
import type { Rules } from '../../../workbench/policy/rules.ts';
import type { Performance, World } from '../../../workbench/rehearsal/rehearse.ts';
import type { PersonFacts, Step } from '../../../workbench/rehearsal/step.ts';
import { EXIT } from '../../exit-codes.ts';
import { UsageError } from '../../failing.ts';
import { headline } from '../../request-text.ts';
import { say } from '../../screen.ts';

type Options = {
  readonly vote: readonly string[];
  readonly person: readonly string[];
  readonly now?: string;
  readonly people?: string;
  readonly policies: string;
  readonly opa?: string;
  readonly service: string;
  readonly json?: boolean;
};

export function addTry(policy: Command, end: (code: number) => void): void {
  const collect = (value: string, before: readonly string[]) => [...before, value];
  policy
    .command('try <request.json>')
    .description('show what would happen to a request, who would be asked and why; - reads standard input')
    .option('--vote <who:answer>', 'an answer: bob:approve, "carol:deny:not now"; may be repeated', collect, [])
    .option('--now <moment>', 'when it is submitted (RFC 3339); each vote comes a minute later')
    .option('--people <file>', 'the people file (default: COUNTERSIGN_PEOPLE; else anybody may exist)')
    .option('--person <who=groups>', 'somebody more: bob=finance,db-owners; may be repeated', collect, [])
    .option('--policies <folder>', 'the policies to try', 'policies')
    .option('--opa <url>', 'ask this OPA instead')
    .option('--service <id>', 'which service submits it', 'deployer')
    .option('--json', 'the view of the request, the answer of policy and the votes, as JSON')
    .action(async (file: string, options: Options) => {
      await tryRequest(file, options);
      end(EXIT.ok);
    });
}

async function tryRequest(file: string, options: Options): Promise<void> {
  const submission = await submissionIn(file);
  const now = options.now === undefined ? Date.now() : Date.parse(options.now);
  if (Number.isNaN(now)) throw new UsageError('--now is not a moment; write 2026-11-24T10:00:00Z.');
  const { castOf } = await import('../../../workbench/policy/cast.ts');
  const { openStage } = await import('../../../workbench/policy/throwaway-opa.ts');
  const { rehearse } = await import('../../../workbench/rehearsal/rehearse.ts');
  const steps = await stepsOf(options.vote);
  const path = options.people ?? process.env.COUNTERSIGN_PEOPLE;
  const directoryWith = await castOf({
    ...(path === undefined ? { isAnybody: true } : { file: path }),
    people: personsIn(options.person),
  });
  if (path === undefined) say(ANYBODY, process.stderr);
  const stage = openStage({ policies: options.policies, ...(options.opa === undefined ? {} : { url: options.opa }) });
  try {
    const service = { id: options.service, auth: 'api_key' } as const;
    const world = { policyWith: stage.policyWith, directoryWith };
    const performance = await rehearse(world, { service, submission, now, data: [], steps });
    if (options.json === true) say(JSON.stringify(asJson(performance), null, 2));
    else await show(performance, { directory: directoryWith({}), rules: await rulesAsked(options) });
  } finally {
    await stage.close();
  }
}

/** As the answer may be taken for what the installation would say. */
const ANYBODY =
  'No --people: every group is taken to have members. Whoever votes is in none of them, unless --person bob=finance says so.';

async function stepsOf(votes: readonly string[]): Promise<readonly Step[]> {
  const { readAnswer } = await import('../../../workbench/rehearsal/sentence.ts');
  return votes.map(text => {
    const answer = readAnswer(text);
    if (answer === undefined) {
      throw new UsageError(`"${text}" is not a vote; write bob:approve or "carol:deny:not now".`);
    }
    return { kind: 'answer', ...answer, surface: 'slack', kindOfAccount: 'member', groups: [] };
  });
}

function personsIn(texts: readonly string[]): { readonly [person: string]: PersonFacts } {
  const persons = texts.map(text => {
    const [, id = '', groups = ''] = /^([^\s=]+)=(.*)$/s.exec(text) ?? [];
    if (id === '') throw new UsageError(`"${text}" is nobody; write --person bob=finance,db-owners.`);
    return [id, { groups: groups.split(',').flatMap(group => group.trim() || []), roles: [] }] as const;
  });
  return Object.fromEntries(persons);
}

function asJson({ asked, scenes, record }: Performance): object {
  const votes = scenes.flatMap(({ step, verdict, isRefused }) =>
    step.kind !== 'answer'
      ? []
      : { by: step.by, vote: step.vote, counted: !isRefused, ...(isRefused ? { code: verdict } : {}) },
  );
  return { view: view(record), asked: asked.record.decision, decision: record.decision, votes };
}

/** What the policies in the folder say of their rules; of those behind an address nobody here can read it. */
async function rulesAsked({ opa, policies }: Options): Promise<Rules | undefined> {
  if (opa !== undefined) return undefined;
  const { readRules } = await import('../../../workbench/policy/rules.ts');
  return readRules(policies);
}

type Shown = { readonly directory: ReturnType<World['directoryWith']>; readonly rules: Rules | undefined };

async function show(performance: Performance, { directory, rules }: Shown): Promise<void> {
  const { reasonLines, storyLines, termLines } = await import('../../policy/rehearsal-text.ts');
  const { cardText } = await import('../../policy/card-text.ts');
  const { scenes, record } = performance;
  const { asked, thread, afterwards } = cardText(performance, directory);
  say(headline({ ...view(record) } as AnyView, process.stdout));
  const votes = scenes.map(({ step }) =>
    step.kind === 'answer' ? `${step.by} ${step.vote === 'approve' ? 'approves' : 'denies'}` : step.kind,
  );
  const more = [
    ...reasonLines(record, rules),
    ...framed(`in ${record.approval?.channel ?? 'the approvals channel'}`, asked),
    ...framed('below it', thread),
    ...framed('and then', afterwards),
    ...storyLines(votes, performance),
    ...termLines(record),
  ];
  for (const line of more) say(`  ${line}`);
}

function framed(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map(line => `  │ ${line}`.trimEnd())];
}

async function submissionIn(file: string): Promise<Submission> {
  const text =
    file === '-'
      ? await streamText(process.stdin)
      : await readFile(file, 'utf8').catch(() => {
          throw new UsageError(`${file} cannot be read. Name a JSON file, or - for standard input.`);
        });
  const decoded = decodeJson(text);
  const parsed = decoded.ok ? parseSubmission(decoded.value) : { ok: false as const, faults: [decoded.fault] };
  if (parsed.ok) return parsed.submission;
  throw new UsageError(
    [
      'This is not a request:',
      ...parsed.faults.map(({ pointer, message }) => `  ${`${pointer} ${message}`.trim()}`),
    ].join('\n'),
  );
}
