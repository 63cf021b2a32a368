// The role slack: shows requests in Slack and hears the clicks.
import { startEffects } from '../adapters/bullmq/effects.ts';
import { followLinks } from '../adapters/redis/link-names.ts';
import { openInbound } from '../adapters/slack/bolt.ts';
import { createMessenger } from '../adapters/slack/messenger.ts';
import type { EffectRef } from '../domain/effect.ts';
import { Failure } from '../domain/failure.ts';
import { foldCopies } from '../flow/fold.ts';
import { slackAccountsOf } from '../flow/identities.ts';
import { linkByCode, unlinkAccount } from '../flow/link.ts';
import { callPerson, directMessage, notice, showReviewed, writeLine } from '../flow/notify.ts';
import type { Directory } from '../flow/ports.ts';
import { castVote } from '../flow/resolve.ts';
import { checkReviewer, closeReview } from '../flow/review.ts';
import { revokeByPerson } from '../flow/revoke.ts';
import { type ShowWorld, showCard } from '../flow/show.ts';
import { revokeByAccount } from '../flow/stand.ts';
import { misdirected, type World } from './world.ts';

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
  const effects = startEffects({
    connection: redis.forQueues('messages'),
    namespace,
    lanes: ['messages'],
    observe,
    perform: ref =>
      show({ store, messenger, directory: reach, links, gatherings: accounts, accounts, approvalsChannel }, ref),
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

function show(world: ShowWorld & { readonly directory: Directory }, ref: EffectRef): Promise<void> {
  const { effect } = ref;
  switch (effect.kind) {
    case 'card':
      return showCard(world, ref);
    case 'card_copies':
      return foldCopies(world, { ...ref, effect });
    case 'vote_line': {
      const { vote, progress } = effect;
      return writeLine(world, ref, { kind: 'vote', vote, ...(progress === undefined ? {} : { progress }) });
    }
    case 'outcome_line':
      return writeLine(world, ref, { kind: 'outcome' });
    case 'remark_line':
      return writeLine(world, ref, { kind: 'remark', says: effect.says });
    case 'call':
      return callPerson(world, ref, effect.person);
    case 'direct_message':
      return directMessage(world, ref);
    case 'notice':
      return notice(world, ref, effect.channel ?? world.approvalsChannel, effect.says);
    case 'review_messages':
      return showReviewed(world, ref);
    default:
      throw misdirected(ref);
  }
}

function unconfigured(): Failure {
  const message = 'The role slack needs SLACK_BOT_TOKEN and APPROVALS_CHANNEL. Set them; see .env.example.';
  return new Failure('slack_unconfigured', message, { isTransient: false });
}
