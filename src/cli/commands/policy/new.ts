// `countersign policy new`: a folder for one action with rules, tests and scenarios that pass, to be changed from there.
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { EXIT } from '../../exit-codes.ts';
import { UsageError } from '../../failing.ts';
import { say } from '../../screen.ts';

/** Rego reads a package's path; these are all that every part of it, the folder and the loader agree on. */
const NAME = /^[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*$/;

export function addNew(policy: Command, end: (code: number) => void): void {
  policy
    .command('new <action>')
    .description('write the policy of an action, with tests and scenarios; <team>/<action> names who approves')
    .option('--policies <folder>', 'where policies are', 'policies')
    .action(async (name: string, { policies }: { policies: string }) => {
      const { team, action } = namesIn(name);
      if (!existsSync(join(policies, 'approvals/main'))) {
        throw new UsageError(`${policies} has no approvals/main in it. Name the folder of policies with --policies.`);
      }
      const { scaffold } = await import('../../../workbench/policy/scaffold.ts');
      const files = Object.entries(scaffold({ team, action })).map(
        ([path, text]) => [join(policies, path), text] as const,
      );
      const folder = join(policies, 'approvals/actions', action);
      const taken = [folder, ...files.map(([path]) => path)].find(path => existsSync(path));
      if (taken !== undefined) {
        throw new UsageError(`${taken} is there already and stays as it is. Choose another name, or change it there.`);
      }
      for (const [path, text] of files) {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, text, { flag: 'wx' });
        say(path);
      }
      say(`Approvers are the group "${team}". Change what it says, then: countersign policy test`, process.stderr);
      end(EXIT.ok);
    });
}

function namesIn(name: string): { readonly team: string; readonly action: string } {
  const parts = name.split('/');
  const [first = '', second] = parts;
  const faulty = parts.length > 2 ? name : parts.find(part => !NAME.test(part));
  if (faulty !== undefined || first === '') {
    throw new UsageError(
      `"${faulty ?? name}" cannot be a folder of policies. Write <action> or <team>/<action> in lower-case words joined by "-", such as rotate-key; an action of another name goes into the folder as a second "handles" line.`,
    );
  }
  if (/[-_]test$/.test(second ?? first)) {
    throw new UsageError(`"${second ?? first}" ends like a test, which no bundle would carry. Choose another name.`);
  }
  return second === undefined ? { team: 'owners', action: first } : { team: first, action: second };
}
