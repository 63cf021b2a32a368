// What is stored besides records and effects: standing approvals, keys, sessions of jobs, the links that people make, and the messages of crowds.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isCovered } from '../../../src/domain/standing.ts';
import { crowdShape, decodeCrowdMessage, encodeCrowdMessage } from '../../../src/domain/stored/crowd.ts';
import { effectShape } from '../../../src/domain/stored/effect.ts';
import { decodeKey, encodeKey, keyShape } from '../../../src/domain/stored/key.ts';
import {
  decodeLink,
  decodeLinkOffer,
  encodeLinkOffer,
  linkOfferShape,
  linkShape,
} from '../../../src/domain/stored/link.ts';
import { recordShape } from '../../../src/domain/stored/record.ts';
import { decodeSession, encodeSession, sessionShape } from '../../../src/domain/stored/session.ts';
import { decodeStanding, encodeStanding, standingShape } from '../../../src/domain/stored/standing.ts';
import { storedContract } from '../../contract/stored.ts';
import { goldens } from '../../support/golden.ts';
import { aRecord } from '../../support/samples.ts';

storedContract({
  shape: standingShape,
  file: 'standing',
  decode: decodeStanding,
  encode: encodeStanding,
  textOf: (stored: string | { readonly document: string }) => (typeof stored === 'string' ? stored : stored.document),
});
storedContract({ shape: keyShape, file: 'key', decode: decodeKey, encode: encodeKey });
storedContract({ shape: crowdShape, file: 'crowd', decode: decodeCrowdMessage, encode: encodeCrowdMessage });
storedContract({ shape: sessionShape, file: 'session', decode: decodeSession, encode: encodeSession });
storedContract({ shape: linkOfferShape, file: 'link_offer', decode: decodeLinkOffer, encode: encodeLinkOffer });

it.each(goldens<{ readonly document: string }>('standing').filter(({ version }) => version === 1))(
  'a stored standing approval of version 1 is told as it was, and covers nothing: $what',
  ({ stored: { document } }) => {
    const { params: _, ...older } = JSON.parse(document);
    const standing = decodeStanding(document);
    expect(standing).toEqual({ ...older, votes: [] });
    expect(isCovered(standing, aRecord())).toBe(false);
  },
);

describe('a stored link', () => {
  const all = goldens<Readonly<Record<string, string>>>('link');

  it.each(all)('of version $version is read as one of today: $what', ({ stored }) => {
    expect(decodeLink(stored)).toEqual(stored);
    expect(decodeLink({ ...stored, schema: String(linkShape.current) })).toEqual(stored);
  });

  it('is none where nothing is stored, and never guessed at', () => {
    expect(decodeLink({})).toBeUndefined();
    for (const stored of [
      { account: 'slack:T:U' },
      { ...all[0]?.stored, schema: 'x' },
      { ...all[0]?.stored, schema: '' },
    ]) {
      expect(() => decodeLink(stored as Record<string, string>)).toThrow(
        expect.objectContaining({ code: 'stored_unreadable' }),
      );
    }
  });

  it('of a newer version waits', () => {
    expect(() => decodeLink({ account: 'slack:T:U', at: 'x', schema: '2' })).toThrow(
      expect.objectContaining({ code: 'stored_newer', isTransient: true }),
    );
  });
});

describe('the table of what outlives a process', () => {
  it('names every shape with its version of today', () => {
    const readme = readFileSync(join(import.meta.dirname, '../../../src/README.md'), 'utf8');
    const shapes = [
      recordShape,
      effectShape,
      standingShape,
      keyShape,
      sessionShape,
      linkOfferShape,
      linkShape,
      crowdShape,
    ];
    const rows = [...readme.matchAll(/^\| ([a-z ]+) \| (\d+) \| `/gm)].map(([, name, version]) => [
      name,
      Number(version),
    ]);
    expect(rows).toEqual(shapes.map(({ name, current }) => [name === 'request' ? 'record' : name, current]));
  });
});
