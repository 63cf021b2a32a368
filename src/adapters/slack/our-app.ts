// Whether a delivery is for our app, where it is installed: another one's click, however well signed, is nobody's click here.
import type { AnyMiddlewareArgs, App } from '@slack/bolt';
import { z } from 'zod';
import { within } from '../../contract/time.ts';
import { slackAccount } from '../../domain/account.ts';
import type { NotedEvent } from '../../domain/audit/events.ts';
import { timestamp } from '../../domain/record.ts';
import type { Observe } from '../../flow/ports.ts';
import type { Slack } from './connect.ts';
import type { Entrance } from './entrance.ts';
import { slackWord } from './failures.ts';

export type OurAppWorld = {
  readonly slack: Slack;
  readonly note?: (event: NotedEvent) => Promise<void>;
  readonly observe?: Observe;
  readonly now: () => number;
  /** Tells whoever clicked that nothing was recorded. */
  readonly unrecorded: (args: AnyMiddlewareArgs & { readonly context: object }) => Promise<void>;
};

/** An app-level token names its app: `xapp-1-A0123456789-…`. */
const APP_IN_TOKEN = /^xapp-\d+-(A[A-Z0-9]{2,})-/;

const addressed = z.object({
  api_app_id: z.string().optional().catch(undefined),
  team_id: z.string().optional().catch(undefined),
  user_id: z.string().optional().catch(undefined),
  team: z.object({ id: z.string() }).nullish().catch(undefined),
  user: z.object({ id: z.string(), team_id: z.string().optional() }).optional().catch(undefined),
  view: z.object({ app_installed_team_id: z.string().optional() }).nullish().catch(undefined),
});

/** With the acknowledgement it must fit into the three seconds that Slack waits. */
const LEARN_MS = 2_000;

/**
 * Lets nothing through to the listeners that is not for us, and nothing at all until it is known who we are. Gives what
 * learns that, so that it is known before the first click.
 */
export function onlyOurs(app: App, world: OurAppWorld, entrance: Entrance): () => Promise<unknown> {
  const { slack, observe } = world;
  let ours = idOf(entrance);
  let asking: Promise<string | undefined> | undefined;
  const ask = async () => {
    const { botId } = await slack.install();
    ours = (await slack.interactive.bots.info({ bot: botId })).bot?.app_id;
    return ours;
  };
  /** Asked again as long as it is not known. */
  const learn = async (): Promise<string | undefined> => {
    if (ours !== undefined) return ours;
    asking ??= ask()
      .catch(error => {
        observe?.(unlearned(slackWord(error)));
        return undefined;
      })
      .finally(() => {
        asking = undefined;
      });
    return asking;
  };
  app.use(async args => {
    const { body, next } = args;
    const id = ours ?? (await within(learn(), LEARN_MS));
    const parsed = addressed.safeParse(body);
    const to = parsed.success ? parsed.data : {};
    if (id !== undefined && to.api_app_id === id && isInstalledHere(to, slack)) return next();
    await acknowledge(args);
    await writeDown(world, entrance, to, id === undefined ? 'unknown_app' : 'foreign_app');
    // Somebody of ours may have clicked, and must not believe that it counted.
    if (id === undefined) await world.unrecorded(args);
  });
  return learn;
}

type Addressed = z.infer<typeof addressed>;

/** The team of a person may be another one, in a shared channel; the one in which the app was asked is ours. */
function isInstalledHere({ view }: Addressed, { known }: Slack): boolean {
  const team = view?.app_installed_team_id;
  return team === undefined || known === undefined || team === known.teamId;
}

function idOf(entrance: Entrance): string | undefined {
  if (entrance.appId !== undefined) return entrance.appId;
  return entrance.mode === 'socket' ? APP_IN_TOKEN.exec(entrance.appToken)?.[1] : undefined;
}

/** Slack sends again what is not acknowledged, and it would be refused again. */
async function acknowledge(args: AnyMiddlewareArgs): Promise<void> {
  if ('ack' in args && typeof args.ack === 'function') await args.ack().catch(() => undefined);
}

async function writeDown(
  { note, observe, now }: OurAppWorld,
  { mode: transport }: Entrance,
  to: Addressed,
  code: string,
) {
  const team = to.user?.team_id ?? to.team?.id ?? to.team_id ?? '';
  const user = to.user?.id ?? to.user_id ?? '';
  const account = slackAccount(team, user);
  const action_ts = (now() / 1_000).toFixed(6);
  const event: NotedEvent = {
    event: 'refused',
    at: timestamp(now()),
    code,
    detail: `app ${(to.api_app_id ?? 'not named').slice(0, 40)}`,
    key: `delivery_${team}_${user}_${action_ts}`,
    evidence: { who: { account }, via: { transport, team, user, action_ts } },
  };
  await note?.(event).catch(() => {
    const message = 'A delivery for another Slack app could not be written to the audit. Check the store.';
    observe?.({ kind: 'trouble', where: 'slack', code: 'note_failed', message });
  });
}

function unlearned(word: string | undefined) {
  const message = `It is not known which Slack app this is (${word ?? 'no answer'}), so clicks do not count. Set SLACK_APP_ID, or give the app the scope users:read.`;
  return { kind: 'trouble', where: 'slack', code: 'app_unknown', message } as const;
}
