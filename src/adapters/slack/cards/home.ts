// The Home tab of one person: what waits for them, what they asked for, what became of it, and who they are here.
import type { HomeView } from '@slack/types';
import { isResolved } from '../../../domain/lifecycle.ts';
import type { RequestRecord } from '../../../domain/record.ts';
import type { StandingState } from '../../../domain/standing.ts';
import { shown } from '../../../domain/visible.ts';
import type { Home } from '../../../flow/ports.ts';
import { rowOf } from '../buttons.ts';
import { CLOSE_REVIEW } from './after-review.ts';
import {
  button,
  buttons,
  context,
  divider,
  header,
  type KnownBlock,
  moment,
  plain,
  type RichTextElement,
  richText,
  section,
  words,
} from './blocks.ts';
import { cardValue } from './card-value.ts';
import { bullets, HOW_IT_WORKS } from './help.ts';
import { homeRow, shortSubject } from './home-row.ts';
import { whoBlocks } from './home-who.ts';
import { endElements } from './outcome.ts';
import { type Mentions, named } from './people.ts';
import { requestCard } from './request-card.ts';
import { HOME_STAGES, stageLines } from './stages.ts';

/**
 * Nobody's phone buzzes for a mention in a Home tab, so people are mentioned. The longest there can be has some 90 blocks;
 * Slack takes 100.
 */
export function homeView(home: Home, mentions: Mentions): HomeView {
  return {
    type: 'home',
    blocks: [
      ...waitingBlocks(home, mentions),
      ...listBlocks('Reviews to close', home.reviews, record => reviewBlocks(record)),
      ...listBlocks('Your requests', home.own, record => ownBlocks(record, mentions)),
      ...listBlocks('Recently resolved', home.resolved, record => resolvedBlocks(record, mentions)),
      ...listBlocks('Standing approvals', home.standing, one => standingBlocks(one)),
      header('You'),
      ...whoBlocks(home),
      header('How it works'),
      bullets(HOW_IT_WORKS.map(line => section(words(line)))),
    ],
  };
}

/** For when Slack refuses the whole: nobody reads an old one as if it were true. */
export function minimalHome({ waiting }: Home): HomeView {
  const said = `${waiting.count === 0 ? 'Nothing waits' : `${waiting.count} waiting`} for you. Slack refused the full list: type /approvals list, or answer on the cards.`;
  return { type: 'home', blocks: [richText(section(words(said)))] };
}

function waitingBlocks({ waiting, isCut, isUnsure, who }: Home, mentions: Mentions): KnownBlock[] {
  const { items, count, page, pages } = waiting;
  const notes = [
    ...(isUnsure ? ['⚠ Slack does not say just now which user groups you are in; some requests may be missing.'] : []),
    ...(isCut
      ? ['⚠ So much is pending that the oldest requests are not looked at here. Their cards are in the channel.']
      : []),
  ];
  const none = who.kind === 'refusal' ? [] : [richText(section(words('Nothing is waiting for you.')))];
  return [
    header(count === 0 ? 'Waiting for you' : `Waiting for you (${count})`),
    ...(count === 0
      ? none
      : items.flatMap((one, i) => [...(i === 0 ? [] : [divider()]), ...homeRow(one, mentions).blocks])),
    ...turns(page, pages),
    ...notes.map(context),
  ];
}

function turns(page: number, pages: number): KnownBlock[] {
  if (pages === 1) return [];
  return [
    context(`Page ${page + 1} of ${pages}, the soonest deadline first`),
    buttons(
      ...(page > 0 ? [button({ label: 'Back', click: 'home_back', value: String(page - 1) })] : []),
      ...(page + 1 < pages ? [button({ label: 'Next', click: 'home_next', value: String(page + 1) })] : []),
    ),
  ];
}

function listBlocks<T>(
  title: string,
  { items, count }: { readonly items: readonly T[]; readonly count: number },
  blocksOf: (one: T) => KnownBlock[],
): KnownBlock[] {
  if (count === 0) return [];
  const left = count - items.length;
  return [
    header(`${title} (${count})`),
    ...items.flatMap(blocksOf),
    ...(left > 0 ? [context(`and ${left} more`)] : []),
  ];
}

function ownBlocks(record: RequestRecord, mentions: Mentions): KnownBlock[] {
  const stages = stageLines(record, mentions, HOME_STAGES);
  const waits = record.decision === undefined ? [words('Policy has not answered yet.')] : stages;
  return [
    richText(
      section(
        words(shortSubject(record), { bold: true }),
        words('\n'),
        moment(record.expiresAt, 'Decide by '),
        ...(waits.length === 0 ? [] : [words('\n'), ...waits]),
      ),
    ),
    ...ownButtons(record, mentions),
  ];
}

/** Their requester can do no more for it than to remind, or to withdraw it. */
function ownButtons(record: RequestRecord, mentions: Mentions): KnownBlock[] {
  const details = rowOfEnded(record, mentions, 'own', true);
  const confirm = {
    title: plain('Cancel this request?'),
    text: plain(shown(shortSubject(record), 280).text),
    confirm: plain('Cancel it'),
    deny: plain('Keep it'),
  };
  const own = [
    button({ label: 'Remind approvers', click: 'remind', value: record.id }),
    button({ label: 'Cancel request', click: 'cancel_own', value: record.id, confirm }),
  ];
  return details.map(block => (block.type === 'actions' ? { ...block, elements: [...own, ...block.elements] } : block));
}

function resolvedBlocks(record: Home['resolved']['items'][number], mentions: Mentions): KnownBlock[] {
  return [
    richText(section(words(shortSubject(record), { bold: true }), words('\n'), ...endElements(record, mentions))),
    ...rowOfEnded(record, mentions, 'resolved', record.mayRevoke !== true),
  ];
}

/** Details, and Take back… for whoever may: never what decides. */
function rowOfEnded(record: RequestRecord, mentions: Mentions, part: string, isOnlyDetails: boolean): KnownBlock[] {
  const { hash, isWhole } = requestCard(record, mentions);
  const row = rowOf(record, isWhole, cardValue(record.id, hash));
  const isKept = (name: string | undefined) => name === 'details' || (!isOnlyDetails && isResolved(record.status));
  const elements = row.filter(({ action_id }) => isKept(action_id));
  return [{ type: 'actions', block_id: `${part}.${record.id}`, elements }];
}

function reviewBlocks(record: RequestRecord): KnownBlock[] {
  const { review, id } = record;
  const due: RichTextElement[] = review === undefined ? [] : [words('\n'), moment(review.dueAt, 'Review by ')];
  const label = { label: 'Close review…', click: CLOSE_REVIEW, value: id } as const;
  return [
    richText(section(words('🚨 '), words(shortSubject(record), { bold: true }), ...due)),
    { ...buttons(button(label)), block_id: `review.${id}` },
  ];
}

function standingBlocks({ id, scope, expiresAt, maxUses, uses, grantedBy }: StandingState): KnownBlock[] {
  const { action, resource, user, actor, service } = scope;
  const short = (text: string) => shown(text, 80).text;
  const what = `${short(action)} ${short(resource.type)} ${short(resource.id)}`;
  const whose = actor === undefined ? short(user) : `${short(actor)} for ${short(user)}`;
  const left = Math.max(0, maxUses - uses);
  return [
    richText(
      section(
        words('🔁 '),
        words(what, { bold: true }),
        words(` for ${whose} · via ${short(service)}\n${left} of ${maxUses} uses left · `),
        moment(expiresAt, 'until '),
        words(' · given by '),
        named(grantedBy),
      ),
    ),
    {
      ...buttons(button({ label: 'Revoke', click: 'revoke_standing', value: id, style: 'danger' })),
      block_id: `standing.${id}`,
    },
  ];
}
