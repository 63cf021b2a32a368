// The role slack: shows requests in Slack and hears the clicks.
import { randomUUID } from 'node:crypto';
import { startEffects } from '../adapters/bullmq/effects.ts';
import { followAll } from '../adapters/redis/changed.ts';
import { openCrowds } from '../adapters/redis/crowds.ts';
import { followLinks } from '../adapters/redis/link-names.ts';
import { openOnce } from '../adapters/redis/once.ts';
import { openInbound } from '../adapters/slack/bolt.ts';
import { createCrowdTeller } from '../adapters/slack/crowds.ts';
import { createHomeScreen } from '../adapters/slack/homes.ts';
import { createMessenger } from '../adapters/slack/messenger.ts';
import { createPace } from '../adapters/slack/pace.ts';
import { Failure } from '../domain/failure.ts';
import { tellOfCrowds } from '../flow/crowd.ts';
import { performer } from '../flow/effects.ts';
import { openHomes } from '../flow/homes.ts';
import { membersOf, slackAccountsOf } from '../flow/identities.ts';
import type { SlackCaller } from '../flow/ports.ts';
import { doorOf } from './door.ts';
import { lanesOf } from './lanes.ts';
import { regularly } from './regularly.ts';
import type { World } from './world.ts';

/** How often it is looked at who waits for a card: what is said of them is as old as that and a few seconds. */
const CROWDS_EVERY_MS = 2_000;

export async function startSlackRole(world: World): Promise<void> {
  const { config, observe, redis, memory, store, policy, directory, links, checks, whenTold, atEnd } = world;
  const { slack: settings, approvalsChannel } = config;
  if (settings === undefined || approvalsChannel === undefined || world.slack === undefined) throw unconfigured();
  const { client: slack, accounts } = world.slack;
  const { namespace, isEmailMatched } = config;
  const names = await followLinks({ redis: redis.commands, namespace, observe });
  atEnd(() => names.stop());
  // Whom cards mention and direct messages reach: the directory's accounts, else linked ones.
  const reach = { ...directory, slackAccountsOf: (id: string) => slackAccountsOf(directory, names.accountOf, id) };
  const mentioned = { ...reach, membersOf: (group: string) => membersOf(directory, group) };
  const pace = createPace();
  const messenger = createMessenger({ slack, directory: mentioned, observe, pace });
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
  const crowds = openCrowds({ redis: redis.commands, namespace });
  const teller = createCrowdTeller({ slack, pace });
  const crowdWorld = { store, crowds, teller, observe, approvalsChannel, randomKey: randomUUID };
  const telling = regularly({
    everyMs: CROWDS_EVERY_MS,
    round: signal => tellOfCrowds(crowdWorld, signal),
    observe,
    where: 'crowds',
    trouble: 'How many requests wait for their card is not told just now; the cards come all the same. Check Redis.',
  });
  whenTold('How many wait for their card', () => telling.stop());
  const changes = followAll({ redis: redis.commands, blocking: redis.forBlocking('homes'), namespace, observe });
  atEnd(() => changes.stop());
  const screen = createHomeScreen({ slack, directory: mentioned, pace, observe });
  const { standing } = world;
  const homes = openHomes({ store, directory, accounts, links, standing, screen, changes, observe, isEmailMatched });
  whenTold('The Home tabs', () => homes.stop());
  const door = doorOf(world, { accounts, isEmailMatched });
  const inbound = openInbound(
    {
      slack,
      directory: mentioned,
      accounts,
      messenger,
      observe,
      homes,
      castVote: ({ key, account, evidence, ...call }) => door.vote(clicker({ account, evidence, key }), call),
      revokeStanding: call => door.standing.revoke(clicker(call), call.id),
      takeBack: ({ id, reason, ...call }) =>
        door.revoke(clicker(call), { id, ...(reason !== undefined && { reason }) }),
      reviews: {
        check: call => door.review.check(clicker(call), call.id),
        close: ({ id, note, ...call }) => door.review.close(clicker(call), { id, note, surface: 'slack' }),
      },
      links: {
        link: ({ code, ...call }) => door.link.claim(clicker(call), code).finally(names.refresh),
        unlink: call => door.link.unlink(clicker(call)).finally(names.refresh),
      },
      pace,
      once: openOnce({ redis: redis.commands, namespace }),
      homeOf: homes.of,
      asides: {
        ask: ({ id, text, ...call }) => door.aside.ask(clicker(call), { id, text }),
        handOver: ({ id, to, text, ...call }) =>
          door.aside.handOver(clicker(call), { id, to, ...(text !== undefined && { text }) }),
        nudge: ({ id, ...call }) => door.aside.nudge(clicker(call), id),
      },
      read: call => door.read(clicker(call), call.id),
      cancel: call => door.cancel(clicker(call), call.id),
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

type Click = Pick<SlackCaller, 'account' | 'evidence'> & { readonly key?: string };

function clicker({ account, evidence, key }: Click): SlackCaller {
  return { kind: 'slack', account, evidence, ...(key !== undefined && { gesture: key }) };
}

function unconfigured(): Failure {
  const message = 'The role slack needs SLACK_BOT_TOKEN and APPROVALS_CHANNEL. Set them; see .env.example.';
  return new Failure('slack_unconfigured', message, { isTransient: false });
}
