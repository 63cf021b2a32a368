// Entries of version 1, which carry no version, told in today's form. They stay readable for ever: change nothing that a golden file holds.

type Stored = Readonly<Record<string, unknown>>;

/** Undefined for an event that version 1 does not have. */
export function upcast(stored: Stored): Stored | undefined {
  const { event } = stored;
  const known = typeof event === 'string' && Object.hasOwn(VERSION_1, event) ? VERSION_1[event] : undefined;
  return known?.(stored);
}

const same = (stored: Stored) => stored;

const VERSION_1: { readonly [event: string]: (stored: Stored) => Stored } = {
  submitted: same,
  delayed: same,
  decided: answered,
  requirement_changed: same,
  resolved: same,
  voted({ vote, transport, team, user, channel, message_ts, action_ts, api_key, ...rest }) {
    const { by, card, vote: ballot, reason, surface, standing } = membersOf(vote);
    const via = { transport, team, user, channel, message_ts, action_ts, api_key };
    const evidence = { who: who(by), card, via: transport === undefined ? undefined : via };
    return { ...rest, vote: ballot, reason, surface, standing, evidence };
  },
  refused: byAccount,
  reminded: same,
  escalated: same,
  review_opened: same,
  review_closed({ evidence, ...rest }) {
    const { account, ...via } = membersOf(evidence);
    const person = account === undefined ? undefined : { account, person: rest.by };
    return { ...rest, evidence: evidence === undefined ? {} : { who: person, via } };
  },
  review_refused: byAccount,
  card_posted: shown,
  card_updated: shown,
  card_vanished: same,
  card_undeliverable: same,
  told: same,
  redeemed: answered,
  redeem_refused: withVia,
  revoked: withVia,
  revoke_refused: byAccount,
  standing_granted: ({ expiresAt, maxUses, ...rest }) => ({ ...rest, expires_at: expiresAt, max_uses: maxUses }),
  standing_revoked: same,
  submission_refused: same,
  envelope_refused: ({ key, ...rest }) => ({ ...rest, claims_key: key }),
  link_offered: withVia,
  linked: withVia,
  unlinked: ({ by, ...rest }) =>
    by === 'operator' ? { ...rest, evidence: { via: { transport: 'operator' } } } : withVia(rest),
  link_refused: withVia,
  key_created: same,
  key_revoked: same,
  grant_key_created: same,
};

function answered({ policy, tookMs, ...rest }: Stored): Stored {
  return { ...rest, took_ms: tookMs, evidence: { policy } };
}

function shown({ card, ...rest }: Stored): Stored {
  return { ...rest, evidence: { card } };
}

/** What was called evidence then was the transport alone. */
function withVia({ evidence, ...rest }: Stored): Stored {
  return { ...rest, evidence: { via: evidence } };
}

function byAccount({ by, ...rest }: Stored): Stored {
  const { evidence, ...others } = withVia(rest);
  return { ...others, evidence: { ...membersOf(evidence), who: who(by) } };
}

function who(by: unknown): Stored {
  const { id: account, user, groups, kind, matched_by } = membersOf(by);
  return { account, person: user === account ? undefined : user, groups, kind, matched_by };
}

function membersOf(value: unknown): Stored {
  return typeof value === 'object' && value !== null ? (value as Stored) : {};
}
