// What belongs to no request: what was never taken in, links, keys, sessions.

import type { IDENTITY_EVENTS } from '../../../domain/audit/events/identities.ts';
import type { INTAKE_EVENTS } from '../../../domain/audit/events/intake.ts';
import { by, byPerson, refusedWords, type Tellers, US } from './wording.ts';

export const OF_APART: Tellers<keyof typeof INTAKE_EVENTS | keyof typeof IDENTITY_EVENTS> = {
  submission_refused: ({ code, service, id }) =>
    by(`service ${service.id}`, 'was refused a submission', refusedWords(code), `request ${id}`),
  envelope_refused: ({ code, service, claims_key, faults }) =>
    by(
      service === undefined ? 'somebody' : `service ${service}`,
      'sent an envelope that was refused',
      refusedWords(code),
      claims_key === undefined ? undefined : `it names key ${claims_key}`,
      ...(faults ?? []),
    ),
  link_offered: event => byPerson(event, `asked for a code to link an account of ${event.person}`),
  linked: event =>
    byPerson(
      event,
      `linked ${event.account} to ${event.person}`,
      event.before === undefined ? [] : [`it was ${event.before}'s before`],
    ),
  unlinked: event => byPerson(event, `ended the link of ${event.account} to ${event.person}`),
  link_refused: event => byPerson(event, 'was refused a link', [refusedWords(event.code)]),
  session_opened: ({ service, workload, session, expires_at }) =>
    by(
      `service ${service}`,
      'opened a session with a token of its platform',
      `issuer ${workload.issuer}`,
      `session ${session}, until ${expires_at}`,
    ),
  key_created: ({ key, service, person, kind }) =>
    by('operator', `made a key for ${service === undefined ? person : `service ${service}`}`, `key ${key}, ${kind}`),
  key_revoked: ({ key, service, person }) =>
    by('operator', `revoked a key of ${service === undefined ? person : `service ${service}`}`, `key ${key}`),
  grant_key_created: ({ kid }) => by(US, 'made a key that signs grants', `key ${kid}`),
};
