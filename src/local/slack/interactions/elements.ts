// Finds what a person can press or fill in, and says what Slack reports about it.
import type { Block, View } from '../entities.ts';
import type { Wire } from '../wire.ts';

export type Element = {
  readonly type: string;
  readonly action_id: string;
  readonly block_id: string;
  readonly field: Wire;
  /** The input block around it, if there is one. */
  readonly input?: Wire;
};

export type Values = Readonly<Record<string, string | readonly string[]>>;

function isRecord(value: unknown): value is Wire {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function candidates(block: Block): readonly unknown[] {
  const list = (key: string): readonly unknown[] => (Array.isArray(block[key]) ? block[key] : []);
  return [block.element, block.accessory, ...list('elements'), ...list('actions')];
}

function nested(block: Block): readonly Block[] {
  const children = Array.isArray(block.child_blocks) ? (block.child_blocks as readonly Block[]) : [];
  const cards = block.type === 'carousel' && Array.isArray(block.elements) ? (block.elements as readonly Block[]) : [];
  return [block, ...[...children, ...cards].flatMap(nested)];
}

export function elementsIn(blocks: readonly Block[]): readonly Element[] {
  return blocks.flatMap(nested).flatMap(block =>
    candidates(block).flatMap(field => {
      if (!isRecord(field) || typeof field.action_id !== 'string' || typeof field.type !== 'string') return [];
      const { type, action_id } = field as { type: string; action_id: string };
      const element = { type, action_id, block_id: block.block_id ?? '', field };
      return [block.type === 'input' ? { ...element, input: block } : element];
    }),
  );
}

/** `action_id`, or `block_id/action_id` where several blocks use the same one. */
export function pickElement(blocks: readonly Block[], wanted: string, where: string): Element {
  const all = elementsIn(blocks);
  const found = all.filter(one => one.action_id === wanted || `${one.block_id}/${one.action_id}` === wanted);
  const [first] = found;
  const known = all.map(one => `${one.block_id}/${one.action_id}`).join(', ') || 'nothing to press';
  if (!first) throw new Error(`There is no "${wanted}" on ${where}. It has: ${known}.`);
  if (found.length > 1)
    throw new Error(`"${wanted}" is there ${found.length} times on ${where}; say which of: ${known}.`);
  return first;
}

function optionsOf(field: Wire): readonly Wire[] {
  const groups = Array.isArray(field.option_groups) ? field.option_groups.filter(isRecord) : [];
  const nestedOptions = groups.flatMap(group => (Array.isArray(group.options) ? group.options : []));
  const own = Array.isArray(field.options) ? field.options : [];
  return [...own, ...nestedOptions].filter(isRecord);
}

function chosen(field: Wire, values: readonly string[]): readonly Wire[] {
  return values.map(value => {
    const option = optionsOf(field).find(one => one.value === value);
    if (!option) throw new Error(`There is no option "${value}" in "${String(field.action_id)}".`);
    return option;
  });
}

/** What `state.values` (and an action) says about an element with this value, or with its initial one. */
export function stateOf(element: Element, given: string | readonly string[] | undefined): Wire {
  const { type, field } = element;
  const list = given === undefined || given === '' ? [] : typeof given === 'string' ? [given] : given;
  const one = given === undefined ? undefined : (list[0] ?? null);
  const or = (initial: string): unknown => (one === undefined ? (field[initial] ?? null) : one);
  switch (type) {
    case 'static_select':
    case 'external_select':
    case 'radio_buttons':
    case 'overflow': {
      const option = given === undefined ? (field.initial_option ?? null) : (chosen(field, list)[0] ?? null);
      return { type, selected_option: option };
    }
    case 'checkboxes':
    case 'multi_static_select':
    case 'multi_external_select': {
      return { type, selected_options: given === undefined ? (field.initial_options ?? []) : chosen(field, list) };
    }
    case 'datepicker':
      return { type, selected_date: or('initial_date') };
    case 'timepicker':
      return { type, selected_time: or('initial_time') };
    case 'datetimepicker': {
      const at = or('initial_date_time');
      return { type, selected_date_time: at === null ? null : Number(at) };
    }
    case 'users_select':
      return { type, selected_user: or('initial_user') };
    case 'conversations_select':
      return { type, selected_conversation: or('initial_conversation') };
    case 'channels_select':
      return { type, selected_channel: or('initial_channel') };
    case 'multi_users_select':
      return { type, selected_users: given === undefined ? (field.initial_users ?? []) : list };
    case 'multi_conversations_select':
      return { type, selected_conversations: given === undefined ? (field.initial_conversations ?? []) : list };
    case 'multi_channels_select':
      return { type, selected_channels: given === undefined ? (field.initial_channels ?? []) : list };
    case 'rich_text_input':
      return { type, rich_text_value: richTextOf(one) ?? field.initial_value ?? null };
    default:
      return { type, value: or('initial_value') };
  }
}

function richTextOf(text: string | null | undefined): Wire | undefined {
  if (text === undefined || text === null) return undefined;
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }] };
}

const STATELESS = new Set(['button', 'workflow_button', 'overflow', 'icon_button', 'feedback_buttons']);

export function valueFor(element: Element, values: Values): string | readonly string[] | undefined {
  return values[`${element.block_id}/${element.action_id}`] ?? values[element.action_id] ?? values[element.block_id];
}

/** `state.values`: block_id → action_id → what is entered. */
export function stateValues(blocks: readonly Block[], values: Values): Wire {
  const state: Record<string, Record<string, unknown>> = {};
  for (const element of elementsIn(blocks)) {
    if (STATELESS.has(element.type)) continue;
    state[element.block_id] = {
      ...state[element.block_id],
      [element.action_id]: stateOf(element, valueFor(element, values)),
    };
  }
  return state;
}

/** What Slack's own client refuses before anything is sent. */
export function clientErrors(view: View, values: Values): Readonly<Record<string, string>> {
  const errors: Record<string, string> = {};
  for (const element of elementsIn(view.blocks)) {
    if (!element.input) continue;
    const { type: _type, ...state } = stateOf(element, valueFor(element, values));
    const entered = Object.values(state)[0];
    const isEmpty = entered === null || entered === '' || (Array.isArray(entered) && entered.length === 0);
    const { min_length, max_length } = element.field;
    if (isEmpty && element.input.optional !== true) errors[element.block_id] = 'Please complete this required field.';
    if (isEmpty || typeof entered !== 'string') continue;
    if (typeof min_length === 'number' && entered.length < min_length) {
      errors[element.block_id] = `Your response must be at least ${min_length} characters long.`;
    }
    if (typeof max_length === 'number' && entered.length > max_length) {
      errors[element.block_id] = `Your response must be ${max_length} characters or fewer.`;
    }
  }
  return errors;
}
