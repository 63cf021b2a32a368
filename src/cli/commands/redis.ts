// `countersign redis acl`: the users of Redis, each with the rights that it needs and no other. It changes nothing in Redis.
import { createHash, randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import type { RedisUser, ServerUser } from '../../adapters/redis/acl.ts';
import { loadConfig } from '../../config.ts';
import { EXIT } from '../exit-codes.ts';
import { UsageError } from '../failing.ts';
import { say } from '../screen.ts';

type Options = { readonly service?: string; readonly role?: string; readonly password: boolean };

const ROLES: readonly ServerUser[] = ['server', 'api', 'worker', 'slack', 'sealer'];
const SERVICE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const PASSWORD_BYTES = 32;

export function addRedis(program: Command, end: (code: number) => void): void {
  program
    .command('redis')
    .description('users of Redis with the least rights')
    .command('acl')
    .description('print an ACL line with a fresh password, which is shown once, alone on the last line')
    .option('--service <name>', 'for connectQueue of this service: its own intake and answers, nothing else')
    .option('--role <role>', `for our own processes: ${ROLES.join(', ')}`)
    .option('--no-password', 'without one and switched off, for a file that is kept in version control')
    .addHelpText(
      'after',
      `
Put the line into the file that Redis loads with --aclfile (then: ACL LOAD), or give it to ACL SETUSER. The URL is then
redis://<user>:<password>@<host>:6379. The namespace is that of COUNTERSIGN_NAMESPACE.

  countersign redis acl --service deployer
  countersign redis acl --role worker`,
    )
    .action(async (options: Options) => {
      const user = userOf(options);
      const { namespace } = loadConfig(process.env, []);
      const { aclRules } = await import('../../adapters/redis/acl.ts');
      const rules = aclRules(user, namespace);
      if (options.password === false) {
        say(`user ${nameOf(user)} off ${rules}`);
        return end(EXIT.ok);
      }
      const password = randomBytes(PASSWORD_BYTES).toString('base64url');
      const hash = createHash('sha256').update(password, 'utf8').digest('hex');
      say(`user ${nameOf(user)} on #${hash} ${rules}`);
      say(`The password of ${nameOf(user)}; Redis and we keep its hash only:`, process.stderr);
      say(password);
      end(EXIT.ok);
    });
}

function userOf({ service, role }: Options): RedisUser {
  if ((service === undefined) === (role === undefined)) {
    throw new UsageError('Say for whom: --service <name>, or --role <role>.');
  }
  if (service !== undefined) {
    if (SERVICE.test(service)) return { service };
    throw new UsageError('A service is named with up to 64 letters, digits, dots, dashes and underscores.');
  }
  const server = ROLES.find(known => known === role);
  if (server === undefined) throw new UsageError(`--role must be one of ${ROLES.join(', ')}.`);
  return { server };
}

/** Names of users may not hold a blank; a service's name has none. */
function nameOf(user: RedisUser): string {
  return 'service' in user ? `service-${user.service}` : `countersign-${user.server}`;
}
