// Helpers for whoever reads messages and views: what they say, and what can be pressed.
import type { Block, Ephemeral, Message, View } from './entities.ts';
import { elementsIn } from './interactions/elements.ts';

export type Button = {
  readonly action_id: string;
  readonly block_id: string;
  readonly text: string;
  readonly value?: string;
  readonly style?: string;
};

type Readable = Message | Ephemeral | View;

function blocksOf(where: Readable): readonly Block[] {
  const attached = 'attachments' in where ? where.attachments.flatMap(one => one.blocks ?? []) : [];
  return [...where.blocks, ...attached];
}

/** Every button there is, in the order a reader meets them. */
export function buttonsOf(where: Readable): readonly Button[] {
  return elementsIn(blocksOf(where))
    .filter(element => element.type === 'button')
    .map(({ action_id, block_id, field }) => {
      const { text, value, style } = field as { text?: { text?: string }; value?: string; style?: string };
      return {
        action_id,
        block_id,
        text: text?.text ?? '',
        ...(value === undefined ? {} : { value }),
        ...(style === undefined ? {} : { style }),
      };
    });
}

/** All text a reader sees in the blocks (or the plain text where there are none), one piece a line. */
export function visibleText(where: Readable): string {
  const pieces = collect(blocksOf(where));
  if (pieces.length > 0) return pieces.join('\n');
  return 'text' in where ? where.text : '';
}

function collect(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(collect);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'text' && typeof inner === 'string') return [inner];
    if (key === 'user_id' && typeof inner === 'string') return [`<@${inner}>`];
    return collect(inner);
  });
}
