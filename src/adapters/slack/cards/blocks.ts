// The few Block Kit shapes that our cards are made of. Text that is not ours goes into rich text or emoji-free plain text.
import type {
  ActionsBlock,
  Button,
  ConfirmationDialog,
  ContextBlock,
  DividerBlock,
  HeaderBlock,
  KnownBlock,
  PlainTextElement,
  RichTextBlock,
  RichTextBlockElement,
  RichTextElement,
  RichTextSection,
} from '@slack/types';

export type { KnownBlock, RichTextBlockElement, RichTextElement };

export type Style = { readonly bold?: true; readonly italic?: true; readonly code?: true };

export function plain(text: string): PlainTextElement {
  return { type: 'plain_text', text, emoji: false };
}

export function header(text: string): HeaderBlock {
  return { type: 'header', text: plain(text) };
}

export function words(text: string, style?: Style): RichTextElement {
  return style === undefined ? { type: 'text', text } : { type: 'text', text, style: { ...style } };
}

export function section(...elements: RichTextElement[]): RichTextSection {
  return { type: 'rich_text_section', elements };
}

export function quote(...elements: RichTextElement[]): RichTextBlockElement {
  return { type: 'rich_text_quote', elements };
}

export function preformatted(text: string): RichTextBlockElement {
  return { type: 'rich_text_preformatted', elements: [{ type: 'text', text }] };
}

export function richText(...elements: RichTextBlockElement[]): RichTextBlock {
  return { type: 'rich_text', elements };
}

/** A moment in the zone of whoever looks at it. Words before it stand in its own format: "today" is not a beginning then. */
export function moment(iso: string, before = ''): RichTextElement {
  const timestamp = Math.floor(Date.parse(iso) / 1_000);
  const format = `${before}{date_short_pretty} at {time}`;
  return { type: 'date', timestamp, format, fallback: `${before}${utc(iso)}` };
}

/** The same moment where Slack shows no date tokens. */
export function utc(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

export function context(text: string): ContextBlock {
  return { type: 'context', elements: [plain(text)] };
}

/** The buttons that stand elsewhere than in the row of a card. The compiler holds it against what a click leads to. */
export type PlacedName =
  | 'close_review'
  | 'revoke_standing'
  | 'page_next'
  | 'page_back'
  | 'home_next'
  | 'home_back'
  | 'link_account'
  | 'unlink_account'
  | 'remind'
  | 'cancel_own';

export type ButtonOptions<Name extends string> = {
  readonly label: string;
  readonly click: Name;
  readonly value: string;
  readonly style?: 'primary' | 'danger';
  /** For screen readers: what exactly is decided. */
  readonly spoken?: string;
  /** Asked once more before it counts. */
  readonly confirm?: ConfirmationDialog;
};

export function button(options: ButtonOptions<PlacedName>): Button {
  return pressable(options);
}

/** Any button; those of a card's row come from their files. */
export function pressable({ label, click, value, style, spoken, confirm }: ButtonOptions<string>): Button {
  return {
    type: 'button',
    action_id: click,
    text: plain(label),
    value,
    ...(style === undefined ? {} : { style }),
    ...(spoken === undefined ? {} : { accessibility_label: spoken }),
    ...(confirm === undefined ? {} : { confirm }),
  };
}

export function divider(): DividerBlock {
  return { type: 'divider' };
}

export function buttons(...elements: ActionsBlock['elements']): ActionsBlock {
  return { type: 'actions', elements };
}

/** Elements with a separator between them. */
export function joined(parts: readonly (readonly RichTextElement[])[], separator: string): RichTextElement[] {
  return parts.flatMap((part, i) => (i === 0 ? [...part] : [words(separator), ...part]));
}
