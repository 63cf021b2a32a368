// Draws what can be filled in: text, choices, dates, people and channels.
import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { Text, type TextObject } from './text.ts';
import { useWorld } from './world.ts';

type Choice = { readonly text?: TextObject; readonly value?: string; readonly description?: TextObject };

export type FieldElement = {
  readonly type: string;
  readonly action_id?: string;
  readonly placeholder?: TextObject;
  readonly multiline?: boolean;
  readonly max_length?: number;
  readonly min_length?: number;
  readonly initial_value?: string;
  readonly initial_option?: Choice;
  readonly initial_options?: readonly Choice[];
  readonly initial_date?: string;
  readonly initial_time?: string;
  readonly initial_user?: string;
  readonly initial_channel?: string;
  readonly initial_conversation?: string;
  readonly options?: readonly Choice[];
  readonly option_groups?: readonly { readonly label?: TextObject; readonly options?: readonly Choice[] }[];
  readonly focus_on_load?: boolean;
};

export type FieldProps = {
  readonly element: FieldElement;
  readonly label: string;
  readonly value: string | readonly string[] | undefined;
  readonly onEnter: (value: string | readonly string[]) => void;
  readonly isCompact?: boolean;
  readonly describedBy?: string;
};

const INPUT_TYPES: Readonly<Record<string, string>> = {
  plain_text_input: 'text',
  email_text_input: 'email',
  url_text_input: 'url',
  number_input: 'number',
  datepicker: 'date',
  timepicker: 'time',
};

const textOf = (event: Event): string => (event.target as HTMLInputElement).value;

export function Field(props: FieldProps): VNode {
  const { element, value, onEnter, label, describedBy } = props;
  const first = typeof value === 'string' ? value : value?.[0];
  const type = INPUT_TYPES[element.type];
  const shared = { 'aria-label': label, 'aria-describedby': describedBy, placeholder: element.placeholder?.text };
  if (element.multiline || element.type === 'rich_text_input') {
    return html`<textarea class="field" rows="4" autofocus=${element.focus_on_load} ...${shared}
      onInput=${(event: Event) => onEnter(textOf(event))}>${first ?? element.initial_value ?? ''}</textarea>`;
  }
  if (type) {
    const initial = element.initial_value ?? element.initial_date ?? element.initial_time ?? '';
    return html`<input class=${`field ${props.isCompact ? 'field-compact' : ''}`} type=${type} value=${first ?? initial} autofocus=${element.focus_on_load}
      ...${shared} onInput=${(event: Event) => onEnter(textOf(event))} />`;
  }
  if (element.type === 'checkboxes' || element.type === 'radio_buttons') return html`<${Choices} ...${props} />`;
  return html`<${Select} ...${props} />`;
}

function Choices({ element, value, onEnter, label }: FieldProps): VNode {
  const isMany = element.type === 'checkboxes';
  const initial = isMany ? (element.initial_options ?? []) : element.initial_option ? [element.initial_option] : [];
  const chosen =
    value === undefined ? initial.map(one => one.value ?? '') : typeof value === 'string' ? [value] : value;
  const toggle = (option: string): void => {
    if (!isMany) onEnter(option);
    else onEnter(chosen.includes(option) ? chosen.filter(one => one !== option) : [...chosen, option]);
  };
  return html`<div class="choices" role=${isMany ? 'group' : 'radiogroup'} aria-label=${label}>
    ${(element.options ?? []).map(
      option => html`<label class="choice" key=${option.value}>
        <input type=${isMany ? 'checkbox' : 'radio'} checked=${chosen.includes(option.value ?? '')}
          onChange=${() => toggle(option.value ?? '')} />
        <span><${Text} of=${option.text} />${
          option.description ? html`<small><${Text} of=${option.description} /></small>` : null
        }</span>
      </label>`,
    )}
  </div>`;
}

type Entry = readonly [string, string];

function useEntries(element: FieldElement): readonly { readonly label?: string; readonly entries: readonly Entry[] }[] {
  const { snapshot } = useWorld();
  const ofChoices = (choices: readonly Choice[]): readonly Entry[] =>
    choices.map(choice => [choice.value ?? '', choice.text?.text ?? '']);
  if (element.type.includes('users_select')) {
    const people = Object.values(snapshot.users).filter(user => !user.deleted && !user.is_bot);
    return [{ entries: people.map(user => [user.id, user.real_name]) }];
  }
  if (element.type.includes('channels_select') || element.type.includes('conversations_select')) {
    return [{ entries: Object.entries(snapshot.channelNames).map(([id, name]) => [id, `#${name}`]) }];
  }
  const groups = (element.option_groups ?? []).map(group => ({
    label: group.label?.text ?? '',
    entries: ofChoices(group.options ?? []),
  }));
  return [{ entries: ofChoices(element.options ?? []) }, ...groups];
}

function Select({ element, value, onEnter, label, isCompact }: FieldProps): VNode {
  const groups = useEntries(element);
  const initial =
    element.initial_option?.value ?? element.initial_user ?? element.initial_channel ?? element.initial_conversation;
  const isMany = element.type.startsWith('multi_');
  const chosen = value ?? (isMany ? (element.initial_options ?? []).map(one => one.value ?? '') : (initial ?? ''));
  const onChange = (event: Event): void => {
    const select = event.target as HTMLSelectElement;
    onEnter(isMany ? [...select.selectedOptions].map(option => option.value) : select.value);
  };
  const isOverflow = element.type === 'overflow';
  return html`<select class=${`field ${isCompact ? 'field-compact' : ''} ${isOverflow ? 'overflow' : ''}`}
      aria-label=${isOverflow ? 'More actions' : label} multiple=${isMany} onChange=${onChange}>
    ${isMany ? null : html`<option value="" disabled=${initial !== undefined} selected=${chosen === ''}>${isOverflow ? '···' : (element.placeholder?.text ?? 'Choose an option')}</option>`}
    ${groups.map(group =>
      group.label
        ? html`<optgroup key=${group.label} label=${group.label}>${group.entries.map(entry => drawOption(entry, chosen))}</optgroup>`
        : group.entries.map(entry => drawOption(entry, chosen)),
    )}
  </select>`;
}

function drawOption([value, text]: Entry, chosen: string | readonly string[]): VNode {
  const isSelected = typeof chosen === 'string' ? chosen === value : chosen.includes(value);
  return html`<option key=${value} value=${value} selected=${isSelected}>${text}</option>`;
}
