// What policies say of their own rules: the METADATA above each, found by the name that a reason bears.
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { present } from '../../domain/present.ts';
import { runOpa } from '../opa.ts';
import { Unusable } from '../unusable.ts';

/** A rule that a reason can name. */
export type Rule = {
  /** As in `reasons[].rule`; `*` stands for what differs from package to package. */
  readonly name: string;
  /** `path:line`. */
  readonly place: string;
  readonly title?: string;
  readonly description?: string;
  /** Its `custom` and `labels` and those of its package, such as who owns it. */
  readonly labels: Labels;
};

export type Rules = {
  /** Undefined where no policy here has such a rule. */
  of(name: string): Rule | undefined;
  readonly all: readonly Rule[];
};

type Labels = { readonly [label: string]: string };

/** `opa fmt` writes each head like this, on a line of its own. */
const CODED = /^(?:permit|deny|need|exclude|waive|emergency|no_emergency) contains "([^"\\]+)"/;
const OF_PLATFORM = /^[a-z_]+ contains (?:reason\()?\["platform", "(\w+)", "(\w+)"\]/;
const PACKAGE = /^data\.approvals\.(actions|guardrails)(?:\.(\w+)|\["([^"]+)"\])$/;

const annotationSchema = z.object({
  annotations: z.object({
    scope: z.string(),
    title: z.string().optional(),
    description: z.string().optional(),
    labels: z.record(z.string(), z.unknown()).default({}),
    custom: z.looseObject({ rule: z.string().optional() }).default({}),
  }),
  location: z.object({ file: z.string(), row: z.number() }),
});
const inspectedSchema = z.object({
  namespaces: z.record(z.string(), z.array(z.string())),
  annotations: z.array(annotationSchema).default([]),
});
type Annotation = z.infer<typeof annotationSchema>;

export async function readRules(folder: string): Promise<Rules> {
  const { code, out, err } = await runOpa(['inspect', '--annotations', '--format', 'json', folder]);
  const parsed = code === 0 ? inspectedSchema.safeParse(JSON.parse(out)) : undefined;
  if (parsed?.success !== true) {
    throw new Unusable(`The rules of ${folder} cannot be read. Mend what opa inspect says:\n${(err || out).trim()}`);
  }
  const { namespaces, annotations } = parsed.data;
  const files = Object.entries(namespaces).flatMap(([name, paths]) =>
    paths.filter(path => path.endsWith('.rego') && !path.endsWith('_test.rego')).map(path => ({ name, path })),
  );
  const found = await Promise.all(
    files.map(async ({ name, path }) => {
      const said = annotations.filter(({ location }) => location.file === path);
      return rulesOf(name, path, await readFile(path, 'utf8'), said);
    }),
  );
  const all = found.flat();
  return { all, of: name => findRule(all, name) };
}

function rulesOf(namespace: string, path: string, text: string, said: readonly Annotation[]): Rule[] {
  const [, room, plainName, quotedName] = PACKAGE.exec(namespace) ?? [];
  const ofPackage = said.find(({ annotations }) => annotations.scope === 'package')?.annotations;
  return text.split('\n').flatMap((line, i): Rule | readonly [] => {
    const own = said.find(({ annotations, location }) => annotations.scope !== 'package' && location.row === i + 1);
    const { title, description } = own?.annotations ?? {};
    const [, code] = (room === undefined ? undefined : CODED.exec(line)) ?? [];
    const [, part, platformCode] = OF_PLATFORM.exec(line) ?? [];
    const coded = code === undefined ? undefined : `${room}.${plainName ?? quotedName}.${code}`;
    const ofPlatform = platformCode === undefined ? undefined : `platform.${part}.${platformCode}`;
    const name = own?.annotations.custom.rule ?? coded ?? ofPlatform;
    if (name === undefined) return [];
    return {
      name,
      place: `${path}:${i + 1}`,
      ...present({ title }),
      ...(description === undefined ? {} : { description: description.trim() }),
      labels: { ...labelsOf(ofPackage), ...labelsOf(own?.annotations) },
    };
  });
}

/** `custom.rule` is the rule's name, and no label. */
function labelsOf(said: Annotation['annotations'] | undefined): Labels {
  const { rule: _name, ...custom } = said?.custom ?? {};
  const texts = Object.entries({ ...custom, ...said?.labels }).filter(([, value]) => typeof value === 'string');
  return Object.fromEntries(texts) as Labels;
}

/** Several rules may give one code: the first that has a title speaks for them. */
function findRule(all: readonly Rule[], name: string): Rule | undefined {
  const exact = all.filter(rule => rule.name === name);
  const found = exact.length > 0 ? exact : all.filter(rule => rule.name.includes('*') && isOf(rule.name, name));
  return found.find(({ title }) => title !== undefined) ?? found[0];
}

function isOf(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map(part => part.replaceAll('.', '\\.'));
  return new RegExp(`^${parts.join('[^.]+')}$`).test(name);
}
