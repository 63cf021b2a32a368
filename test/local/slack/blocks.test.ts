// The validator, limit by limit: the last length that passes and the first that does not.
import { describe, expect, it } from 'vitest';
import { validateMessageBlocks } from '../../../src/local/slack/blocks/message.ts';
import { describeProblem } from '../../../src/local/slack/blocks/problems.ts';
import { validateView } from '../../../src/local/slack/blocks/view.ts';
import { button, mrkdwn, plain } from './support/api.ts';

const long = (length: number) => 'x'.repeat(length);
const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));
const section = (text: string) => ({ type: 'section', text: mrkdwn(text) });
const actions = (...elements: unknown[]) => ({ type: 'actions', elements });
const option = (text: string, value = 'v') => ({ text: plain(text), value });
const select = (options: unknown[], more = {}) => ({ type: 'static_select', action_id: 's', options, ...more });
const confirm = (more: Readonly<Record<string, unknown>>) => ({ text: plain('Sure?'), ...more });
const richText = (...elements: unknown[]) => ({ type: 'rich_text', elements });
const textInput = (more = {}) => ({ type: 'plain_text_input', action_id: 'i', ...more });
const input = (element: unknown, more = {}) => ({ type: 'input', label: plain('Label'), element, ...more });
const raw = (text: string) => ({ type: 'raw_text', text });
const card = (more: Readonly<Record<string, unknown>>) => ({ type: 'card', title: mrkdwn('t'), ...more });

function messagesOf(blocks: unknown): string[] {
  return validateMessageBlocks(blocks).map(describeProblem);
}

describe('limits: the last value that passes, the first that does not', () => {
  it.each<[string, (size: number) => unknown, number, string]>([
    ['blocks per message', n => times(n, () => ({ type: 'divider' })), 50, '/blocks'],
    ['section text', n => [section(long(n))], 3000, '/blocks/0/text/text'],
    ['section fields', n => [{ type: 'section', fields: times(n, () => mrkdwn('f')) }], 10, '/blocks/0/fields'],
    ['a section field', n => [{ type: 'section', fields: [mrkdwn(long(n))] }], 2000, '/blocks/0/fields/0/text'],
    ['header', n => [{ type: 'header', text: plain(long(n)) }], 150, '/blocks/0/text/text'],
    ['context elements', n => [{ type: 'context', elements: times(n, () => plain('c')) }], 10, '/blocks/0/elements'],
    ['action elements', n => [actions(...times(n, at => button(`b${at}`)))], 25, '/blocks/0/elements'],
    ['button text', n => [actions(button('b', { text: plain(long(n)) }))], 75, '/blocks/0/elements/0/text/text'],
    ['button value', n => [actions(button('b', { value: long(n) }))], 2000, '/blocks/0/elements/0/value'],
    ['button url', n => [actions(button('b', { url: `https://${long(n - 8)}` }))], 3000, '/blocks/0/elements/0/url'],
    [
      'accessibility label',
      n => [actions(button('b', { accessibility_label: long(n) }))],
      75,
      '/blocks/0/elements/0/accessibility_label',
    ],
    ['action_id', n => [actions(button(long(n), { text: plain('b') }))], 255, '/blocks/0/elements/0/action_id'],
    ['block_id', n => [{ ...section('s'), block_id: long(n) }], 255, '/blocks/0/block_id'],
    [
      'confirm title',
      n => [actions(button('b', { confirm: confirm({ title: plain(long(n)) }) }))],
      100,
      '/blocks/0/elements/0/confirm/title/text',
    ],
    [
      'confirm text',
      n => [actions(button('b', { confirm: confirm({ text: mrkdwn(long(n)) }) }))],
      300,
      '/blocks/0/elements/0/confirm/text/text',
    ],
    [
      'confirm button',
      n => [actions(button('b', { confirm: confirm({ confirm: plain(long(n)) }) }))],
      30,
      '/blocks/0/elements/0/confirm/confirm/text',
    ],
    ['option text', n => [actions(select([option(long(n))]))], 75, '/blocks/0/elements/0/options/0/text/text'],
    ['option value', n => [actions(select([option('o', long(n))]))], 150, '/blocks/0/elements/0/options/0/value'],
    ['select options', n => [actions(select(times(n, at => option(`${at}`))))], 100, '/blocks/0/elements/0/options'],
    [
      'overflow options',
      n => [actions({ type: 'overflow', action_id: 'o', options: times(n, at => option(`${at}`)) })],
      5,
      '/blocks/0/elements/0/options',
    ],
    [
      'checkboxes',
      n => [actions({ type: 'checkboxes', action_id: 'o', options: times(n, at => option(`${at}`)) })],
      10,
      '/blocks/0/elements/0/options',
    ],
    ['input label', n => [input(textInput(), { label: plain(long(n)) })], 2000, '/blocks/0/label/text'],
    ['input hint', n => [input(textInput(), { hint: plain(long(n)) })], 2000, '/blocks/0/hint/text'],
    [
      'placeholder',
      n => [input(textInput({ placeholder: plain(long(n)) }))],
      150,
      '/blocks/0/element/placeholder/text',
    ],
    ['input max_length', n => [input(textInput({ max_length: n }))], 3000, '/blocks/0/element/max_length'],
    [
      'image alt',
      n => [{ type: 'image', image_url: 'https://a.b/c.png', alt_text: long(n) }],
      2000,
      '/blocks/0/alt_text',
    ],
    ['markdown', n => [{ type: 'markdown', text: long(n) }], 12_000, '/blocks/0/text'],
    ['table rows', n => [{ type: 'table', rows: times(n, () => [raw('r')]) }], 100, '/blocks/0/rows'],
    ['table columns', n => [{ type: 'table', rows: [times(n, () => raw('r'))] }], 20, '/blocks/0/rows/0'],
    ['card title', n => [card({ title: mrkdwn(long(n)) })], 150, '/blocks/0/title/text'],
    ['card body', n => [card({ body: mrkdwn(long(n)) })], 200, '/blocks/0/body/text'],
    ['card buttons', n => [card({ actions: times(n, at => button(`b${at}`)) })], 3, '/blocks/0/actions'],
    ['carousel', n => [{ type: 'carousel', elements: times(n, () => card({})) }], 10, '/blocks/0/elements'],
  ])('%s', (_name, make, most, pointer) => {
    expect(messagesOf(make(most))).toEqual([]);
    const problems = validateMessageBlocks(make(most + 1));
    expect(problems.map(one => one.pointer)).toContain(pointer);
  });
});

describe('what Slack refuses by name', () => {
  it.each<[string, unknown, string]>([
    ['empty text', [section('')], '[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]'],
    ['a header in mrkdwn', [{ type: 'header', text: mrkdwn('*h*') }], 'unsupported type: mrkdwn'],
    ['a section with nothing', [{ type: 'section' }], 'missing required field: text or fields'],
    ['no type', [{ text: plain('x') }], '[ERROR] missing required field: type [json-pointer:/blocks/0]'],
    ['an unknown block', [{ type: 'sparkle' }], '[ERROR] unsupported type: sparkle [json-pointer:/blocks/0/type]'],
    ['an unknown field', [{ type: 'divider', colour: 'red' }], 'invalid additional property: colour'],
    ['an unknown style', [actions(button('b', { style: 'warning' }))], 'must be one of: primary, danger'],
    ['blocks that are no list', { type: 'divider' }, '[ERROR] must provide an array [json-pointer:/blocks]'],
    [
      'a block_id twice',
      [
        { ...section('a'), block_id: 'x' },
        { ...section('b'), block_id: 'x' },
      ],
      'already exists: x',
    ],
    ['an action_id twice in a block', [actions(button('b'), button('b'))], '`action_id` already exists: b'],
    ['two tables', times(2, () => ({ type: 'table', rows: [[raw('r')]] })), 'only_one_table_allowed'],
    ['an alert in a message', [{ type: 'alert', text: plain('a') }], 'unsupported type: alert'],
    [
      'emoji in mrkdwn',
      [{ type: 'section', text: { ...mrkdwn('m'), emoji: true } }],
      'invalid additional property: emoji',
    ],
    ['a select without options', [actions({ type: 'static_select', action_id: 's' })], 'options or option_groups'],
    ['a script as a link', [actions(button('b', { url: 'javascript:1' }))], 'must be a valid URL'],
    [
      'a mention inside preformatted text',
      [richText({ type: 'rich_text_preformatted', elements: [{ type: 'user', user_id: 'U1' }] })],
      'unsupported type: user',
    ],
    [
      'an empty rich text element',
      [richText({ type: 'rich_text_section', elements: [{ type: 'text', text: '' }] })],
      'must be more than 0 characters',
    ],
  ])('%s', (_name, blocks, message) => {
    expect(messagesOf(blocks)).toEqual([expect.stringContaining(message)]);
  });

  it('accepts every kind of rich text', () => {
    const inline = [
      { type: 'text', text: 'a', style: { bold: true, code: true } },
      { type: 'link', url: 'https://example.com', text: 'b' },
      { type: 'emoji', name: 'wave' },
      { type: 'user', user_id: 'U1' },
      { type: 'usergroup', usergroup_id: 'S1' },
      { type: 'channel', channel_id: 'C1' },
      { type: 'broadcast', range: 'here' },
      { type: 'date', timestamp: 1_700_000_000, format: '{date_short} {time}', fallback: 'then' },
    ];
    const part = { type: 'rich_text_section', elements: inline };
    const list = { type: 'rich_text_list', style: 'bullet', indent: 1, elements: [part] };
    const quote = { type: 'rich_text_quote', elements: inline };
    const code = { type: 'rich_text_preformatted', elements: [{ type: 'text', text: '{}' }], border: 0 };
    expect(messagesOf([richText(part, list, quote, code)])).toEqual([]);
  });
});

describe('views', () => {
  const modal = (more = {}) => ({ type: 'modal', title: plain('T'), blocks: [section('s')], ...more });
  const of = (view: unknown, type: 'modal' | 'home' = 'modal') => validateView(view, type).map(describeProblem);

  it.each<[string, (size: number) => unknown, number]>([
    ['title', n => modal({ title: plain(long(n)) }), 24],
    ['submit', n => modal({ submit: plain(long(n)) }), 24],
    ['close', n => modal({ close: plain(long(n)) }), 24],
    ['callback_id', n => modal({ callback_id: long(n) }), 255],
    ['private_metadata', n => modal({ private_metadata: long(n) }), 3000],
    ['blocks', n => modal({ blocks: times(n, () => ({ type: 'divider' })) }), 100],
    ['alert text', n => modal({ blocks: [{ type: 'alert', level: 'warning', text: plain(long(n)) }] }), 200],
  ])('%s', (_name, make, most) => {
    expect(of(make(most))).toEqual([]);
    expect(of(make(most + 1))).toHaveLength(1);
  });

  it.each<[string, unknown, 'modal' | 'home', string]>([
    [
      'an input needs a submit button',
      modal({ blocks: [input(textInput())] }),
      'modal',
      'must provide a submit button',
    ],
    [
      'a table is for messages',
      modal({ blocks: [{ type: 'table', rows: [[raw('r')]] }] }),
      'modal',
      'unsupported type: table',
    ],
    [
      'markdown is for messages',
      modal({ blocks: [{ type: 'markdown', text: 'm' }] }),
      'modal',
      'unsupported type: markdown',
    ],
    ['a Home tab has no title', { type: 'home', blocks: [], title: plain('T') }, 'home', 'additional property: title'],
    ['a modal is not a Home tab', modal(), 'home', 'must be one of: home'],
  ])('%s', (_name, view, type, message) => {
    expect(of(view, type).join()).toContain(message);
  });
});
