// Effects as they are stored: in the outbox, and in the jobs that were made of it.
import { describe, expect, it } from 'vitest';
import { parseEntry } from '../../../src/adapters/bullmq/outbox-entry.ts';
import { decodeEffect, effectShape, encodeEffect } from '../../../src/domain/stored/effect.ts';
import { storedContract } from '../../contract/stored.ts';
import { goldens } from '../../support/golden.ts';

type Stored = { readonly key: string; readonly id: string; readonly effect: string } | string;

storedContract({
  shape: effectShape,
  file: 'effect',
  decode: text => decodeEffect(jsonOf(text)),
  encode: encodeEffect,
  textOf: (stored: Stored) => (typeof stored === 'string' ? JSON.stringify(JSON.parse(stored).effect) : stored.effect),
});

/** Broken JSON is met before an effect is looked for. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

describe('a stored entry of the outbox', () => {
  it.each(goldens<Stored>('effect').filter(({ stored }) => typeof stored !== 'string'))(
    'of version $version is ours: $what',
    ({ stored }) => {
      expect(parseEntry(['1-0', Object.entries(stored).flat()])).toMatchObject({ is: 'ours' });
    },
  );
});
