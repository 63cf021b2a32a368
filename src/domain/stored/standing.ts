// Standing approvals as they are stored: what was given. What became of it since stands beside it, for scripts to count.
import { z } from 'zod';
import type { StandingApproval } from '../standing.ts';
import { decode, type Members, type Shape } from './shape.ts';

const text = z.string();

/** Each member, so that none is added without a thought for what is stored. */
const members = {
  id: text,
  scope: z.looseObject({
    service: text,
    action: text,
    resource: z.looseObject({ type: text, id: text }),
    user: text,
    actor: text.optional(),
  }),
  covers: text.optional(),
  digest: text.optional(),
  anyParams: z.literal(true).optional(),
  votes: z.array(
    z.looseObject({
      by: z.looseObject({ id: text, user: text, groups: z.array(text), kind: text }),
      vote: z.literal('approve'),
      at: text,
      surface: text,
    }),
  ),
  request: text,
  grantedBy: text,
  givers: z.array(text).optional(),
  grantedAt: text,
  expiresAt: text,
  maxUses: z.int().min(1),
} satisfies { readonly [member in keyof Required<StandingApproval>]: z.ZodType };

const schema = z.looseObject(members);

export const standingShape: Shape = {
  name: 'standing approval',
  current: 2,
  upcasts: { 1: voteless },
  schema,
  isSound: value => schema.safeParse(value).success, // few are read, and seldom
};

export function decodeStanding(text: string): StandingApproval {
  const { schema: _, ...standing } = decode(standingShape, text);
  return standing as StandingApproval;
}

export function encodeStanding(standing: StandingApproval): string {
  return JSON.stringify({ schema: standingShape.current, ...standing });
}

/**
 * Version 1 kept the arguments and no votes, and covered whatever had the same names. Such a one covers nothing, so that it
 * lets nothing pass any more; it can still be seen and ended.
 */
function voteless({ params: _, ...rest }: Members): Members {
  return { ...rest, votes: [] };
}
