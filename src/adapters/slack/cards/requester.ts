// Who asks, and on whose behalf: the user whose authority is used, the actor that uses it, whoever answers for the actor.
import type { RequestRecord } from '../../../domain/record.ts';
import { shown } from '../../../domain/visible.ts';
import { type RichTextElement, words } from './blocks.ts';
import { asWord } from './facts.ts';
import { type Mentions, person } from './people.ts';

export type Requester = { readonly elements: RichTextElement[]; readonly isWhole: boolean; readonly unseen: number };

const NAME_BYTES = 60;
const TYPE_BYTES = 30;

export function requester(record: RequestRecord, mentions: Mentions): Requester {
  const { user, actor } = record.submission;
  const who = person(user.id, mentions, NAME_BYTES);
  const parts = [shown(asWord(user.id), NAME_BYTES)];
  const elements: RichTextElement[] = [words('Requested by ', { bold: true })];
  if (actor === undefined) {
    elements.push(...who);
  } else {
    const [name, type] = [shown(asWord(actor.id), NAME_BYTES), shown(asWord(actor.type), TYPE_BYTES)];
    parts.push(name, type);
    elements.push(words(name.text, { code: true }), words(' ('), words(type.text), words(') on behalf of '), ...who);
    if (record.owner === user.id) elements.push(words(', its owner'));
    else if (record.owner !== undefined) elements.push(words(' · owner '), ...person(record.owner, mentions));
  }
  elements.push(words(' · via '), words(shown(record.service.id, NAME_BYTES).text, { code: true }));
  return {
    elements,
    isWhole: parts.every(part => part.isWhole),
    unseen: parts.reduce((sum, part) => sum + part.unseen, 0),
  };
}
