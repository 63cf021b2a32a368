// The Home tab: published to one person at a time, within what Slack allows, and only where it would look otherwise.
import { type Digest, digestOf } from '../../domain/canonical.ts';
import { Failure } from '../../domain/failure.ts';
import type { HomeScreen, Observe } from '../../flow/ports.ts';
import { calls } from './calls.ts';
import { homeView, minimalHome } from './cards/home.ts';
import { userIdOf } from './cards/people.ts';
import { slackWord } from './failures.ts';
import { type MentionsWorld, mentionsOf } from './mentions.ts';
import type { Pace } from './pace.ts';

export type HomeScreenWorld = MentionsWorld & {
  readonly pace: Pace;
  readonly observe: Observe;
};

const METHOD = 'views.publish';
const MOST_KEPT = 2_000;

export function createHomeScreen(world: HomeScreenWorld): HomeScreen {
  const { slack, pace, observe } = world;
  const client = slack.outbound;
  const mentions = mentionsOf(world);
  const call = calls(pace);
  /** What each was shown last, by this process. */
  const shown = new Map<string, Digest>();

  return {
    async show(home, isUrgent) {
      const { teamId } = await slack.install();
      const user_id = userIdOf(home.account, teamId);
      if (user_id === undefined) return;
      const view = homeView(home, mentions);
      const hash = digestOf(view);
      if (shown.get(home.account) === hash) return;
      const turn = { weight: isUrgent ? 'decision' : 'telling', whose: '' } as const;
      await call(METHOD, '', turn, () => client.views.publish({ user_id, view })).catch(error => {
        if (!isRefusedAsSuch(error)) throw error;
        observe(refused(error));
        return call(METHOD, '', turn, () => client.views.publish({ user_id, view: minimalHome(home) }));
      });
      shown.delete(home.account);
      shown.set(home.account, hash);
      const [oldest] = shown.keys();
      if (shown.size > MOST_KEPT && oldest !== undefined) shown.delete(oldest);
    },
    forget: account => void shown.delete(account),
  };
}

/** Slack did not take the form of the view. */
function isRefusedAsSuch(error: unknown): boolean {
  const word = error instanceof Failure ? slackWord(error.cause) : undefined;
  return word === 'invalid_arguments' || word === 'view_too_large' || word === 'invalid_blocks';
}

function refused(error: unknown) {
  const code = error instanceof Failure ? error.code : 'slack_invalid_arguments';
  const message = 'Slack did not take a Home tab; a minimal one is shown. Please report this.';
  return { kind: 'trouble', where: 'slack', code, message } as const;
}
