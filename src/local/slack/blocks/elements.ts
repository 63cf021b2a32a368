// Every interactive element: buttons, selects, pickers and inputs.
import { all, type Check, flag, integer, list, object, oneOf, optional, text, url } from './checks.ts';
import { ID_LENGTH } from './limits.ts';
import { richText } from './rich-text.ts';
import {
  confirm,
  conversationFilter,
  dispatchable,
  focusable,
  option,
  optionGroup,
  optionsOrGroups,
  placeholder,
  plainOption,
  plainText,
  styled,
} from './text-objects.ts';

const actionable = { action_id: optional(text(1, ID_LENGTH)) };
const confirmable = { confirm: optional(confirm) };
const id = text(1, ID_LENGTH);
const ids = list(id, 0, 1000);

function element(type: string, fields: Parameters<typeof object>[0]): Check {
  return object({ type: oneOf(type), ...actionable, ...fields });
}

const staticOptions = {
  options: optional(list(plainOption, 1, 100)),
  option_groups: optional(list(optionGroup, 1, 100)),
};
const choice = { ...confirmable, ...focusable, ...placeholder };
const several = { ...choice, max_selected_items: optional(integer(1, 1000)) };

export const buttons: Readonly<Record<string, Check>> = {
  button: element('button', {
    ...confirmable,
    ...styled,
    text: plainText(75),
    value: optional(text(0, 2000)),
    url: optional(url(3000)),
    accessibility_label: optional(text(1, 75)),
    visible_to_user_ids: optional(ids),
  }),
  workflow_button: element('workflow_button', {
    ...confirmable,
    ...styled,
    text: plainText(75),
    workflow: object({
      trigger: object({
        url: url(3000),
        customizable_input_parameters: optional(list(object({ name: text(1, 255), value: text(0, 3000) }), 0, 100)),
      }),
    }),
    accessibility_label: optional(text(1, 75)),
  }),
};

export const menus: Readonly<Record<string, Check>> = {
  overflow: element('overflow', { ...confirmable, options: list(plainOption, 1, 5) }),
  static_select: all(
    element('static_select', { ...choice, ...staticOptions, initial_option: optional(plainOption) }),
    optionsOrGroups,
  ),
  multi_static_select: all(
    element('multi_static_select', {
      ...several,
      ...staticOptions,
      initial_options: optional(list(plainOption, 1, 100)),
    }),
    optionsOrGroups,
  ),
  users_select: element('users_select', { ...choice, initial_user: optional(id) }),
  multi_users_select: element('multi_users_select', { ...several, initial_users: optional(ids) }),
  channels_select: element('channels_select', {
    ...choice,
    initial_channel: optional(id),
    response_url_enabled: optional(flag),
  }),
  multi_channels_select: element('multi_channels_select', { ...several, initial_channels: optional(ids) }),
  conversations_select: element('conversations_select', {
    ...choice,
    initial_conversation: optional(id),
    default_to_current_conversation: optional(flag),
    response_url_enabled: optional(flag),
    filter: optional(conversationFilter),
  }),
  multi_conversations_select: element('multi_conversations_select', {
    ...several,
    initial_conversations: optional(ids),
    default_to_current_conversation: optional(flag),
    filter: optional(conversationFilter),
  }),
  external_select: element('external_select', {
    ...choice,
    initial_option: optional(plainOption),
    min_query_length: optional(integer(0, 255)),
  }),
  multi_external_select: element('multi_external_select', {
    ...several,
    initial_options: optional(list(plainOption, 1, 100)),
    min_query_length: optional(integer(0, 255)),
  }),
};

const options = list(option, 1, 10);

export const pickers: Readonly<Record<string, Check>> = {
  checkboxes: element('checkboxes', {
    ...confirmable,
    ...focusable,
    options,
    initial_options: optional(options),
  }),
  radio_buttons: element('radio_buttons', { ...confirmable, ...focusable, options, initial_option: optional(option) }),
  datepicker: element('datepicker', { ...choice, initial_date: optional(text(10, 10)) }),
  timepicker: element('timepicker', {
    ...choice,
    initial_time: optional(text(5, 5)),
    timezone: optional(text(1, 100)),
  }),
  datetimepicker: element('datetimepicker', {
    ...confirmable,
    ...focusable,
    initial_date_time: optional(integer(0, 9_999_999_999)),
  }),
};

const typed = { ...dispatchable, ...focusable, ...placeholder };

export const inputs: Readonly<Record<string, Check>> = {
  plain_text_input: element('plain_text_input', {
    ...typed,
    initial_value: optional(text(0, 3000)),
    multiline: optional(flag),
    min_length: optional(integer(0, 3000)),
    max_length: optional(integer(1, 3000)),
  }),
  email_text_input: element('email_text_input', { ...typed, initial_value: optional(text(0, 3000)) }),
  url_text_input: element('url_text_input', { ...typed, initial_value: optional(text(0, 3000)) }),
  number_input: element('number_input', {
    ...typed,
    is_decimal_allowed: flag,
    initial_value: optional(text(0, 255)),
    min_value: optional(text(0, 255)),
    max_value: optional(text(0, 255)),
  }),
  rich_text_input: element('rich_text_input', {
    ...typed,
    initial_value: optional(richText),
    min_lines: optional(integer(1, 100)),
    max_lines: optional(integer(1, 100)),
  }),
  file_input: element('file_input', {
    filetypes: optional(list(text(1, 50), 1, 100)),
    max_files: optional(integer(1, 10)),
  }),
};

export const iconButton = element('icon_button', {
  ...confirmable,
  icon: oneOf('trash'),
  text: plainText(75),
  value: optional(text(0, 2000)),
  accessibility_label: optional(text(1, 75)),
  visible_to_user_ids: optional(ids),
});

const feedback = object({
  text: plainText(75),
  value: text(0, 2000),
  accessibility_label: optional(text(1, 75)),
});

export const feedbackButtons = element('feedback_buttons', { positive_button: feedback, negative_button: feedback });
