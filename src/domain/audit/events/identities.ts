// Who somebody is: links of accounts, keys, and the sessions of jobs.
import { z } from 'zod';
import { evidenceSchema as evidence } from '../evidence.ts';
import { text, workload } from '../parts.ts';
import { listed } from './listed.ts';

const key = {
  /** Its id, which is no secret. */
  key: text,
  service: text.optional(),
  person: text.optional(),
  kind: z.enum(['api', 'queue']),
  /** Which operator; entries before operators had names lack it. */
  evidence: evidence.optional(),
};
const links = { person: text, account: text, evidence };

export const IDENTITY_EVENTS = {
  link_offered: listed('noted', 'a person asked for a code to link an account with', { person: text, evidence }),
  linked: listed('noted', 'an account was linked to a person', { ...links, before: text.optional() }),
  unlinked: listed('noted', 'a link ended', links),
  link_refused: listed('noted', 'a link was not made, or there was none to end', {
    code: text,
    person: text.optional(),
    account: text.optional(),
    evidence,
  }),
  key_created: listed('noted', 'a service or a person was given a key', key),
  key_revoked: listed('noted', 'a key counts no more', key),
  session_opened: listed('noted', 'a job showed a token of its platform and may ask as a service for a while', {
    session: text,
    service: text,
    workload,
    /** SHA-256 of what names the token. */
    token: text,
    expires_at: text,
  }),
  grant_key_created: listed('noted', 'a key that signs grants was made and kept in Redis', { kid: text }),
};
