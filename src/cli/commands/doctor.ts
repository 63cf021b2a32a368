// `countersign doctor`: looks at everything Countersign needs, and says what to do about what is missing.
import type { Command } from 'commander';
import { roles as all } from '../../config.ts';
import type { Finding } from '../doctor/report.ts';
import { EXIT } from '../exit-codes.ts';
import { rolesFrom } from '../roles.ts';
import { aligned, painter, say } from '../screen.ts';

type Options = { readonly roles: string; readonly json?: boolean };

export function addDoctor(program: Command, end: (code: number) => void): void {
  program
    .command('doctor')
    .description('check everything that Countersign needs, and say what to do')
    .option('--roles <roles>', 'for a process with these roles', all.join())
    .option('--json', 'print the findings as JSON')
    .action(async ({ roles, json }: Options) => {
      const wanted = rolesFrom(roles);
      const { examineAll } = await import('../doctor/examine.ts');
      end(showFindings(await examineAll(process.env, wanted), json === true));
    });
}

/** Prints them, each with its remedy; the exit code. */
export function showFindings(findings: readonly Finding[], isJson: boolean): number {
  const isWell = findings.every(({ ok }) => ok);
  if (isJson) {
    say(JSON.stringify({ ok: isWell, checks: findings }, undefined, 2));
  } else {
    const paint = painter(process.stdout);
    const rows = findings.map(({ ok, name, detail }) => [ok ? '✓' : '✗', name, detail]);
    aligned(rows).forEach((line, i) => {
      say(findings[i]?.ok === true ? line : paint(line, 'red'));
    });
    say(isWell ? 'All is well.' : 'Something is missing: see the lines with ✗.');
  }
  return isWell ? EXIT.ok : EXIT.broken;
}
