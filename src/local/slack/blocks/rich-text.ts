// rich_text blocks: sections, lists, quotes and preformatted text, none of which is parsed as mrkdwn.
import { type Check, flag, integer, list, object, oneOf, only, optional, text, url, variant } from './checks.ts';
import { ID_LENGTH } from './limits.ts';

const style = {
  style: optional(
    object({
      bold: optional(flag),
      italic: optional(flag),
      strike: optional(flag),
      code: optional(flag),
      underline: optional(flag),
      highlight: optional(flag),
      client_highlight: optional(flag),
      unlink: optional(flag),
    }),
  ),
};

function inline(type: string, fields: Parameters<typeof object>[0]): Check {
  return object({ type: oneOf(type), ...style, ...fields });
}

const id = text(1, ID_LENGTH);

const inlines: Readonly<Record<string, Check>> = {
  text: inline('text', { text: text(1, 12_000) }),
  link: inline('link', { url: url(3000), text: optional(text(0, 12_000)), unsafe: optional(flag) }),
  emoji: inline('emoji', {
    name: text(1, 100),
    unicode: optional(text(1, 100)),
    skin_tone: optional(integer(1, 6)),
    url: optional(url(3000)),
  }),
  user: inline('user', { user_id: id }),
  usergroup: inline('usergroup', { usergroup_id: id }),
  channel: inline('channel', { channel_id: id }),
  team: inline('team', { team_id: id }),
  broadcast: inline('broadcast', { range: oneOf('here', 'channel', 'everyone') }),
  color: inline('color', { value: text(1, 20) }),
  date: inline('date', {
    timestamp: integer(0, 9_999_999_999),
    format: text(1, 255),
    url: optional(url(3000)),
    fallback: optional(text(0, 3000)),
  }),
};

const border = { border: optional(integer(0, 1)) };
const anyInlines = list(variant(inlines), 0, 1000);
const section = object({ type: oneOf('rich_text_section'), elements: anyInlines });

const sections: Readonly<Record<string, Check>> = {
  rich_text_section: section,
  rich_text_list: object({
    type: oneOf('rich_text_list'),
    style: oneOf('bullet', 'ordered'),
    elements: list(variant({ rich_text_section: section }), 1, 1000),
    indent: optional(integer(0, 8)),
    offset: optional(integer(0, 100_000)),
    ...border,
  }),
  rich_text_quote: object({ type: oneOf('rich_text_quote'), elements: anyInlines, ...border }),
  rich_text_preformatted: object({
    type: oneOf('rich_text_preformatted'),
    elements: list(variant(only(inlines, 'text', 'link')), 0, 1000),
    language: optional(text(1, 100)),
    ...border,
  }),
};

export const richText: Check = variant({
  rich_text: object({
    type: oneOf('rich_text'),
    block_id: optional(text(1, ID_LENGTH)),
    elements: list(variant(sections), 1, 1000),
  }),
});
