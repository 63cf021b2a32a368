// `countersign keys`: who may ask, and who may vote outside Slack. A key is shown once, alone on standard output, so that it can be piped.
import type { Command } from 'commander';
import type { Config } from '../../config.ts';
import { EXIT } from '../exit-codes.ts';
import { UsageError } from '../failing.ts';
import { type KeyInfo, operating, unrefused } from '../operator.ts';
import { aligned, painter, say } from '../screen.ts';

type CreateOptions = { readonly service?: string; readonly person?: string; readonly queue?: boolean };

export function addKeys(program: Command, end: (code: number) => void): void {
  const keys = program.command('keys').description('keys of services, to ask with, and of people, to vote with');
  keys
    .command('create')
    .description('make a key for a service or a person; it is shown once')
    .option('--service <name>', 'the service that will ask with it')
    .option('--person <id>', 'the person who will vote with it, as the people file names them')
    .option('--queue', 'a signing key for requests through the queue, instead of a key for HTTP')
    .action(async (options: CreateOptions) => {
      const call = callOf(options);
      const { info, secret, where } = await operating(async ({ keys }, operator, config) => ({
        ...unrefused(await keys.create(operator, call)),
        where: placeOf(config),
      }));
      const use = info.kind === 'queue' ? 'Give it to connectQueue({ key })' : 'Put it into COUNTERSIGN_API_KEY';
      say(`Key ${info.id} for ${holder(info)}, in ${where}. ${use}; it is not shown again.`, process.stderr);
      say(secret);
      end(EXIT.ok);
    });
  keys
    .command('list')
    .description('list keys, without the secrets, which we do not have')
    .option('--json', 'print them as JSON')
    .action(async (options: { readonly json?: boolean }) => {
      const { listed, where } = await operating(async ({ keys }, operator, config) => ({
        listed: unrefused(await keys.list(operator)),
        where: placeOf(config),
      }));
      const { keys: all, leftOut } = listed;
      const more = leftOut === 0 ? {} : { left_out: leftOut };
      if (options.json === true) say(JSON.stringify({ items: all, ...more }, undefined, 2));
      else showKeys(all, where);
      if (leftOut > 0)
        say(`${leftOut} not shown: a newer version of Countersign made them. Upgrade this one.`, process.stderr);
      end(EXIT.ok);
    });
  keys
    .command('revoke <id>')
    .description('end a key; every process follows within seconds')
    .action(async (id: string) => {
      const ended = await operating(({ keys }, operator) => keys.revoke(operator, id));
      if (ended.kind === 'refusal')
        throw new UsageError(`No key ${id} is in force; "countersign keys list" shows them.`);
      say(`Key ${id} is revoked.`);
      end(EXIT.ok);
    });
}

function callOf({ service, person, queue = false }: CreateOptions) {
  if (service !== undefined && person === undefined) return { service, queue };
  if (service !== undefined || person === undefined) {
    throw new UsageError("A key is either a service's or a person's: give --service <name> or --person <id>.");
  }
  if (queue) throw new UsageError('People do not use the queue: leave --queue out.');
  return { person };
}

function holder({ service, person }: KeyInfo): string {
  return service === undefined ? `the person ${person}` : `the service ${service}`;
}

/** Where keys are kept: without REDIS_URL another program may have its Redis there. Never with its password. */
function placeOf({ namespace, redis }: Config): string {
  return `the namespace ${namespace} of ${new URL(redis.url).host || redis.url}`;
}

function showKeys(all: readonly KeyInfo[], where: string): void {
  if (all.length === 0) say(`No keys yet in ${where}. Make one: countersign keys create --service <name>`);
  const rows = all.map(key => [
    key.id,
    key.service ?? key.person ?? '',
    key.person === undefined ? key.kind : 'person',
    `made ${key.createdAt}`,
    key.revokedAt === undefined
      ? key.lastUsedAt === undefined
        ? 'never used'
        : `last used ${key.lastUsedAt}`
      : `revoked ${key.revokedAt}`,
  ]);
  const paint = painter(process.stdout);
  aligned(rows).forEach((line, i) => {
    say(all[i]?.revokedAt === undefined ? line : paint(line, 'dim'));
  });
}
