// The role slack: shows requests in Slack and hears the clicks.
import { startEffects } from '../adapters/bullmq/effects.ts';
import { followLinks } from '../adapters/redis/link-names.ts';
import { openInbound } from '../adapters/slack/bolt.ts';
import { createMessenger } from '../adapters/slack/messenger.ts';
import { Failure } from '../domain/failure.ts';
import { performer } from '../flow/effects.ts';
import { slackAccountsOf } from '../flow/identities.ts';
import { linkByCode, unlinkAccount } from '../flow/link.ts';
import { castVote } from '../flow/resolve.ts';
import { checkReviewer, closeReview } from '../flow/review.ts';
import { revokeByPerson } from '../flow/revoke.ts';
import { revokeByAccount } from '../flow/stand.ts';
import { lanesOf } from './lanes.ts';
import type { World } from './world.ts';

export async function startSlackRole(world: World): Promise<void> {
  const { config, observe, redis, memory, store, policy, directory, links, standing, checks, whenTold, atEnd } = world;
  const { slack: settings, approvalsChannel } = config;
  if (settings === undefined || approvalsChannel === undefined || world.slack === undefined) throw unconfigured();
  const { client: slack, accounts } = world.slack;
  const { namespace, isEmailMatched } = config;
  const names = await followLinks({ redis: redis.commands, namespace, observe });
  atEnd(() => names.stop());
  // Whom cards mention and direct messages reach: the directory's accounts, else linked ones.
  const reach = { ...directory, slackAccountsOf: (id: string) => slackAccountsOf(directory, names.accountOf, id) };
  const messenger = createMessenger({ slack, directory: reach, observe });
  const lanes = lanesOf('slack');
  const effects = startEffects({
    connection: redis.forQueues('messages'),
    namespace,
    lanes,
    observe,
    perform: performer(lanes, {
      store,
      messenger,
      directory: reach,
      links,
      gatherings: accounts,
      accounts,
      approvalsChannel,
    }),
  });
  whenTold('The queue of messages', () => effects.stop());
  const voters = { directory, accounts, links, isEmailMatched };
  const linkWorld = { ...voters, store };
  const inbound = openInbound(
    {
      slack,
      directory: reach,
      accounts,
      messenger,
      observe,
      castVote: ballot => castVote({ ...voters, store, policy }, ballot),
      revokeStanding: (id, account) => revokeByAccount({ ...voters, store, standing }, { id, account }),
      takeBack: call => revokeByPerson({ ...voters, store }, call),
      reviews: {
        check: call => checkReviewer({ ...voters, store }, call),
        close: call => closeReview({ ...voters, store }, { ...call, surface: 'slack' }),
      },
      links: {
        link: call => linkByCode(linkWorld, call).finally(names.refresh),
        unlink: call => unlinkAccount(linkWorld, call).finally(names.refresh),
      },
      find: id => store.read(id),
      note: fact => store.note(fact),
      now: memory.now,
    },
    settings,
  );
  whenTold('What was clicked in Slack', () => inbound.stop());
  await inbound.start();
  checks.push(
    () => inbound.check(),
    () => policy.health(),
  );
}

function unconfigured(): Failure {
  const message = 'The role slack needs SLACK_BOT_TOKEN and APPROVALS_CHANNEL. Set them; see .env.example.';
  return new Failure('slack_unconfigured', message, { isTransient: false });
}
