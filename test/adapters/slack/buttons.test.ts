// Buttons: a file each, from which what a click and a form lead to and the row of a card follow.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ButtonFile } from '../../../src/adapters/slack/button.ts';
import { CLICKS, rowOf, SUBMISSIONS } from '../../../src/adapters/slack/buttons.ts';
import { aRecord, wildRecord } from './records.ts';

const ROOM = join(import.meta.dirname, '../../../src/adapters/slack/buttons');
const files = readdirSync(ROOM);

describe('a button', () => {
  it.each(files)('%s is listed, with its form, and no name is listed twice', async file => {
    const buttons: ButtonFile<string>[] = Object.values(await import(join(ROOM, file)));
    expect(buttons.length).toBeGreaterThan(0);
    for (const { name, press, submit } of buttons) {
      expect(CLICKS.get(name)).toBe(press);
      expect(SUBMISSIONS.get(name)).toBe(submit);
    }
  });

  it.each(['approve', 'deny', 'review', 'standing', 'close_review', 'take_back'])('%s has a form', name => {
    expect(SUBMISSIONS.has(name)).toBe(true);
  });

  it('is on no card that it leads nowhere from', () => {
    fc.assert(
      fc.property(wildRecord, fc.boolean(), (record, isWhole) => {
        const names = rowOf(record, isWhole, '').map(({ action_id }) => action_id ?? '');
        expect(names).toContain('details');
        expect(names.filter(name => !CLICKS.has(name))).toEqual([]);
        expect(new Set(names).size).toBe(names.length);
        expect(names.includes('approve') && names.includes('review')).toBe(false);
      }),
    );
  });

  it('carries what all of its row carry, and leads somewhere', () => {
    const row = rowOf(aRecord(), true, 'the card');
    for (const element of row) {
      expect(CLICKS.has(element.action_id ?? '')).toBe(true);
      const carried =
        element.type === 'button' ? [element.value] : element.options.map(({ value }) => value?.split('.')[1]);
      expect(new Set(carried)).toEqual(new Set(['the card']));
    }
    expect(row.map(({ action_id }) => action_id)).toEqual(['approve', 'deny', 'details', 'more']);
    expect(rowOf(aRecord(), false, '').map(({ action_id }) => action_id)).toEqual([
      'review',
      'deny',
      'details',
      'more',
    ]);
  });
});
