// Judges the blocks and attachments of a message as a whole.
import { below, isShape, list, type Place, report, type Surface } from './checks.ts';
import { layout } from './layout.ts';
import { MESSAGE_BLOCKS, MESSAGE_TEXT_LIMITS, VIEW_BLOCKS, visibleTextLength } from './limits.ts';
import type { Problem } from './problems.ts';

const TABLE_TEXT = { table: 10_000, data_table: 20_000 } as const;

export function checkBlocks(blocks: unknown, place: Place): void {
  const most = place.surface === 'message' ? MESSAGE_BLOCKS : VIEW_BLOCKS;
  list(layout[place.surface], 0, most)(blocks, place);
  if (!Array.isArray(blocks)) return;
  checkIds(blocks, place);
  checkSums(blocks, place);
}

/** A block_id is unique among the blocks, an action_id inside its block. */
function checkIds(blocks: readonly unknown[], place: Place): void {
  const seen = new Set<unknown>();
  blocks.forEach((block, index) => {
    if (!isShape(block)) return;
    const id = block.block_id;
    if (id !== undefined && seen.has(id)) {
      report(below(below(place, index), 'block_id'), 'duplicate_id', `\`block_id\` already exists: ${String(id)}`);
    }
    seen.add(id);
    const elements = Array.isArray(block.elements) ? block.elements : [];
    const actions = new Set<unknown>();
    elements.forEach((element, at) => {
      const action = isShape(element) ? element.action_id : undefined;
      if (action === undefined) return;
      if (actions.has(action)) {
        const culprit = below(below(below(below(place, index), 'elements'), at), 'action_id');
        report(culprit, 'duplicate_id', `\`action_id\` already exists: ${String(action)}`);
      }
      actions.add(action);
    });
  });
}

function checkSums(blocks: readonly unknown[], place: Place): void {
  const ofType = (type: string) => blocks.filter(block => isShape(block) && block.type === type);
  if (visibleTextLength(ofType('markdown')) > MESSAGE_TEXT_LIMITS.markdown) {
    report(place, 'too_long', `must be less than ${MESSAGE_TEXT_LIMITS.markdown + 1} characters of markdown in all`);
  }
  for (const [type, most] of Object.entries(TABLE_TEXT)) {
    const tables = ofType(type);
    if (tables.length > 1) report(place, 'too_many_items', 'only_one_table_allowed');
    if (visibleTextLength(tables) > most) report(place, 'too_long', `must be less than ${most + 1} characters`);
  }
}

export function problemsOf(surface: Surface, pointer: string, check: (place: Place) => void): readonly Problem[] {
  const problems: Problem[] = [];
  check({ pointer, surface, problems });
  return problems;
}

export function validateMessageBlocks(blocks: unknown, pointer = '/blocks'): readonly Problem[] {
  return problemsOf('message', pointer, place => checkBlocks(blocks, place));
}

/** Legacy attachments are free in form; the blocks inside them are not. */
export function validateAttachments(attachments: readonly unknown[]): readonly Problem[] {
  return problemsOf('message', '/attachments', place => {
    attachments.forEach((attachment, index) => {
      const at = below(place, index);
      if (!isShape(attachment)) report(at, 'invalid_type', 'must provide an object');
      else if (attachment.blocks !== undefined) checkBlocks(attachment.blocks, below(at, 'blocks'));
    });
  });
}
