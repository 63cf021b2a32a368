// Text objects, options, confirmation dialogs: the small parts that blocks and elements share.
import {
  all,
  anyOf,
  type Check,
  flag,
  isShape,
  list,
  object,
  oneOf,
  optional,
  report,
  text,
  url,
  variant,
} from './checks.ts';

const literal = (name: string): Check => oneOf(name);

export function plainText(max: number, min = 1): Check {
  return variant({
    plain_text: object({ type: literal('plain_text'), text: text(min, max), emoji: optional(flag) }),
  });
}

export function anyText(max: number): Check {
  return variant({
    plain_text: object({ type: literal('plain_text'), text: text(1, max), emoji: optional(flag) }),
    mrkdwn: object({ type: literal('mrkdwn'), text: text(1, max), verbatim: optional(flag) }),
  });
}

export function mrkdwnText(max: number): Check {
  return variant({ mrkdwn: object({ type: literal('mrkdwn'), text: text(1, max), verbatim: optional(flag) }) });
}

const colorScheme = oneOf('primary', 'danger');

export const confirm = object({
  title: optional(plainText(100)),
  text: anyText(300),
  confirm: optional(plainText(30)),
  deny: optional(plainText(30)),
  style: optional(colorScheme),
});

function optionWith(label: Check): Check {
  return object({
    text: label,
    value: optional(text(1, 150)),
    description: optional(plainText(75)),
    url: optional(url(3000)),
  });
}

export const plainOption = optionWith(plainText(75));
export const option = optionWith(anyText(75));
export const optionGroup = object({ label: plainText(75), options: list(plainOption, 1, 100) });

export const focusable = { focus_on_load: optional(flag) };
export const dispatchable = {
  dispatch_action_config: optional(
    object({ trigger_actions_on: list(oneOf('on_enter_pressed', 'on_character_entered'), 1, 2) }),
  ),
};
export const placeholder = { placeholder: optional(plainText(150)) };
export const styled = { style: optional(colorScheme) };
export const conversationFilter = object({
  include: optional(list(oneOf('im', 'mpim', 'private', 'public'), 1, 4)),
  exclude_external_shared_channels: optional(flag),
  exclude_bot_users: optional(flag),
});

const slackFile = all(object({ id: optional(text(1, 255)), url: optional(url(3000)) }), anyOf('id', 'url'));

export function image(extra: Readonly<Record<string, Check | { readonly optional: Check }>>): Check {
  return all(
    object({
      type: literal('image'),
      alt_text: text(1, 2000),
      image_url: optional(url(3000)),
      slack_file: optional(slackFile),
      ...extra,
    }),
    anyOf('image_url', 'slack_file'),
  );
}

export const imageElement = image({});

/** A select has options or groups of options, never both. */
export const optionsOrGroups: Check = (value, place) => {
  anyOf('options', 'option_groups')(value, place);
  if (isShape(value) && value.options && value.option_groups) {
    report(place, 'additional_property', 'invalid additional property: option_groups');
  }
};
