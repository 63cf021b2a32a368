// What is said where one service asks for more than its channel can show soon: how many are to come, and how to see them now.
import type { Crowd, CrowdMessage } from '../../../domain/crowd.ts';
import { shown } from '../../../domain/visible.ts';
import { fallbackText } from '../escape.ts';
import { moment, type RichTextElement, richText, section, words } from './blocks.ts';
import type { Said } from './lines.ts';

const NAME_BYTES = 60;
const ACTION_BYTES = 120;

export function crowdSaid({ service, most }: Pick<CrowdMessage, 'service' | 'most'>, crowd: Crowd): Said {
  return crowd.waiting === 0 ? allShown(service, most) : moreToCome(service, crowd);
}

function moreToCome(service: string, { waiting, firstEndsAt, action, user }: Crowd): Said {
  const who = shown(service, NAME_BYTES).text;
  const more = `${waiting} more`;
  const common = inCommon(action, user);
  const ends = firstEndsAt === undefined ? [] : [moment(firstEndsAt, 'The first of them ends '), words('.')];
  const lead = [words('⏳ '), words(who, { bold: true }), words(' asks for '), words(more, { bold: true })];
  return {
    text: fallbackText(`${who} asks for ${more}`),
    blocks: [
      richText(section(...lead, ...common, words('. '), ...ends)),
      richText(
        section(
          words('Each gets its card here in its turn. With a key of yours you need not wait for it: '),
          words('countersign list --mine', { code: true }),
          words(' shows them, '),
          words('countersign approve', { code: true }),
          words(' and '),
          words('countersign deny', { code: true }),
          words(' answer one. How approvals work: '),
          words('/approvals help', { code: true }),
        ),
      ),
    ],
  };
}

/** " · each to delete-resource, for alice" */
function inCommon(action: string | undefined, user: string | undefined): RichTextElement[] {
  const parts = [
    ...(action === undefined ? [] : [words('each to '), words(shown(action, ACTION_BYTES).text, { code: true })]),
    ...(action === undefined || user === undefined ? [] : [words(', ')]),
    ...(user === undefined ? [] : [words('for '), words(shown(user, NAME_BYTES).text, { code: true })]),
  ];
  return parts.length === 0 ? [] : [words(' · '), ...parts];
}

function allShown(service: string, most: number): Said {
  const who = shown(service, NAME_BYTES).text;
  const rest = `: all have been shown, or have ended. At most ${most} waited at once.`;
  return {
    text: fallbackText(`${who}${rest}`),
    blocks: [richText(section(words('✅ '), words(who, { bold: true }), words(rest)))],
  };
}

/** What a second one says that cannot be taken away. */
export function crowdCopySaid({ service }: Pick<CrowdMessage, 'service'>): Said {
  const said = `This was posted twice. How many more ${shown(service, NAME_BYTES).text} asks for is said in the other message.`;
  return { text: fallbackText(said), blocks: [richText(section(words(said, { italic: true })))] };
}
