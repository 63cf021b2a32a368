// `countersign slack`: the app's manifest for Slack, and whether the installed app has what it needs.
import type { Command } from 'commander';
import { appManifest } from '../../adapters/slack/app-manifest.ts';
import { EXIT } from '../exit-codes.ts';
import { UsageError } from '../failing.ts';
import { say } from '../screen.ts';
import { showFindings } from './doctor.ts';

type ManifestFlags = { readonly host?: string; readonly name?: string; readonly messages: boolean };

const HOST = /^(?!-)[a-z0-9.-]{1,253}(?::\d{1,5})?$/i;
/** What Slack takes for the name of an app. */
const LONGEST_NAME = 35;

export function addSlack(program: Command, end: (code: number) => void): void {
  const slack = program
    .command('slack')
    .description('the app in Slack: its manifest, and what the installed one lacks');
  slack
    .command('manifest')
    .description('print the manifest to create the app from, or to bring it up to date')
    .option('--host <host>', 'where Slack reaches it over HTTPS, for SLACK_MODE=http; left out: Socket Mode')
    .option('--name <name>', `what people read, at most ${LONGEST_NAME} characters`, 'Countersign')
    .option(
      '--no-messages',
      'hear of no message: whoever types an answer below a card is then not told that it counts for nothing',
    )
    .action(({ host, name, messages }: ManifestFlags) => {
      if (host !== undefined && !HOST.test(host)) {
        throw new UsageError('--host is a host name alone, such as approvals.example.com.');
      }
      if (name !== undefined && (name.trim() === '' || name.length > LONGEST_NAME)) {
        throw new UsageError(`--name has 1 to ${LONGEST_NAME} characters.`);
      }
      const manifest = appManifest({
        isDeaf: !messages,
        ...(host === undefined ? {} : { host }),
        ...(name === undefined ? {} : { name }),
      });
      say(JSON.stringify(manifest, undefined, 2));
      end(EXIT.ok);
    });
  slack
    .command('check')
    .description('look at the installed app: tokens, scopes, the way in, channels and user groups')
    .option('--json', 'print the findings as JSON')
    .action(async ({ json }: { readonly json?: boolean }) => {
      const { examineOfSlack } = await import('../doctor/examine.ts');
      end(showFindings(await examineOfSlack(process.env), json === true));
    });
}
