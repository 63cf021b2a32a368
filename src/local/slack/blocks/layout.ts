// Every block and where it may stand: messages, modals, Home tabs.
import {
  all,
  anyOf,
  type Check,
  flag,
  integer,
  list,
  number,
  object,
  oneOf,
  only,
  optional,
  text,
  url,
  variant,
  without,
} from './checks.ts';
import { buttons, feedbackButtons, iconButton, inputs, menus, pickers } from './elements.ts';
import { ID_LENGTH, MESSAGE_TEXT_LIMITS } from './limits.ts';
import { richText } from './rich-text.ts';
import { anyText, image, imageElement, mrkdwnText, plainText } from './text-objects.ts';

type Kinds = Readonly<Record<string, Check>>;

function block(type: string, fields: Parameters<typeof object>[0]): Check {
  return object({ type: oneOf(type), block_id: optional(text(1, ID_LENGTH)), ...fields });
}

const actionElements = variant({ ...buttons, ...menus, ...pickers, ...only(inputs, 'rich_text_input') });
const accessories = variant({ ...buttons, ...menus, ...pickers, image: imageElement });
const contextElements = variant({ image: imageElement, plain_text: anyText(3000), mrkdwn: anyText(3000) });
const inputElements = variant({ ...without(menus, 'overflow'), ...pickers, ...inputs });

const video = block('video', {
  video_url: url(3000),
  thumbnail_url: url(3000),
  alt_text: text(1, 2000),
  title: plainText(200),
  title_url: optional(url(3000)),
  author_name: optional(text(1, 50)),
  provider_name: optional(text(1, 50)),
  provider_icon_url: optional(url(3000)),
  description: optional(plainText(200)),
});

const everywhere: Kinds = {
  actions: block('actions', { elements: list(actionElements, 1, 25) }),
  context: block('context', { elements: list(contextElements, 1, 10) }),
  divider: block('divider', {}),
  header: block('header', { text: plainText(150) }),
  image: image({ block_id: optional(text(1, ID_LENGTH)), title: optional(plainText(2000)) }),
  input: block('input', {
    label: plainText(2000),
    hint: optional(plainText(2000)),
    optional: optional(flag),
    dispatch_action: optional(flag),
    element: inputElements,
  }),
  rich_text: richText,
  section: all(
    block('section', {
      text: optional(anyText(3000)),
      fields: optional(list(anyText(2000), 1, 10)),
      accessory: optional(accessories),
      expand: optional(flag),
    }),
    anyOf('text', 'fields'),
  ),
  video,
};

const cell = variant({
  rich_text: richText,
  raw_text: object({ type: oneOf('raw_text'), text: text(0, 3000) }),
  raw_number: object({ type: oneOf('raw_number'), value: number, text: text(0, 3000) }),
});

const card = block('card', {
  hero_image: optional(imageElement),
  icon: optional(imageElement),
  title: optional(mrkdwnText(150)),
  subtitle: optional(mrkdwnText(150)),
  body: optional(mrkdwnText(200)),
  actions: optional(list(variant(only(buttons, 'button')), 1, 3)),
});

const table = block('table', {
  rows: list(list(cell, 1, 20), 1, 100),
  column_settings: optional(
    list(object({ align: optional(oneOf('left', 'center', 'right')), is_wrapped: optional(flag) }), 0, 20),
  ),
});

const source = object({ type: oneOf('url'), url: url(3000), text: text(1, 3000) });
const taskCard = block('task_card', {
  task_id: text(1, ID_LENGTH),
  title: text(1, 3000),
  details: optional(richText),
  output: optional(richText),
  sources: optional(list(source, 0, 100)),
  status: oneOf('pending', 'in_progress', 'complete', 'error'),
});

const file = block('file', { source: oneOf('remote'), external_id: text(1, ID_LENGTH) });

const messagesOnly: Kinds = {
  card,
  carousel: block('carousel', { elements: list(variant({ card }), 1, 10) }),
  container: block('container', {
    title: optional(plainText(150)),
    rich_text_title: optional(richText),
    subtitle: optional(anyText(150)),
    child_blocks: list(variant({ ...everywhere, file, table }), 1, 10),
    width: optional(oneOf('narrow', 'standard', 'wide', 'full')),
    icon: optional(imageElement),
    is_collapsible: optional(flag),
    default_collapsed: optional(flag),
    has_header_divider: optional(flag),
  }),
  context_actions: block('context_actions', {
    elements: list(variant({ icon_button: iconButton, feedback_buttons: feedbackButtons }), 1, 5),
  }),
  data_table: block('data_table', {
    rows: list(list(cell, 1, 20), 2, 201),
    caption: text(1, 255),
    page_size: optional(integer(1, 100)),
    row_header_column_index: optional(integer(0, 19)),
  }),
  file,
  markdown: block('markdown', { text: text(1, MESSAGE_TEXT_LIMITS.markdown) }),
  plan: block('plan', { title: text(1, 3000), tasks: optional(list(taskCard, 0, 100)) }),
  table,
  task_card: taskCard,
};

const alert = block('alert', {
  text: anyText(200),
  level: optional(oneOf('default', 'info', 'warning', 'error', 'success')),
});

export const layout = {
  message: variant({ ...everywhere, ...messagesOnly }),
  modal: variant({ ...everywhere, alert }),
  home: variant(everywhere),
} as const satisfies Readonly<Record<string, Check>>;
