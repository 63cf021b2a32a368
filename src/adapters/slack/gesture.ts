// Reads what somebody did from a payload that Slack vouched for. Who it was is the user id and its team, nothing else in it.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { slackAccount } from '../../domain/account.ts';
import { present } from '../../domain/present.ts';
import { COLLEAGUE_INPUT } from './cards/asides.ts';
import { DURATION_INPUT, USES_INPUT } from './cards/standing.ts';

export type Transport = 'socket' | 'http';

export type Gesture = {
  readonly transport: Transport;
  readonly team: string;
  readonly user: string;
  /** `slack:T:U`. */
  readonly account: string;
  /** Names this gesture apart from the request: the same one delivered twice has the same. */
  readonly name: string;
  /** Slack's time of a click; the time we received a form, which Slack does not date. */
  readonly actionTs: string;
  /** Every time that the delivery was dated with, in milliseconds. */
  readonly datedMs: readonly number[];
  readonly channel?: string;
  readonly messageTs?: string;
  readonly triggerId?: string;
  readonly responseUrl?: string;
  /** What the clicked button carries, or what the submitted form remembers. */
  readonly value?: string;
  readonly view?: { readonly id: string; readonly hash: string };
  /** It was made in the Home tab, where there is no message to answer beside. */
  readonly isAtHome?: true;
  /** Words given with a form. */
  readonly reason?: string;
  /** Slack's id of somebody chosen in a form. */
  readonly colleague?: string;
  /** How long and how often later requests may pass too, as chosen in a form. */
  readonly standing?: { readonly duration: string; readonly uses: number };
};

const who = {
  user: z.object({ id: z.string().min(1), team_id: z.string().min(1).optional() }),
  team: z.object({ id: z.string().min(1) }).nullish(),
  trigger_id: z.string().optional(),
};

const clickSchema = z.object({
  ...who,
  channel: z.object({ id: z.string() }).nullish(),
  container: z.object({ channel_id: z.string().optional(), message_ts: z.string().optional() }).nullish(),
  response_url: z.string().optional(),
  view: z.object({ id: z.string(), hash: z.string(), type: z.string().optional() }).nullish(),
  actions: z
    .array(
      z.object({
        action_id: z.string(),
        action_ts: z.string(),
        value: z.string().optional(),
        selected_option: z.object({ value: z.string() }).nullish(),
      }),
    )
    .min(1),
});

const formSchema = z.object({
  ...who,
  view: z.object({
    id: z.string(),
    hash: z.string(),
    private_metadata: z.string(),
    state: z.object({
      values: z.record(
        z.string(),
        z.record(
          z.string(),
          z.looseObject({
            value: z.string().nullish(),
            selected_option: z.object({ value: z.string() }).nullish(),
            selected_user: z.string().nullish(),
          }),
        ),
      ),
    }),
  }),
});

export type Delivery = {
  readonly body: unknown;
  readonly transport: Transport;
  readonly nowMs: number;
  /** The signed time of an HTTP delivery, in seconds. */
  readonly signedAtS?: number | undefined;
};

/** A click on a button, or undefined when the payload is not one. */
export function readClick(delivery: Delivery): Gesture | undefined {
  const parsed = clickSchema.safeParse(delivery.body);
  if (!parsed.success) return undefined;
  const { user, channel, container, response_url, view, actions, trigger_id } = parsed.data;
  const [action] = actions;
  const team = teamOf(parsed.data);
  if (action === undefined || team === undefined) return undefined;
  const place = container?.channel_id ?? channel?.id;
  return {
    ...person(team, user.id, delivery.transport),
    name: `click_${team}_${user.id}_${action.action_ts}`,
    actionTs: action.action_ts,
    datedMs: [Number(action.action_ts) * 1_000, ...signedTimes(delivery)],
    ...present({
      channel: place,
      messageTs: container?.message_ts,
      triggerId: trigger_id,
      responseUrl: response_url,
      value: action.value ?? action.selected_option?.value,
    }),
    ...(view == null ? {} : { view: { id: view.id, hash: view.hash } }),
    ...(view?.type === 'home' && { isAtHome: true }),
  };
}

/** A submitted form, or undefined when the payload is not one. */
export function readForm(delivery: Delivery, reasonInput: string): Gesture | undefined {
  const parsed = formSchema.safeParse(delivery.body);
  if (!parsed.success) return undefined;
  const { user, view, trigger_id } = parsed.data;
  const team = teamOf(parsed.data);
  if (team === undefined) return undefined;
  const reason = view.state.values[reasonInput]?.[reasonInput]?.value?.trim();
  // Submitting once more after a refusal is another gesture, though it is the same view.
  const which = createHash('sha256')
    .update(trigger_id ?? `${view.hash} ${delivery.nowMs}`)
    .digest('hex')
    .slice(0, 16);
  return {
    ...person(team, user.id, delivery.transport),
    name: `submit_${team}_${user.id}_${view.id}_${which}`,
    actionTs: (delivery.nowMs / 1_000).toFixed(6),
    datedMs: signedTimes(delivery),
    value: view.private_metadata,
    view: { id: view.id, hash: view.hash },
    ...present({
      triggerId: trigger_id,
      reason: reason === '' ? undefined : reason,
      standing: standingIn(view.state.values),
      colleague: view.state.values[COLLEAGUE_INPUT]?.[COLLEAGUE_INPUT]?.selected_user ?? undefined,
    }),
  };
}

type Values = z.infer<typeof formSchema>['view']['state']['values'];

function standingIn(values: Values): Gesture['standing'] {
  const duration = values[DURATION_INPUT]?.[DURATION_INPUT]?.selected_option?.value;
  const uses = Number(values[USES_INPUT]?.[USES_INPUT]?.selected_option?.value);
  return duration === undefined || !Number.isInteger(uses) ? undefined : { duration, uses };
}

/** How far from now a gesture may be dated, either way. */
const MOST_SKEW_MS = 5 * 60_000;

/** A replay from yesterday or from tomorrow; a date that is no number is as bad. */
export function isStale({ datedMs }: Gesture, nowMs: number): boolean {
  return datedMs.some(dated => !(Math.abs(nowMs - dated) <= MOST_SKEW_MS));
}

export function person(team: string, user: string, transport: Transport) {
  return { transport, team, user, account: slackAccount(team, user) };
}

/** The team of the person, which in a shared channel is not the team of the channel. */
export function teamOf({
  user,
  team,
}: {
  user: { team_id?: string | undefined };
  team?: { id: string } | null | undefined;
}) {
  return user.team_id ?? team?.id;
}

/** When an HTTP delivery was signed. */
export function signedTimes({ signedAtS }: Pick<Delivery, 'signedAtS'>): number[] {
  return signedAtS === undefined ? [] : [signedAtS * 1_000];
}
