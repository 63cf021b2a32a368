// Every message, modal and Home tab is made of blocks that Slack allows there, by a stored copy of its own list; and the local
// Slack allows no other.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { approveView, denyView } from '../../../src/adapters/slack/cards/answer-views.ts';
import { askView, handOverView } from '../../../src/adapters/slack/cards/asides.ts';
import { detailsView } from '../../../src/adapters/slack/cards/details.ts';
import { homeView } from '../../../src/adapters/slack/cards/home.ts';
import { linkView } from '../../../src/adapters/slack/cards/home-who.ts';
import { directMessage, outcomeLine, voteLine } from '../../../src/adapters/slack/cards/lines.ts';
import { requestCard } from '../../../src/adapters/slack/cards/request-card.ts';
import { reviewView } from '../../../src/adapters/slack/cards/review.ts';
import { standingView } from '../../../src/adapters/slack/cards/standing.ts';
import { takeBackView } from '../../../src/adapters/slack/cards/take-back.ts';
import { whyView } from '../../../src/adapters/slack/cards/why.ts';
import type { Home } from '../../../src/flow/ports.ts';
import type { layout } from '../../../src/local/slack/blocks/layout.ts';
import { validateMessageBlocks } from '../../../src/local/slack/blocks/message.ts';
import { validateView } from '../../../src/local/slack/blocks/view.ts';
import { aRecord, aVote, mentions } from './records.ts';

type Surface = keyof typeof layout;
const { blocks: ALLOWED } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/slack/block-surfaces.json'), 'utf8'),
) as { readonly blocks: Readonly<Record<string, readonly Surface[]>> };

const record = aRecord({ votes: [aVote('bob')] });
const ended = aRecord({ status: 'approved', resolution: { by: 'people', at: '2026-11-24T07:20:00.000Z' } });
const about = { id: record.id, card: `sha256:${'0'.repeat(64)}` } as const;
const review = { dueAt: '2026-11-24T07:20:00.000Z', reminders: 0, messages: [] };
const home: Home = {
  account: 'slack:T0ACME:U0BOB',
  who: { id: 'slack:T0ACME:U0BOB', user: 'slack:T0ACME:U0BOB', groups: [], kind: 'member' },
  waiting: { items: [record], count: 30, page: 1, pages: 3 },
  own: { items: [{ ...record, id: 'req_b' }], count: 9 },
  resolved: { items: [{ ...ended, id: 'req_c' }], count: 1 },
  reviews: { items: [{ ...ended, id: 'req_d', review }], count: 1 },
  standing: { items: [], count: 0 },
  isCut: true,
  isUnsure: true,
};

const shown: readonly (readonly [string, Surface, readonly { readonly type: string }[]])[] = [
  ['a card', 'message', requestCard(record, mentions).blocks],
  ['a resolved card', 'message', requestCard(ended, mentions).blocks],
  ['a line for a vote', 'message', voteLine(record, 0, undefined, mentions)?.blocks ?? []],
  ['a line for the end', 'message', outcomeLine(ended, mentions).blocks],
  ['a direct message', 'message', directMessage(ended, mentions).blocks],
  ['the Home tab', 'home', homeView(home, mentions).blocks],
  ...[
    approveView(record, about, mentions),
    denyView(record, about, mentions),
    detailsView(record, mentions),
    reviewView(record, about, mentions, 1),
    standingView(record, about, mentions),
    takeBackView(ended, about, mentions),
    whyView(record, mentions),
    askView(record, about, mentions),
    handOverView(record, about, mentions),
    linkView(),
  ].map(({ title, blocks }) => [`the modal "${title.text}"`, 'modal', blocks] as const),
];

it.each(shown)('%s', (_what, surface, blocks) => {
  expect(blocks.length).toBeGreaterThan(0);
  expect([...new Set(blocks.map(({ type }) => type))].filter(type => !ALLOWED[type]?.includes(surface))).toEqual([]);
});

describe('the local Slack', () => {
  const isKnown = (type: string, surface: Surface) => {
    const block = [{ type }];
    const problems =
      surface === 'message'
        ? validateMessageBlocks(block)
        : validateView({ type: surface, title: { type: 'plain_text', text: 'x' }, blocks: block }, surface);
    // Whatever else is wrong with it: a block that may not stand there is refused for its type.
    return !problems.some(({ pointer }) => pointer.endsWith('/type'));
  };

  it.each(Object.entries(ALLOWED))('lets %s stand where Slack does, and nowhere else', (type, surfaces) => {
    for (const surface of ['message', 'modal', 'home'] as const) {
      expect([surface, isKnown(type, surface)]).toEqual([surface, surfaces.includes(surface)]);
    }
  });
});
