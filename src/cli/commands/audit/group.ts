// `countersign audit …`: the commands for whoever asks later what happened.
import type { Command } from 'commander';
import { addExportAudit } from './export.ts';
import { addListAudit } from './list.ts';
import { addShowAudit } from './show.ts';
import { addVerifyAudit } from './verify.ts';

export function addAudit(program: Command, end: (code: number) => void): void {
  const audit = program
    .command('audit')
    .description('read the audit: who approved what, under which policy, and what came of it');
  addShowAudit(audit, end);
  addVerifyAudit(audit, end);
  addListAudit(audit, end);
  addExportAudit(audit, end);
}
