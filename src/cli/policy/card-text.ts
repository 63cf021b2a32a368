// What Slack would show, as text: the real card and the real lines below it, block by block.
import type { KnownBlock, RichTextBlockElement, RichTextElement } from '../../adapters/slack/cards/blocks.ts';
import { outcomeLine, voteLine } from '../../adapters/slack/cards/lines.ts';
import { type Mentions, userIdOf } from '../../adapters/slack/cards/people.ts';
import { remarkLine } from '../../adapters/slack/cards/remarks.ts';
import { requestCard } from '../../adapters/slack/cards/request-card.ts';
import type { Effect } from '../../domain/effect.ts';
import type { RequestRecord } from '../../domain/record.ts';
import type { Performance, World } from '../../workbench/rehearsal/rehearse.ts';
import { plain } from '../screen.ts';

type Directory = ReturnType<World['directoryWith']>;

export type CardText = {
  /** The card as people are asked with it; nothing where nobody is asked. */
  readonly asked: readonly string[];
  /** The lines below it, oldest first. */
  readonly thread: readonly string[];
  /** The card after all of it, where it then shows something else. */
  readonly afterwards: readonly string[];
};

export function cardText({ asked, scenes, record }: Performance, directory: Directory): CardText {
  const { mentions, nameOf } = naming(directory);
  const linesOf = (shown: RequestRecord) => {
    const { blocks } = requestCard(shown, mentions);
    return blocks.flatMap(block => blockLines(block, nameOf));
  };
  if (record.approval === undefined) return { asked: [], thread: [], afterwards: [] };
  const first = asked.record.approval === undefined ? record : asked.record;
  const thread = scenes.flatMap(scene =>
    scene.told.flatMap(effect => {
      const said = saidBelow(scene.record, effect, mentions);
      return said?.flatMap(block => blockLines(block, nameOf)) ?? [];
    }),
  );
  const [before, after] = [linesOf(first), linesOf(record)];
  return { asked: before, thread, afterwards: before.join('\n') === after.join('\n') ? [] : after };
}

function saidBelow(record: RequestRecord, effect: Effect, mentions: Mentions): readonly KnownBlock[] | undefined {
  switch (effect.kind) {
    case 'vote_line':
      return voteLine(record, effect.vote, effect.progress, mentions)?.blocks;
    case 'outcome_line':
      return outcomeLine(record, mentions).blocks;
    case 'remark_line':
      return remarkLine(record, effect.says, mentions)?.blocks;
    default:
      return undefined;
  }
}

/** Slack shows a name where a card mentions an account; who that is, we know from having been asked for it. */
function naming({ slackAccountsOf, membersOf }: Directory) {
  const names = new Map<string, string>();
  const mentions: Mentions = {
    teamId: undefined,
    membersOf: group => membersOf(group),
    slackAccountsOf(person) {
      const accounts = slackAccountsOf(person);
      for (const account of accounts) names.set(userIdOf(account, undefined) ?? account, person);
      return accounts;
    },
  };
  return { mentions, nameOf: (userId: string) => names.get(userId) ?? userId };
}

type NameOf = (userId: string) => string;

function blockLines(block: KnownBlock, nameOf: NameOf): string[] {
  switch (block.type) {
    case 'header':
      return split(block.text.text);
    case 'rich_text':
      return block.elements.flatMap(element => elementLines(element as RichTextBlockElement, nameOf));
    case 'context':
      return block.elements.flatMap(element => (element.type === 'plain_text' ? split(element.text) : []));
    case 'actions':
      return [block.elements.map(element => (element.type === 'button' ? `[ ${element.text.text} ]` : '')).join('  ')];
    default:
      return [];
  }
}

function elementLines(element: RichTextBlockElement, nameOf: NameOf): string[] {
  if (element.type === 'rich_text_list') return element.elements.flatMap(item => elementLines(item, nameOf));
  const lines = split(element.elements.map(part => words(part, nameOf)).join(''));
  if (element.type === 'rich_text_quote') return lines.map(line => `> ${line}`);
  return element.type === 'rich_text_preformatted' ? lines.map(line => `    ${line}`) : lines;
}

function words(part: RichTextElement, nameOf: NameOf): string {
  switch (part.type) {
    case 'text':
      return part.text;
    case 'user':
      return `@${nameOf(part.user_id)}`;
    case 'usergroup':
      return `@${part.usergroup_id}`;
    case 'channel':
      return `#${part.channel_id}`;
    case 'date':
      return part.fallback ?? '';
    case 'broadcast':
      return `@${part.range}`;
    case 'link':
      return part.text ?? part.url;
    default:
      return '';
  }
}

function split(text: string): string[] {
  return text.split('\n').map(plain);
}
