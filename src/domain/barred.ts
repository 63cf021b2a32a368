// Whom the request itself and the rules keep from approving: said here, and nowhere else.
import type { Approval } from './decision.ts';
import type { RequestRecord } from './record.ts';
import { type Refusal, refuse } from './refusal.ts';
import { isMeant, mayBeTheSame, otherOf, type Who } from './who.ts';

/** Somebody who must not approve, by the name under which they are known, and why. */
export type Barred = { readonly name: string; readonly code: 'self_approval' | 'excluded' };

/** Everybody whose own request this is: the user, the actor, and whoever answers for either. */
export function involved({ submission: { user, actor }, owner, userOwner }: RequestRecord): readonly string[] {
  return [user.id, userOwner, actor?.id, owner].filter(id => id !== undefined);
}

/** Everybody who must not approve, as far as this answer of policy goes. */
export function barred(record: RequestRecord, { self_approval, excluded = [] }: Partial<Approval>): readonly Barred[] {
  const own = self_approval === true ? [] : involved(record);
  return [
    ...own.map(name => ({ name, code: 'self_approval' as const })),
    ...excluded.map(({ user }) => ({ name: user, code: 'excluded' as const })),
  ];
}

/** Why somebody must not approve, whoever policy says may: they are one of those, or one of those is nobody known. */
export function barredFromApproving(record: RequestRecord, approval: Partial<Approval>, who: Who): Refusal | undefined {
  const all = barred(record, approval);
  const own = all.find(({ name }) => isMeant(who, name));
  if (own !== undefined) return refuse(own.code, record);
  const unknown = mustBeKnown(record, approval).find(({ name }) => !otherOf(who, name).isKnown);
  if (unknown === undefined) return undefined;
  return refuse(unknown.code === 'excluded' ? 'unknown_excluded' : 'unknown_requester', record, unknown.name);
}

/** Whether somebody may be one of those, or have approved already, as far as can be told. */
export function isIndistinct(record: RequestRecord, approval: Partial<Approval>, who: Who): boolean {
  // That nobody knows who asked, policy has waived; it is asked no more who they may be.
  const all = barred(record, approval).filter(one => otherOf(who, one.name).isKnown || !isWaived(one, approval));
  return mayBeTheSame(
    record,
    who,
    all.map(({ name }) => name),
  );
}

/** Why nobody can approve it as it stands, in one sentence that says what to do; undefined where somebody may. */
export function whyNobodyCan({ status, unapprovable }: RequestRecord): string | undefined {
  return status === 'pending' && unapprovable !== undefined ? NOBODY_KNOWS[unapprovable.code] : undefined;
}

const NOBODY_KNOWS = {
  self_approval:
    'Nobody can approve this yet, because neither the directory nor Slack knows who asked: have an administrator add them to the people file, and Approve appears here.',
  excluded:
    'Nobody can approve this yet, because the directory does not know someone whom a rule keeps from approving: have an administrator add them to the people file, and Approve appears here.',
} as const satisfies { readonly [code in Barred['code']]: string };

/** Those of whom somebody must be known, or nobody approves. */
export function mustBeKnown(record: RequestRecord, approval: Partial<Approval>): readonly Barred[] {
  return barred(record, approval).filter(one => !isWaived(one, approval));
}

function isWaived({ code }: Barred, { unknown_requester }: Partial<Approval>): boolean {
  return code === 'self_approval' && unknown_requester === true;
}
