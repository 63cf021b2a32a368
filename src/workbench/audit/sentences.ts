// What each event of the audit says in a sentence, with its particulars below: for whoever reads it months later.
import type { AuditEvent, EventName } from '../../domain/audit/events.ts';
import { OF_AFTERWARDS } from './sentences/afterwards.ts';
import { OF_APART } from './sentences/apart.ts';
import { OF_MESSAGES } from './sentences/messages.ts';
import { OF_REQUESTS } from './sentences/requests.ts';
import type { Sentence, Teller, Tellers, TitleOf } from './sentences/wording.ts';

/** Total: an event that is new in the list must be told here, too. */
const TELLERS: Tellers<EventName> = { ...OF_REQUESTS, ...OF_AFTERWARDS, ...OF_MESSAGES, ...OF_APART };

export function sentenceOf(event: AuditEvent, titleOfRule: TitleOf = () => undefined): Sentence {
  return (TELLERS[event.event] as Teller<EventName>)(event, titleOfRule);
}
