// A link as it is stored, and the offer of one: the code that somebody asked for and has not used yet.
import { z } from 'zod';
import type { Link } from '../link.ts';
import { decode, type Shape, today } from './shape.ts';

const text = z.string();

/** Whose code it is, and the id of the key that it was asked for with. */
export type LinkOffer = { readonly person: string; readonly key: string };

const offerSchema = z.looseObject({ person: text, key: text });
const linkSchema = z.looseObject({ account: text, at: text });

export const linkOfferShape: Shape = {
  name: 'code to link with',
  current: 1,
  upcasts: {},
  schema: offerSchema,
  isSound: value => offerSchema.safeParse(value).success,
};

/** A hash: Redis holds its members one by one, as text, the version among them. */
export const linkShape: Shape = {
  name: 'link',
  current: 1,
  upcasts: {},
  schema: linkSchema,
  isSound: value => linkSchema.safeParse(value).success,
};

export function decodeLinkOffer(text: string): LinkOffer {
  const { schema: _, ...offer } = decode(linkOfferShape, text);
  return offer as LinkOffer;
}

export function encodeLinkOffer(offer: LinkOffer): string {
  return JSON.stringify({ schema: linkOfferShape.current, ...offer });
}

/** Undefined where there is none. */
export function decodeLink({ schema, ...members }: Readonly<Record<string, string>>): Link | undefined {
  if (Object.keys(members).length === 0) return undefined;
  const { schema: _, ...link } = today(linkShape, { ...members, schema: schema === undefined ? 1 : Number(schema) });
  return link as Link;
}
