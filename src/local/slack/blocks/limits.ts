// Slack's numbers, in one place. Characters unless the name says otherwise.

export const MESSAGE_BLOCKS = 50;
export const VIEW_BLOCKS = 100;
export const ID_LENGTH = 255;

export const MESSAGE_TEXT_LIMITS = {
  post: 40_000,
  /** Shorter than what may be posted: Slack answers `msg_too_long`. */
  update: 4_000,
  /** Undocumented; the number Slack's staff gave for the sum of all text in blocks. */
  allBlocks: 13_200,
  markdown: 12_000,
  attachments: 100,
} as const;

export const VIEW_LIMITS = { bytes: 250_000, title: 24, privateMetadata: 3_000 } as const;

/** The sum of everything a reader would see as text. */
export function visibleTextLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + visibleTextLength(item), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, inner]) =>
      sum + (key === 'text' && typeof inner === 'string' ? inner.length : visibleTextLength(inner)),
    0,
  );
}
