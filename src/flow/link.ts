// Link: a person proves with a code of theirs that a Slack account is theirs too; only they make and end such a link.
import { personAccount } from '../domain/account.ts';
import type { EventOf } from '../domain/audit/events.ts';
import { type Evidence, keyHolder } from '../domain/audit/evidence.ts';
import { CODE_LIFE_MS, codeHash, type LinkStanding } from '../domain/link.ts';
import { timestamp } from '../domain/record.ts';
import { type Refusal, refuse, wordOf } from '../domain/refusal.ts';
import { doesCount, personFacts } from './identities.ts';
import type { KeyEvidence, LinkBook, Linked, Offered, SlackEvidence, Store, Unlinked } from './ports.ts';
import { orUnverified, personByEmail, type VotersWorld } from './voters.ts';

/** Losing this often in a row means a crowd on one person; the caller is asked to try again. */
const MOST_TRIES = 5;

export type LinkWorld = Pick<VotersWorld, 'directory'> & {
  readonly store: Pick<Store, 'now' | 'note'>;
  readonly links: LinkBook;
};

/** Who asks from Slack: the account of a verified payload, never what was typed. */
type FromSlack = { readonly account: string; readonly evidence: Omit<SlackEvidence, 'message_ts'> };
/** Who asks with a key of their own. */
type WithKey = { readonly person: string; readonly evidence: KeyEvidence };

/** A fresh code for a person; an earlier one is void from now on. */
export async function offerCode(world: LinkWorld & { newCode: () => string }, caller: WithKey): Promise<Offered> {
  const { store, links, directory } = world;
  const { person } = caller;
  const evidence = ofKey(caller);
  const now = store.now();
  if (directory.hasAccount(person)) return writeDown(world, refuse('link_person_listed'), { person, evidence });
  const code = world.newCode();
  const fact = { event: 'link_offered', at: timestamp(now), person, evidence } as const;
  await links.offer({ person, key: caller.evidence.api_key, hash: codeHash(code), lifeMs: CODE_LIFE_MS, fact });
  return { kind: 'offered', code, expiresAt: timestamp(now + CODE_LIFE_MS) };
}

/** Links the account that typed a code to the person who asked for it. */
export async function linkByCode(
  world: LinkWorld & VotersWorld,
  caller: FromSlack & { readonly code: string },
): Promise<Linked> {
  const { links } = world;
  const { account } = caller;
  const evidence = ofAccount(caller);
  const mayNot = await orUnverified(() => barred(world, account));
  if (mayNot !== undefined) return writeDown(world, mayNot, { account, evidence });
  const hash = codeHash(caller.code);
  const tried = await links.tried(account, hash);
  if (tried === 'tried_out' || tried === 'unknown') {
    const code = tried === 'tried_out' ? 'link_tries_used_up' : 'link_code_unknown';
    return writeDown(world, refuse(code), { account, evidence });
  }
  const { person } = tried;
  const isUnfit = await orUnverified(() => unfit(world, person, account));
  const result = isUnfit ?? (await claim(world, { person, hash, account, evidence }));
  return result.kind === 'refusal' ? writeDown(world, result, { account, person, evidence }) : result;
}

/** Ends the link of the account that asks. */
export async function unlinkAccount(world: LinkWorld, caller: FromSlack): Promise<Unlinked> {
  const { account } = caller;
  const evidence = ofAccount(caller);
  const person = await world.links.personOf(account);
  if (person === undefined) return writeDown(world, refuse('link_none'), { account, evidence });
  return end(world, { person, account, evidence });
}

/** Ends a person's own link. */
export async function unlinkPerson(world: LinkWorld, caller: WithKey): Promise<Unlinked> {
  const { person } = caller;
  const link = await world.links.of(person);
  return link === undefined
    ? refuse('link_none')
    : end(world, { person, account: link.account, evidence: ofKey(caller) });
}

/** Ends anybody's link: their key or their account is in wrong hands. */
export async function unlinkByOperator(world: LinkWorld, evidence: Evidence, person: string): Promise<Unlinked> {
  const link = await world.links.of(person);
  return link === undefined ? refuse('link_none') : end(world, { person, account: link.account, evidence });
}

export async function standingOf({ directory, links }: LinkWorld, person: string): Promise<LinkStanding> {
  const link = await links.of(person);
  const listed = directory.slackAccountsOf(person);
  if (link === undefined) return { listed };
  return { listed, linked: { ...link, counts: doesCount(directory, { person, account: link.account }) } };
}

/** Why this account may not be linked, whatever code it has: said before any code is looked at. */
async function barred({ directory, accounts }: VotersWorld, account: string): Promise<Refusal | undefined> {
  const listed = directory.personOf(account);
  if (listed.kind === 'ambiguous') return refuse('ambiguous_person');
  if (listed.kind === 'person') return refuse('link_account_listed');
  return (await accounts.kindOf(account)) === 'member' ? undefined : refuse('link_not_a_member');
}

/** Why these two may not be linked, although the code is right. */
async function unfit(world: VotersWorld, person: string, account: string): Promise<Refusal | undefined> {
  const { directory } = world;
  if (personFacts(directory, person) === undefined) return refuse('unknown_person');
  if (directory.hasAccount(person)) return refuse('link_person_listed');
  const byEmail = await personByEmail(world, account);
  if (byEmail?.kind === 'ambiguous') return refuse('ambiguous_person');
  return byEmail?.kind === 'person' && byEmail.id !== person ? refuse('link_account_listed') : undefined;
}

type Claim = {
  readonly person: string;
  readonly account: string;
  readonly hash: string;
  readonly evidence: Evidence;
};

async function claim(world: LinkWorld, { person, account, hash, evidence }: Claim): Promise<Linked> {
  const { links, store } = world;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const before = (await links.of(person))?.account;
    const at = timestamp(store.now());
    const replaced = before === undefined || before === account ? {} : { before };
    const fact = { event: 'linked', at, person, account, ...replaced, evidence } as const;
    const result = await links.claim({ person, account, hash, before, at, fact });
    switch (result) {
      case 'linked':
        return { kind: 'linked', person, ...replaced };
      case 'unknown':
        return refuse('link_code_unknown');
      case 'taken':
        return refuse('link_account_taken');
      case 'moved':
        continue; // somebody was faster with this person: see what they have now
      default:
        return result satisfies never;
    }
  }
  return refuse('busy');
}

type Ending = { readonly person: string; readonly account: string; readonly evidence: Evidence };

async function end({ links, store }: LinkWorld, { person, account, evidence }: Ending): Promise<Unlinked> {
  const fact = { event: 'unlinked', at: timestamp(store.now()), person, account, evidence } as const;
  return (await links.remove({ person, account, fact })) ? { kind: 'unlinked', person, account } : refuse('link_none');
}

/** Who asked, and how that is known. */
function ofKey({ person, evidence: via }: WithKey): Evidence {
  return { who: keyHolder(personAccount(person)), via };
}

function ofAccount({ account, evidence: via }: FromSlack): Evidence {
  return { who: { account }, via };
}

type About = Pick<EventOf<'link_refused'>, 'person' | 'account' | 'evidence'>;

/** A refusal is an answer, and part of the record of what happened. */
async function writeDown({ store }: LinkWorld, refusal: Refusal, about: About): Promise<Refusal> {
  await store.note({ event: 'link_refused', at: timestamp(store.now()), code: wordOf(refusal), ...about });
  return refusal;
}
